# SPDX-License-Identifier: Apache-2.0
"""Connects a stack to Xero: the consent, the address it comes back to, and the secrets."""
