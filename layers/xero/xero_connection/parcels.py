# SPDX-License-Identifier: Apache-2.0
"""What could not be published, as messages of the backlog queue, and back again. No I/O.

A message is JSON with its `kind`: `entries` of PutEvents; a `body` in base64 as Xero sent it; one
of these in `zlib`, where it is larger than a message; a `part` of a body that is larger still.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xero_connection.documents import read_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ENTRIES_GROUP: Final = "entries"
"""The message group of all entries, within which the queue keeps their order."""

# SQS takes messages of up to 1 MiB, and a part has a few fields beside its content.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
_LARGEST_MESSAGE: Final = 1_048_576
_PART: Final = 1_000_000


class Parcel(NamedTuple):
    """A message for the backlog queue."""

    text: str
    group: str


class UnreadableParcelError(ValueError):
    """A message that holds neither entries nor a body."""


def entry_parcels(entries: Sequence[dict[str, Any]]) -> list[Parcel]:
    """Return entries as parcels: as one, in which they are kept or refused together, if it fits."""
    if not entries:
        return []
    text = to_json({"kind": "entries", "entries": entries})
    packed = _packed(text)
    if _fits(packed):
        return [Parcel(packed, ENTRIES_GROUP)]
    if len(entries) == 1:
        return _parted(packed)
    middle = len(entries) // 2
    return [*entry_parcels(entries[:middle]), *entry_parcels(entries[middle:])]


def body_parcels(body: bytes) -> list[Parcel]:
    """Return a body as parcels, in a message group of its own: it holds up nothing else."""
    packed = _packed(to_json({"kind": "body", "body": b64encode(body).decode()}))
    return [Parcel(packed, _digest(packed))] if _fits(packed) else _parted(packed)


def read_parcel(text: str) -> list[dict[str, Any]] | bytes:
    """Return the entries in a message, or the body.

    Raises:
        UnreadableParcelError: there is neither; a part alone is one.
    """
    try:
        document = read_json(text)
        if document["kind"] == "zlib":
            document = read_json(zlib.decompress(b64decode(document["content"])))
        if document["kind"] == "body":
            return b64decode(document["body"])
        if document["kind"] == "entries":
            entries: list[dict[str, Any]] = document["entries"]
            return entries
    except (KeyError, TypeError, ValueError, zlib.error):
        pass
    raise UnreadableParcelError("neither entries nor a body")


def join_parts(texts: Iterable[str]) -> str:
    """Return the message that was parted, from all its parts in any order."""
    parts = sorted((read_json(text) for text in texts), key=lambda part: int(part["number"]))
    return "".join(part["content"] for part in parts)


def _fits(text: str) -> bool:
    return len(text) <= _LARGEST_MESSAGE


def _packed(text: str) -> str:
    if _fits(text):
        return text
    # Level 1 takes a fifth of the time of the usual one, and events shrink to a tenth even so.
    content = b64encode(zlib.compress(text.encode(), 1)).decode()
    return to_json({"kind": "zlib", "content": content})


def _parted(packed: str) -> list[Parcel]:
    whole = _digest(packed)
    slices = [packed[start : start + _PART] for start in range(0, len(packed), _PART)]
    return [
        Parcel(
            to_json(
                {
                    "kind": "part",
                    "of": whole,
                    "number": number,
                    "parts": len(slices),
                    "content": one,
                }
            ),
            whole,
        )
        for number, one in enumerate(slices, start=1)
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
