# SPDX-License-Identifier: Apache-2.0
"""Contacts: customers and suppliers.

https://developer.xero.com/documentation/api/accounting/contacts
"""

from __future__ import annotations

from xero_connection.catalogue.contacts.changing import CHANGING
from xero_connection.catalogue.contacts.creating import CREATING
from xero_connection.catalogue.contacts.reading import READING
from xero_connection.trigger import triggers

OPERATIONS = (*triggers("contacts"), *CREATING, *CHANGING, *READING)
