# SPDX-License-Identifier: Apache-2.0
"""The envelope that every answer of the accounting API travels in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero.replies import json_reply
from local.xero.wire import new_id

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document, Response


def envelope(
    writing: Writing, name: str, records: list[Document], extra: Document | None = None
) -> Response:
    """Answer with records under the name that Xero gives the list."""
    listed = "Organisations" if name == "Organisation" else name
    return json_reply(head(writing) | (extra or {}) | {listed: records})


def head(writing: Writing) -> Document:
    """Return what every answer begins with."""
    return {
        "Id": new_id(),
        "Status": "OK",
        "ProviderName": "Simulated Xero",
        "DateTimeUTC": writing.now,
    }
