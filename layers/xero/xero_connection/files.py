# SPDX-License-Identifier: Apache-2.0
"""What a file is, on its way to Xero and from it: by value as base64, or an object in S3.

Names, sizes and forms are decided here; fetching and putting objects is left to `handover`.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from xero_connection.client import BYTES, File
from xero_connection.errors import InputError
from xero_connection.fields import Input, OneOf, Output, refusal

# Xero's page on limits: https://developer.xero.com/documentation/guides/oauth2/limits
LARGEST_FILE: Final = 10 * 1024 * 1024
"""Bytes that Xero takes in one attachment."""
LARGEST_CONTENT: Final = 4_500_000
"""Characters of base64 in an answer, of which Lambda returns 6 MB."""

_REFUSED_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*+\x00-\x1f\x7f]')
# A path of this name would mean another.
_ONLY_DOTS: Final = re.compile(r"\.+")
_MEDIA_TYPE: Final = r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?[A-Za-z0-9=_.-]+)*$"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"
# What people attach. The standard library's table differs with its version and the machine.
_TYPES: Final = {
    "7z": "application/x-7z-compressed",
    "bmp": "image/bmp",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "eml": "message/rfc822",
    "gif": "image/gif",
    "heic": "image/heic",
    "heif": "image/heif",
    "htm": "text/html",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "msg": "application/vnd.ms-outlook",
    "odp": f"{_OPEN}.presentation",
    "ods": f"{_OPEN}.spreadsheet",
    "odt": f"{_OPEN}.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def _named(name: str) -> str:
    """Refuse a name that Xero refuses, or that no path can hold."""
    if _REFUSED_IN_NAMES.search(name) or _ONLY_DOTS.fullmatch(name) or name != name.strip():
        raise PydanticCustomError(
            "file_name",
            'Xero takes no name with < > : " / \\ | ? * + in it, with white space at an end or '
            "of dots alone",
        )
    return name


def _base64(text: str) -> str:
    """Refuse what is no base64, or more of it than Xero takes."""
    try:
        size = len(b64decode(text, validate=True))
    except ValueError:
        raise PydanticCustomError("base64", "Input should be base64") from None
    if size > LARGEST_FILE:
        raise PydanticCustomError("file_size", "{message}", {"message": too_large(size)})
    return text


FileName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_named)]
"""A file's name as Xero takes it; spaces and letters of any script are fine."""


class Place(Input):
    """An object in the stack's own bucket."""

    bucket: str | None = Field(
        default=None, description="The stack's own, which is meant where it is left out."
    )
    key: str = Field(min_length=1, max_length=1024, description="Key of the object.")


class FileInput(Input):
    """A file to be sent, which comes along or is in the stack's bucket."""

    file_name: FileName = Field(
        description="As Xero is to show it; its ending tells Xero what it is."
    )
    content: Annotated[str, Field(min_length=1), AfterValidator(_base64)] | None = Field(
        default=None,
        repr=False,
        description="The file as base64; of more than some 4 MB give s3 instead.",
    )
    s3: Place | None = Field(default=None, description="Where the file is, instead of content.")
    content_type: str | None = Field(
        default=None,
        pattern=_MEDIA_TYPE,
        max_length=255,
        description="Such as application/pdf; found by the name's ending where it is left out.",
    )
    _fetched: bytes = PrivateAttr(default=b"")

    @model_validator(mode="after")
    def _is_one_file(self) -> Self:
        if (self.content is None) == (self.s3 is None):
            raise refusal("Give either content or s3")
        return self

    def with_bytes(self, content: bytes) -> Self:
        """Return the same with what its object holds.

        Raises:
            InputError: Xero takes no such file.
        """
        if not content or len(content) > LARGEST_FILE:
            why = too_large(len(content)) if content else "The object is empty"
            raise InputError.at("input.s3", why)
        copy = self.model_copy()
        copy._fetched = content  # noqa: SLF001 - one of its own kind
        return copy

    @property
    def sent(self) -> File:
        """The file as it is sent; empty while its object has not been fetched."""
        content = b64decode(self.content) if self.content else self._fetched
        return File(content=content, content_type=self.content_type or type_of(self.file_name))


class Delivered(Input):
    """A file to be had."""

    deliver: Annotated[str, OneOf("content", "s3")] | None = Field(
        default=None,
        description=(
            "content: in the answer; s3: as an object in the stack's bucket. Left out, it is in "
            "the answer where it fits, else in the bucket."
        ),
    )


class PutPlace(Output):
    """An object that was put into the stack's bucket."""

    bucket: str
    key: str
    expires_at: str = Field(description="When it is deleted, about; ISO 8601 in UTC.")


class FileOutput(Output):
    """A file."""

    content: str | None = Field(description="The file as base64; null where it is in s3.")
    s3: PutPlace | None = Field(description="Where it is, if not in content.")
    content_type: str
    file_name: str
    size: int = Field(description="Bytes of the file.")


def file_output(content: bytes, *, content_type: str, file_name: str) -> dict[str, Any]:
    """Return the output that holds a file by value."""
    return {
        "content": b64encode(content).decode(),
        "s3": None,
        "content_type": content_type,
        "file_name": file_name,
        "size": len(content),
    }


def type_of(file_name: str) -> str:
    """Return a file's media type by the ending of its name."""
    _, dot, ending = file_name.rpartition(".")
    return _TYPES.get(ending.lower(), BYTES) if dot else BYTES


def too_large(size: int) -> str:
    """Say that Xero takes no file of a size."""
    most = LARGEST_FILE // 1024**2
    return f"Xero takes attachments of up to {most} MB; this file has {size / 1024**2:.1f}"
