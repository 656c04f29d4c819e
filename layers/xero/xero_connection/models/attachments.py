# SPDX-License-Identifier: Apache-2.0
"""Attachments: the files that are kept with a record.

https://developer.xero.com/documentation/api/accounting/attachments
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import Record


class AttachmentRecord(Record):
    """An attachment as Xero answers it, without the file."""

    AttachmentID: UUID
    FileName: str | None = Field(default=None, description="Unique among those of its record.")
    Url: str | None = Field(default=None, description="Where Xero's API has the file.")
    MimeType: str | None = Field(default=None, description="Such as application/pdf.")
    ContentLength: int | None = Field(default=None, description="Bytes of the file.")
    IncludeOnline: bool | None = Field(
        default=None, description="Whether the customer sees it with the online document."
    )
