# SPDX-License-Identifier: Apache-2.0
"""Users: the people who have access to an organisation.

https://developer.xero.com/documentation/api/accounting/users
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import Record


class UserRecord(Record):
    """A user as Xero answers it."""

    UserID: UUID
    EmailAddress: str | None = None
    FirstName: str | None = None
    LastName: str | None = None
    IsSubscriber: bool | None = Field(default=None, description="Pays for the organisation.")
    OrganisationRole: str | None = Field(default=None, description="ADMIN, STANDARD and so on.")
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
