# SPDX-License-Identifier: Apache-2.0
"""Attachments, PDFs and notes: from the caller or the bucket into Xero, and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import (
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    ResponseTooLargeError,
    UnavailableError,
    ValidationError,
)
from xero_connection.files import LARGEST_FILE

from tests.functions.records import kinds_of, of_invoice, record_of
from tests.functions.test_outcomes import later

if TYPE_CHECKING:
    from tests.functions.conftest import Output
    from tests.functions.stack import Stack

UPLOAD = "attachments/upload_attachment"
NAME = "Lieferschein für Ærø 7%.pdf"
PRIVATE = b"a page that nobody else may read"
KEY = "scan-7"
LARGE = bytes(range(256)) * 20_000
"""5 MB, more than an answer holds."""


def base64(content: bytes) -> str:
    return b64encode(content).decode()


def file(record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {**record, "file_name": NAME, "content": base64(PRIVATE), **changes}
    return {name: value for name, value in given.items() if value is not None}


def stored(stack: Stack, content: bytes, key: str = "scans/ä 1.pdf") -> dict[str, Any]:
    """Put an object as a person does and return what names it."""
    stack.bucket().put_object(Key=key, Body=content)
    return {"content": None, "s3": {"key": key}}


def kept(stack: Stack, record: dict[str, Any]) -> list[bytes]:
    """Return what Xero keeps with a record."""
    (book,) = stack.xero.books.values()
    return [one.content for one in book.attachments.of(record["record_id"])]


# By value


@pytest.mark.promise("files")
@pytest.mark.promise("file-names")
def test_a_file_of_each_kind_of_record_goes_in_and_comes_out(stack: Stack) -> None:
    for number, kind in enumerate(kinds_of(UPLOAD)):
        record = record_of(stack, kind)

        made = stack.act(UPLOAD, file(record), idempotency_key=kind)["attachment"]

        assert (made["FileName"], made["MimeType"]) == (NAME, "application/pdf")
        assert kept(stack, record) == [PRIVATE]
        assert stack.read("attachments/list_attachments", record)["attachments"] == [made]
        # One way each: Xero allows sixty calls a minute.
        how = {"file_name": NAME} if number % 2 else {"attachment_id": made["AttachmentID"]}
        got = stack.read("attachments/get_attachment", {**record, **how})
        assert b64decode(got["content"]) == PRIVATE
        assert (got["s3"], got["size"]) == (None, len(PRIVATE))
        assert (got["file_name"], got["content_type"]) == (NAME, "application/pdf")


@pytest.mark.promise("files")
def test_another_file_takes_the_place_of_an_attachment(stack: Stack) -> None:
    record = of_invoice(stack)
    first = stack.act(UPLOAD, file(record), idempotency_key="1")["attachment"]

    other = file(record, content=base64(b"corrected"))
    second = stack.act("attachments/replace_attachment", other, idempotency_key="2")["attachment"]

    assert (second["AttachmentID"], second["ContentLength"]) == (first["AttachmentID"], 9)
    assert kept(stack, record) == [b"corrected"]


@pytest.mark.promise("files")
def test_a_file_can_be_meant_for_the_customer(stack: Stack) -> None:
    record = of_invoice(stack)
    made = stack.act(UPLOAD, file(record, include_online=True))["attachment"]
    assert made["IncludeOnline"] is True


@pytest.mark.promise("files")
def test_xero_is_told_what_a_file_is(stack: Stack) -> None:
    record = of_invoice(stack)
    for name, said, content_type in (
        ("a.csv", None, "text/csv"),
        ("A.TIF", None, "image/tiff"),
        # JSON that is a file, and is handed on as one.
        ("a.data.json", None, "application/json"),
        ("a", "image/png", "image/png"),
        ("a.pdf", "text/plain; charset=utf-8", "text/plain"),
    ):
        given = file(record, file_name=name, content_type=said)

        made = stack.act(UPLOAD, given, idempotency_key=name)["attachment"]

        assert made["MimeType"] == content_type
        got = stack.read("attachments/get_attachment", {**record, "file_name": name})
        assert b64decode(got["content"]) == PRIVATE


@pytest.mark.promise("file-names")
def test_what_xero_would_refuse_is_refused_before_anything_is_sent(stack: Stack) -> None:
    record = {"resource": "invoices", "record_id": stack.xero.tenant_id}
    wrong: tuple[dict[str, Any], ...] = (
        *({"file_name": name} for name in ("a/b.pdf", "a:b.pdf", "..", "a\u0000.pdf", " a.pdf")),
        {"content": base64(bytes(LARGEST_FILE + 1))},
        {"content": "%PDF"},
        {"content": ""},
        {"content": None},
        {"s3": {"key": "a.pdf"}},
    )
    for changes in wrong:
        given = file(record, **changes)
        with pytest.raises(InputError) as refused:
            stack.act(UPLOAD, given)
        assert len(str(refused.value)) < 1000
    assert stack.sent() == []


@pytest.mark.promise("error-tree")
def test_xeros_own_words_say_that_a_record_has_ten_files(stack: Stack) -> None:
    record = of_invoice(stack)
    for number in range(10):
        stack.act(UPLOAD, file(record, file_name=f"{number}.pdf"), idempotency_key=str(number))

    with pytest.raises(ValidationError) as refused:
        stack.act(UPLOAD, file(record))

    assert "10 attachments" in str(refused.value.details["messages"])


def test_what_is_not_attached_is_not_found(stack: Stack) -> None:
    record = of_invoice(stack)
    with pytest.raises(NotFoundError, match="list_attachments"):
        stack.read("attachments/get_attachment", {**record, "file_name": "a.pdf"})
    gone = {"resource": "quotes", "record_id": stack.xero.tenant_id}
    with pytest.raises(NotFoundError):
        stack.read("attachments/list_attachments", gone)


@pytest.mark.promise("files")
def test_a_document_comes_as_a_pdf(stack: Stack) -> None:
    for kind in ("credit_notes", "invoices", "purchase_orders", "quotes"):
        noun, record_id = kind.removesuffix("s"), record_of(stack, kind)["record_id"]

        got = stack.read(f"{kind}/get_{noun}_pdf", {f"{noun}_id": record_id})

        assert b64decode(got["content"]).startswith(b"%PDF-")
        assert (got["file_name"], got["content_type"]) == (f"{record_id}.pdf", "application/pdf")


# By the bucket


@pytest.mark.promise("files")
def test_a_large_file_comes_from_the_bucket_and_goes_back_to_it(stack: Stack) -> None:
    record = of_invoice(stack)

    made = stack.act(UPLOAD, file(record, **stored(stack, LARGE)))["attachment"]
    answer = stack.ask("query", "attachments/get_attachment", {**record, "file_name": NAME})

    assert made["ContentLength"] == len(LARGE)
    assert kept(stack, record) == [LARGE]
    got = answer["output"]
    place = got["s3"]
    assert (got["content"], got["size"], place["bucket"]) == (None, len(LARGE), "the-files")
    assert place["key"].startswith("from-xero/")
    assert place["key"].endswith(f"/{NAME}")
    assert place["expires_at"].endswith("T00:00:00Z")
    put = stack.bucket().Object(place["key"]).get()
    assert (put["Body"].read(), put["ContentType"]) == (LARGE, "application/pdf")
    assert len(json.dumps(answer, default=str)) < 2000


@pytest.mark.promise("files")
def test_a_caller_says_where_a_file_is_to_go(stack: Stack) -> None:
    record = {**record_of(stack, "quotes")}
    stack.act(UPLOAD, file(record, **stored(stack, LARGE)), idempotency_key="1")
    small = file(record, file_name="small.pdf")
    stack.act(UPLOAD, small, idempotency_key="2")

    named = {**record, "file_name": "small.pdf", "deliver": "s3"}
    got = stack.read("attachments/get_attachment", named)

    assert stack.bucket().Object(got["s3"]["key"]).get()["Body"].read() == PRIVATE
    large = {**record, "file_name": NAME, "deliver": "content"}
    with pytest.raises(ResponseTooLargeError, match="deliver"):
        stack.read("attachments/get_attachment", large)


@pytest.mark.promise("files")
@pytest.mark.promise("files-private")
def test_without_a_bucket_files_travel_by_value_alone(stack: Stack) -> None:
    stack.files_bucket = ""
    record = of_invoice(stack)
    with pytest.raises(InputError, match="FilesBucket=true"):
        stack.act(UPLOAD, file(record, content=None, s3={"key": "a"}), idempotency_key="1")
    stack.act(UPLOAD, file(record, content=base64(LARGE)), idempotency_key="2")
    named = {**record, "file_name": NAME}
    with pytest.raises(InputError, match="FilesBucket=true"):
        stack.read("attachments/get_attachment", {**named, "deliver": "s3"})
    with pytest.raises(ResponseTooLargeError, match="FilesBucket=true"):
        stack.read("attachments/get_attachment", named)


@pytest.mark.parametrize(
    ("place", "size", "why"),
    [
        ({"key": "nowhere.pdf"}, 1, "no such object"),
        ({"key": "a.pdf", "bucket": "another"}, 1, "the-files"),
        ({"key": "a.pdf"}, LARGEST_FILE + 1, "up to 10 MB"),
        ({"key": "a.pdf"}, 0, "empty"),
    ],
)
@pytest.mark.promise("files")
def test_an_object_that_is_no_file_for_xero_is_refused_before_anything_is_sent(
    stack: Stack, place: dict[str, Any], size: int, why: str
) -> None:
    record = of_invoice(stack)
    stack.bucket().put_object(Key="a.pdf", Body=bytes(size))
    before = len(stack.sent())

    with pytest.raises(InputError, match=why):
        stack.act(UPLOAD, file(record, content=None, s3=place), idempotency_key=KEY)
    assert len(stack.sent()) == before

    # The same key will do once the object is right.
    again = stored(stack, PRIVATE, "a.pdf")
    stack.act(UPLOAD, file(record, **again), idempotency_key=KEY)
    assert kept(stack, record) == [PRIVATE]


def test_a_bucket_that_is_out_is_an_outage(stack: Stack) -> None:
    record = of_invoice(stack)
    given = file(record, **stored(stack, PRIVATE))
    stack.client("s3").down = True

    with pytest.raises(UnavailableError):
        stack.act(UPLOAD, given, idempotency_key=KEY)
    stack.act(UPLOAD, file(record), idempotency_key="by-value")
    named = {**record, "file_name": NAME, "deliver": "s3"}
    with pytest.raises(UnavailableError):
        stack.read("attachments/get_attachment", named)

    stack.client("s3").down = False
    assert stack.ask("action", UPLOAD, given, idempotency_key=KEY)["replayed"] is False


# Once


@pytest.mark.promise("outcome-kept")
@pytest.mark.promise("file-once")
def test_a_repeat_is_answered_though_the_object_has_expired(stack: Stack) -> None:
    record = of_invoice(stack)
    given = file(record, **stored(stack, PRIVATE))
    first = stack.ask("action", UPLOAD, given, idempotency_key=KEY)
    stack.bucket().Object("scans/ä 1.pdf").delete()
    calls = len(stack.sent())

    again = stack.ask("action", UPLOAD, given, idempotency_key=KEY)

    assert (again["replayed"], again["output"]) == (True, first["output"])
    assert len(stack.sent()) == calls


@pytest.mark.promise("same-key-same-request")
def test_the_same_key_is_refused_to_another_file(stack: Stack) -> None:
    record = of_invoice(stack)
    stack.act(UPLOAD, file(record), idempotency_key=KEY)
    with pytest.raises(Exception, match="idempotency_key_reused"):
        stack.act(UPLOAD, file(record, content=base64(b"another")), idempotency_key=KEY)


@pytest.mark.parametrize("operation", [UPLOAD, "attachments/replace_attachment"])
@pytest.mark.parametrize("fault", ["cut", "cut-after"])
@pytest.mark.parametrize("seconds", [0, 400])
@pytest.mark.promise("file-once")
@pytest.mark.promise("unknown-settled")
def test_a_file_whose_answer_was_lost_is_there_once(
    stack: Stack, operation: str, fault: str, seconds: float
) -> None:
    record = of_invoice(stack)
    stack.fault(fault, 3, path="Attachments")
    with pytest.raises(OutcomeUnknownError):
        stack.act(operation, file(record), idempotency_key=KEY)
    later(stack, seconds, KEY)
    writes = len(stack.sent("P", "Attachments"))

    made = stack.act(operation, file(record), idempotency_key=KEY)["attachment"]

    assert (made["FileName"], made["ContentLength"]) == (NAME, len(PRIVATE))
    assert kept(stack, record) == [PRIVATE]
    if fault == "cut-after" and seconds:
        assert len(stack.sent("P", "Attachments")) == writes, "it was found, not sent again"


@pytest.mark.promise("file-once")
@pytest.mark.promise("unknown-settled")
def test_a_file_that_may_have_been_sent_stays_unknown_while_its_object_is_gone(
    stack: Stack,
) -> None:
    record = of_invoice(stack)
    given = file(record, **stored(stack, PRIVATE))
    stack.fault("cut-after", 3, path="Attachments")
    with pytest.raises(OutcomeUnknownError):
        stack.act(UPLOAD, given, idempotency_key=KEY)
    stack.bucket().Object("scans/ä 1.pdf").delete()
    with pytest.raises(OutcomeUnknownError) as gone:
        stack.act(UPLOAD, given, idempotency_key=KEY)
    assert gone.value.details == {"reason": "invalid_input", "idempotency_key": KEY}
    stored(stack, PRIVATE)
    later(stack, 400, KEY)
    stack.client("s3").down = True
    with pytest.raises(OutcomeUnknownError) as out:
        stack.act(UPLOAD, given, idempotency_key=KEY)
    assert out.value.details["reason"] == "unavailable"
    stack.client("s3").down = False

    assert stack.act(UPLOAD, given, idempotency_key=KEY)["attachment"]["FileName"] == NAME
    assert kept(stack, record) == [PRIVATE]


@pytest.mark.promise("dry-run")
def test_a_rehearsal_says_how_large_a_file_is_and_shows_none_of_it(stack: Stack) -> None:
    record = of_invoice(stack)
    shown = stack.act(UPLOAD, file(record), dry_run=True)["request"]
    assert shown["body"] == {"content_type": "application/pdf", "size": len(PRIVATE)}
    place = file(record, content=None, s3={"key": "a"})
    assert stack.act(UPLOAD, place, dry_run=True)["request"]["body"]["size"] is None


@pytest.mark.promise("no-secrets-said")
def test_no_log_and_no_error_holds_a_part_of_a_file(stack: Stack, output: Output) -> None:
    record = of_invoice(stack)
    for changes in ({}, {"content": base64(PRIVATE) + "!"}, {"file_name": "a?.pdf"}):
        answer = stack.ask("action", UPLOAD, file(record, **changes), on_error="return")
        assert base64(PRIVATE)[:12] not in json.dumps(answer, default=str)
    stack.fault("500", 3, path="Attachments")
    with pytest.raises(OutcomeUnknownError) as unknown:
        stack.act(UPLOAD, file(record), idempotency_key="another")
    assert PRIVATE.decode()[:12] not in str(unknown.value)
    output.lines()
    assert base64(PRIVATE)[:12] not in output.text
    assert PRIVATE.decode()[:12] not in output.text
    assert NAME[:12] not in output.text
