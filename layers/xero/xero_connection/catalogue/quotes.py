# SPDX-License-Identifier: Apache-2.0
"""Quotes: what can be done with them through Xero's API."""

from __future__ import annotations

from xero_connection.trigger import triggers

OPERATIONS = triggers("quotes")
