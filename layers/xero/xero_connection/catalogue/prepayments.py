# SPDX-License-Identifier: Apache-2.0
"""Prepayments: what can be done with them through Xero's API."""

from __future__ import annotations

from xero_connection.trigger import webhook_triggers

OPERATIONS = webhook_triggers("prepayments", "prepayment", "PREPAYMENT")
