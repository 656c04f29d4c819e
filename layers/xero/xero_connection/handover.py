# SPDX-License-Identifier: Apache-2.0
"""Brings files from the stack's bucket to an operation, and from an operation to the bucket."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from uuid import uuid4

from xero_connection.errors import InputError, ResponseTooLargeError
from xero_connection.files import LARGEST_CONTENT, LARGEST_FILE, Delivered, FileInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_connection.fields import Input
    from xero_connection.files import Place

PUT_UNDER: Final = "from-xero/"
"""What the keys of objects begin with that are put here."""
_SWITCH_ON: Final = "Deploy the stack with FilesBucket=true, or give and take files by value."

Asked = TypeVar("Asked", bound="Input")


class Store(Protocol):
    """A bucket, as `bucket.Bucket` reaches it."""

    @property
    def name(self) -> str:
        """The bucket's name."""

    def get(self, key: str, *, most: int) -> bytes:
        """Return an object of so many bytes at the most; raise InputError where there is none."""

    def put(self, key: str, content: bytes, *, content_type: str) -> str:
        """Put an object and return when it expires, ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of one stack; without a store they travel by value alone."""

    store: Store | None = None
    new_id: Callable[[], str] = field(default=lambda: uuid4().hex)

    def fetched(self, asked: Asked) -> Asked:
        """Return an input with the file that it names, where it names one.

        Raises:
            InputError: there is no such object, or it is no file for Xero.
            UnavailableError: S3 does not answer.
        """
        if not isinstance(asked, FileInput) or asked.s3 is None:
            return asked
        store = self._own(asked.s3)
        return asked.with_bytes(store.get(asked.s3.key, most=LARGEST_FILE))

    def delivered(self, asked: Input, output: dict[str, Any]) -> dict[str, Any]:
        """Return the output of a query with its file where it was asked for, or where it fits.

        Raises:
            InputError: it was to go to the bucket, and there is none.
            ResponseTooLargeError: it does not fit into an answer and cannot go elsewhere.
            UnavailableError: S3 does not take it.
        """
        if not isinstance(asked, Delivered):
            return output
        fits = len(output["content"]) <= LARGEST_CONTENT
        if asked.deliver == "content" and not fits:
            raise _does_not_fit(output, 'Ask with "deliver": "s3".')
        if asked.deliver == "content" or (fits and asked.deliver is None):
            return output
        if self.store is None:
            if asked.deliver == "s3":
                raise _without_store("input.deliver")
            raise _does_not_fit(output, _SWITCH_ON)
        key = f"{PUT_UNDER}{self.new_id()}/{output['file_name']}"
        content = b64decode(output["content"])
        expires_at = self.store.put(key, content, content_type=output["content_type"])
        place = {"bucket": self.store.name, "key": key, "expires_at": expires_at}
        return {**output, "content": None, "s3": place}

    def _own(self, place: Place) -> Store:
        """Return the store that a place is in.

        Raises:
            InputError: it is another.
        """
        if self.store is None:
            raise _without_store("input.s3")
        if place.bucket not in {None, self.store.name}:
            raise InputError.at(
                "input.s3.bucket",
                "Files come from the stack's own bucket alone",
                suggestion=self.store.name,
            )
        return self.store


def _without_store(path: str) -> InputError:
    return InputError.at(path, "This stack keeps no files", advice=_SWITCH_ON)


def _does_not_fit(output: dict[str, Any], advice: str) -> ResponseTooLargeError:
    return ResponseTooLargeError(
        f"The file has {output['size'] / 1024**2:.1f} MB, more than an answer holds.",
        details={"size": output["size"]},
        advice=advice,
    )
