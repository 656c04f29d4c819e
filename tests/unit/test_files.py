# SPDX-License-Identifier: Apache-2.0
"""Files: their names, forms and sizes, and their way between an operation and the bucket."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from xero_connection.client import BYTES
from xero_connection.errors import InputError, ResponseTooLargeError
from xero_connection.fields import Input
from xero_connection.files import (
    LARGEST_CONTENT,
    LARGEST_FILE,
    Delivered,
    FileInput,
    Place,
    file_output,
    type_of,
)
from xero_connection.handover import Files

EXPIRES = "2026-11-30T00:00:00Z"


@dataclass
class Shelf:
    """A bucket in memory."""

    name: str = "the-files"
    objects: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str, *, most: int) -> bytes:
        """Return an object."""
        assert most == LARGEST_FILE
        return self.objects[key]

    def put(self, key: str, content: bytes, *, content_type: str) -> str:
        """Keep an object."""
        assert content_type == "application/pdf"
        self.objects[key] = content
        return EXPIRES


def by_value(content: bytes = b"one", **more: Any) -> FileInput:
    return FileInput(file_name="a.pdf", content=b64encode(content).decode(), **more)


def output(size: int = 3) -> dict[str, Any]:
    return file_output(bytes(size), content_type="application/pdf", file_name="a b.pdf")


@given(st.text(max_size=300))
@pytest.mark.promise("file-names")
def test_a_name_that_is_taken_can_be_a_part_of_a_path(name: str) -> None:
    try:
        taken = FileInput(file_name=name, content="YQ==").file_name
    except ValidationError:
        return
    part = quote(taken, safe="")
    assert taken == name == unquote(part)
    assert taken.strip(".")
    assert not set(taken) & set('<>:"/\\|?*+\0')


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.pdf", "application/pdf"),
        ("a.b.JPEG", "image/jpeg"),
        ("pdf", BYTES),
        ("a.unheard-of", BYTES),
        ("a.", BYTES),
    ],
)
def test_a_names_ending_tells_what_a_file_is(name: str, content_type: str) -> None:
    assert type_of(name) == content_type


@pytest.mark.promise("no-secrets-said")
def test_a_file_is_not_shown_where_its_holder_is() -> None:
    content = b64encode(b"a page that nobody else may read").decode()
    asked = FileInput(file_name="a.pdf", content=content)

    assert content not in repr(asked)
    assert "page" not in repr(asked.sent)
    with pytest.raises(ValidationError) as refused:
        FileInput(file_name="a.pdf", content=content + "!")
    assert "base64" in str(refused.value.errors(include_input=False))


def test_what_comes_along_is_sent_as_it_is() -> None:
    sent = by_value(content_type="image/png").sent

    assert (sent.content, sent.content_type) == (b"one", "image/png")
    assert by_value().sent.content_type == "application/pdf"


def test_a_file_from_the_bucket_is_the_same_request_as_before_it_was_fetched() -> None:
    asked = FileInput(file_name="a.pdf", s3=Place(key="k"))
    assert asked.sent.content == b""

    there = Files(store=Shelf(objects={"k": b"one"})).fetched(asked)

    assert there.sent.content == b"one"
    assert there.model_dump(exclude_unset=True) == asked.model_dump(exclude_unset=True)


def test_what_needs_no_bucket_goes_by_it() -> None:
    files = Files(store=Shelf())

    assert files.fetched(asked := by_value()) is asked
    assert files.fetched(nothing := Input()) is nothing
    assert files.delivered(Input(), {"invoice": {}}) == {"invoice": {}}


@pytest.mark.parametrize(
    ("deliver", "size", "placed"),
    [
        (None, 3, False),
        (None, LARGEST_CONTENT * 3 // 4, False),
        (None, LARGEST_CONTENT * 3 // 4 + 1, True),
        ("s3", 3, True),
        ("content", 3, False),
    ],
)
@pytest.mark.promise("files")
def test_a_file_is_in_the_answer_where_it_fits(
    deliver: str | None, size: int, *, placed: bool
) -> None:
    shelf = Shelf()
    made = Files(store=shelf, new_id=lambda: "1").delivered(
        Delivered(deliver=deliver), output(size)
    )

    key = "from-xero/1/a b.pdf"
    if placed:
        assert shelf.objects == {key: bytes(size)}
        assert made["s3"] == {"bucket": "the-files", "key": key, "expires_at": EXPIRES}
        assert made["content"] is None
    else:
        assert shelf.objects == {}
        assert (len(b64decode(made["content"])), made["s3"]) == (size, None)
    assert made["size"] == size


@pytest.mark.parametrize(
    ("store", "deliver", "size", "error"),
    [
        (None, None, LARGEST_CONTENT, ResponseTooLargeError),
        (None, "content", LARGEST_CONTENT, ResponseTooLargeError),
        (Shelf(), "content", LARGEST_CONTENT, ResponseTooLargeError),
        (None, "s3", 3, InputError),
    ],
)
@pytest.mark.promise("files")
def test_a_file_that_can_go_nowhere_says_what_to_do(
    store: Any, deliver: str | None, size: int, error: type[Any]
) -> None:
    with pytest.raises(error) as refused:
        Files(store=store).delivered(Delivered(deliver=deliver), output(size))

    advised = {"FilesBucket=true", '"deliver": "s3"'}
    assert any(one in refused.value.advice for one in advised)


@pytest.mark.parametrize("bucket", [None, "the-files"])
def test_the_stacks_own_bucket_may_be_named(bucket: str | None) -> None:
    asked = FileInput(file_name="a.pdf", s3=Place(key="k", bucket=bucket))

    assert Files(store=Shelf(objects={"k": b"1"})).fetched(asked).sent.content == b"1"


@pytest.mark.parametrize(
    ("store", "bucket"), [(None, None), (None, "the-files"), (Shelf(), "another")]
)
def test_a_file_comes_from_no_other_bucket(store: Any, bucket: str | None) -> None:
    asked = FileInput(file_name="a.pdf", s3=Place(key="k", bucket=bucket))

    with pytest.raises(InputError) as caught:
        Files(store=store).fetched(asked)
    (problem,) = caught.value.details["problems"]
    assert problem["path"].startswith("input.s3")
    assert problem["message"]


@pytest.mark.parametrize("content", [b"", bytes(LARGEST_FILE + 1)])
def test_an_object_that_is_no_file_for_xero_is_refused(content: bytes) -> None:
    asked = FileInput(file_name="a.pdf", s3=Place(key="k"))

    with pytest.raises(InputError, match=r"input\.s3"):
        Files(store=Shelf(objects={"k": content})).fetched(asked)
