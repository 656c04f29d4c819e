# SPDX-License-Identifier: Apache-2.0
"""The files that are kept with records, and what Xero takes as one.

Rules: https://developer.xero.com/documentation/api/accounting/attachments.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero.replies import ValidationError
from local.xero.wire import new_id

if TYPE_CHECKING:
    from local.xero.wire import Document

LARGEST = 10 * 1024 * 1024
MOST = 10
"""Files that a record may have."""
_ANY_TYPE = "application/octet-stream"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*+\x00]')


@dataclass(slots=True)
class Attachment:
    """A file with what Xero tells of it."""

    document: Document
    content: bytes


@dataclass(slots=True)
class Attachments:
    """The files of all records of an organisation."""

    _files: dict[str, dict[str, Attachment]] = field(default_factory=dict)
    """By the record's id, then by the file's name."""

    def of(self, record_id: str) -> list[Attachment]:
        """Return the files of a record."""
        return list(self._files.get(record_id, {}).values())

    def find(self, record_id: str, key: str) -> Attachment | None:
        """Find a file of a record by its id or its name."""
        known = self._files.get(record_id, {})
        by_id = (one for one in known.values() if one.document["AttachmentID"] == key.lower())
        return known.get(key) or next(by_id, None)

    def put(self, record_id: str, name: str, content: bytes, content_type: str) -> Attachment:
        """Keep a file; one of the same name makes way for it.

        Raises:
            ValidationError: Xero takes no such file.
        """
        known = self._files.setdefault(record_id, {})
        before = known.get(name)
        mime_type = _type(name, content_type)
        if not name.strip() or _FORBIDDEN.search(name):
            raise ValidationError("The file name contains characters that are not allowed.")
        if not content:
            raise ValidationError("The file couldn't be uploaded because it is empty.")
        if not mime_type:
            raise ValidationError(
                "The file couldn't be uploaded because it isn't a supported file type."
            )
        if before is None and len(known) >= MOST:
            raise ValidationError(f"The document already has {MOST} attachments.")
        document = {
            "AttachmentID": before.document["AttachmentID"] if before else new_id(),
            "FileName": name,
            "MimeType": mime_type,
            "ContentLength": len(content),
        }
        known[name] = Attachment(document, content)
        return known[name]


def _type(name: str, said: str) -> str:
    """Return a file's media type, empty where neither the request nor the name tells."""
    told = said.partition(";")[0].strip().lower()
    return told if told not in {"", _ANY_TYPE} else mimetypes.guess_type(name)[0] or ""
