# SPDX-License-Identifier: Apache-2.0
"""Contact groups: names under which contacts are kept together.

https://developer.xero.com/documentation/api/accounting/contactgroups
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Document, Record
from xero_connection.models.lines import ContactShown


class ContactGroup(Document):
    """A group as it is sent."""

    Name: str | None = Field(default=None, min_length=1, description="Unique among groups.")


class ContactGroupRecord(ContactGroup, Record):
    """A group as Xero answers it."""

    ContactGroupID: UUID | None = None
    Status: str | None = Field(default=None, description="ACTIVE, or DELETED just now.")
    Contacts: list[ContactShown] | None = Field(
        default=None, description="Id and name of each; empty in a list of groups."
    )


class Member(Document):
    """A contact that is put into a group."""

    of_xero: ClassVar[str] = "Contact"
    whole: ClassVar[bool] = False
    ContactID: UUID
