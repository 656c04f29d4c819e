# SPDX-License-Identifier: Apache-2.0
"""What hangs on records of many kinds: attachments, history and notes, documents on paper."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from local.xero import pdfs, resources
from local.xero.attachments import LARGEST, MOST
from local.xero.rules.files import ATTACHED, TOLD
from tests.published import description, problems
from tests.xero.conftest import invoice, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.xero.conftest import Client, Clock
    from tests.xero.sdk import Sdk

NAME = "Lieferschein für Ærø 7%.txt"
TEXT = {"Content-Type": "text/plain"}
INVOICE = "Invoices/INV-0001"


def known(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in resources.BY_NAME]


def path_of(client: Client, name: str) -> str:
    """Return the path of a record of a kind."""
    record = client.read(name)[name][0]
    return f"{name}/{record[resources.BY_NAME[name].id_field]}"


def attach(client: Client, path: str, name: str = NAME, body: bytes = b"one", **query: str) -> Any:
    target = f"{path}/Attachments/{quote(name)}"
    return client.write("PUT", target, body, headers=TEXT, query=query)["Attachments"][0]


def changes(client: Client, path: str) -> list[str]:
    return [one["Changes"] for one in client.read(f"{path}/History")["HistoryRecords"]]


def test_the_kinds_are_those_that_xero_describes() -> None:
    paths = {path for path in description()["paths"] if path.count("/") == 3}
    for last, kinds in (("Attachments", ATTACHED), ("History", TOLD), ("pdf", pdfs.PRINTED)):
        found = {path.split("/")[1] for path in paths if path.endswith(f"}}/{last}")}
        assert found == set(kinds)


@pytest.mark.parametrize("name", known(ATTACHED))
@pytest.mark.promise("simulator-openapi")
def test_a_file_is_kept_with_a_record_of_each_kind(client: Client, name: str) -> None:
    path = path_of(client, name)
    assert client.read(f"{path}/Attachments")["Attachments"] == []

    kept = attach(client, path, body=bytes(range(256)))

    listed = client.api("GET", f"{path}/Attachments")
    assert load(listed)["Attachments"] == [kept]
    assert not problems("Attachments", load(listed))
    assert (kept["FileName"], kept["MimeType"], kept["ContentLength"]) == (NAME, "text/plain", 256)
    assert kept["Url"].endswith(f"/{path}/Attachments/{quote(NAME)}")
    for key in (kept["AttachmentID"], quote(NAME)):
        got = client.api("GET", f"{path}/Attachments/{key}", headers={"Accept": "*/*"})
        assert (got.status, got.body) == (200, bytes(range(256)))
        assert got.headers["Content-Type"] == "text/plain"
    record = client.read(path)[name][0]
    assert record.get("HasAttachments", True) is True


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_file_of_the_same_name_takes_the_place_of_the_former(client: Client, method: str) -> None:
    before = attach(client, INVOICE)

    after = client.write(method, f"{INVOICE}/Attachments/{quote(NAME)}", b"another", headers=TEXT)

    (only,) = client.read(f"{INVOICE}/Attachments")["Attachments"]
    assert after["Attachments"] == [only]
    assert (only["AttachmentID"], only["ContentLength"]) == (before["AttachmentID"], 7)
    assert client.api("GET", f"{INVOICE}/Attachments/{quote(NAME)}").body == b"another"


def test_a_customer_sees_the_files_that_are_meant_for_online_documents(client: Client) -> None:
    assert attach(client, INVOICE)["IncludeOnline"] is False
    assert attach(client, INVOICE, IncludeOnline="true")["IncludeOnline"] is True
    assert "IncludeOnline" not in attach(client, path_of(client, "Contacts"))


def test_a_record_has_ten_files_at_the_most(client: Client) -> None:
    for number in range(MOST):
        attach(client, INVOICE, f"{number}.txt")

    refused = client.messages("PUT", f"{INVOICE}/Attachments/more.txt", b"one")

    assert len(refused) == 1
    attach(client, INVOICE, "3.txt", b"changed")
    assert len(client.read(f"{INVOICE}/Attachments")["Attachments"]) == MOST


@pytest.mark.parametrize(
    ("name", "body", "content_type", "word"),
    [
        ("a<b.txt", b"one", "text/plain", "name"),
        ("a+b.txt", b"one", "text/plain", "name"),
        ("a/b.txt", b"one", "text/plain", ""),
        ("a.txt", b"", "text/plain", "empty"),
        ("a", b"one", "application/octet-stream", "supported file type"),
    ],
)
def test_what_is_no_file_for_xero_is_refused(
    client: Client, name: str, body: bytes, content_type: str, word: str
) -> None:
    target = f"{INVOICE}/Attachments/{quote(name, safe='')}"

    answer = client.api("PUT", target, body, headers={"Content-Type": content_type})

    assert answer.status == 400
    assert word in load(answer)["Elements"][0]["ValidationErrors"][0]["Message"]
    assert not problems("Error", load(answer))
    assert client.read(f"{INVOICE}/Attachments")["Attachments"] == []


def test_a_file_larger_than_xero_takes_is_turned_away_at_the_door(client: Client) -> None:
    target = f"{INVOICE}/Attachments/a.txt"

    assert client.api("PUT", target, bytes(LARGEST), headers=TEXT).status == 200
    answer = client.api("PUT", target, bytes(LARGEST + 1), headers=TEXT)

    assert (answer.status, load(answer)["Title"]) == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{INVOICE}/Attachments/a.txt"),
        ("GET", "Invoices/INV-9999/Attachments"),
        ("PUT", "Invoices/INV-9999/Attachments/a.txt"),
        ("DELETE", f"{INVOICE}/Attachments/a.txt"),
        ("GET", "TaxRates/OUTPUT/Attachments"),
        ("GET", "Accounts/200/History"),
        ("GET", "Quotes/no-such/pdf"),
    ],
)
def test_what_is_not_there_is_not_found(client: Client, method: str, path: str) -> None:
    assert client.api(method, path, b"one" if method == "PUT" else None).status == 404


def test_files_have_a_scope_of_their_own(client: Client) -> None:
    client.log_in(scope="accounting.attachments.read accounting.invoices")
    assert client.api("GET", f"{INVOICE}/Attachments").status == 200
    refused = client.api("PUT", f"{INVOICE}/Attachments/a.txt", b"one", headers=TEXT)
    assert refused.status == HTTPStatus.UNAUTHORIZED
    client.log_in(scope="accounting.invoices")
    assert client.api("GET", f"{INVOICE}/Attachments").status == HTTPStatus.UNAUTHORIZED
    assert client.api("GET", f"{INVOICE}/History").status == 200


@pytest.mark.parametrize("name", known(TOLD))
@pytest.mark.promise("simulator-openapi")
def test_a_record_of_each_kind_takes_notes(client: Client, clock: Clock, name: str) -> None:
    path = path_of(client, name)
    clock.forward(minutes=1)

    sent = {"HistoryRecords": [{"Details": "Called twice."}]}
    added = client.api("PUT", f"{path}/History", sent)

    told = client.api("GET", f"{path}/History")
    for answer in (added, told):
        assert answer.status == 200
        assert not problems("HistoryRecords", load(answer))
    newest = load(told)["HistoryRecords"][0]
    assert (newest["Changes"], newest["Details"]) == ("Note", "Called twice.")
    assert newest["User"] == "System Generated"
    assert newest["DateUTC"] == load(added)["HistoryRecords"][0]["DateUTC"]


def test_the_history_tells_what_was_done_with_a_record(client: Client) -> None:
    made = client.write("PUT", "Invoices", invoice())["Invoices"][0]
    path = f"Invoices/{made['InvoiceID']}"
    client.write("POST", path, {"Reference": "Order 7"})
    attach(client, path)
    client.write("POST", path, {"Status": "AUTHORISED"})
    client.write("POST", path, {"Status": "VOIDED"})

    assert changes(client, path) == ["Voided", "Approved", "Attached a file", "Edited", "Created"]


@pytest.mark.parametrize("details", ["", "a" * 2501, None])
def test_a_note_without_words_or_with_too_many_is_refused(client: Client, details: Any) -> None:
    sent = {"HistoryRecords": [{"Details": details}]}

    assert client.messages("PUT", f"{INVOICE}/History", sent)
    assert "Note" not in changes(client, INVOICE)
    assert client.api("PUT", f"{INVOICE}/History", b"[1]").status == 400
    assert client.api("PUT", f"{INVOICE}/History", b"{").status == 400


@pytest.mark.parametrize("name", pdfs.PRINTED)
def test_a_document_is_printed_at_its_own_address_and_at_that_of_the_description(
    client: Client, name: str
) -> None:
    path = path_of(client, name)

    printed = client.api("GET", f"{path}/pdf")

    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.body.startswith(b"%PDF-")
    assert client.api("GET", path, headers={"Accept": "application/pdf"}).body == printed.body


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_attaches_reads_and_notes(sdk: Sdk, tmp_path: Path) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    invoice_id = api.get_invoices(tenant_id, page=1).invoices[0].invoice_id
    sent = tmp_path / "sent.pdf"
    sent.write_bytes(b"%PDF-1.4 of the SDK")

    (made,) = api.create_invoice_attachment_by_file_name(
        tenant_id, invoice_id, "sent.pdf", sent.read_bytes(), include_online=True
    ).attachments
    (listed,) = api.get_invoice_attachments(tenant_id, invoice_id).attachments
    by_name = api.get_invoice_attachment_by_file_name(
        tenant_id, invoice_id, "sent.pdf", "application/pdf"
    )
    by_id = api.get_invoice_attachment_by_id(
        tenant_id, invoice_id, made.attachment_id, "application/pdf"
    )
    api.create_invoice_history(tenant_id, invoice_id, {"HistoryRecords": [{"Details": "By hand"}]})
    told = api.get_invoice_history(tenant_id, invoice_id).history_records

    assert (made.mime_type, made.include_online) == ("application/pdf", True)
    assert listed.attachment_id == made.attachment_id
    for got in (by_name, by_id):
        with open(got, "rb") as file:  # noqa: PTH123 - the SDK gives a name
            assert file.read() == sent.read_bytes()
    assert [one.changes for one in told][:2] == ["Note", "Attached a file"]
