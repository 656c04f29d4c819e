# SPDX-License-Identifier: Apache-2.0
"""Files on the running stack: by the bucket where they are large, by value where they are not."""

from base64 import b64decode, b64encode
from typing import Any

import pytest

from local.machine.stack import Stack
from tests.flows.conftest import Invoke

LARGE = bytes(range(256)) * 20_000
"""5 MB: more than an invocation may bring or answer."""
NAME = "Lieferschein für Ærø 7%.pdf"


@pytest.fixture
def invoice(invoke: Invoke) -> dict[str, Any]:
    line = {"Description": "Desk", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}
    given = {"Contact": {"Name": "Lantern Street Bakery"}, "LineItems": [line]}
    answer = invoke("action", {"operation": "invoices/create_invoice", "input": {"invoice": given}})
    made = answer.payload["output"]["invoice"]
    return {"resource": "invoices", "record_id": made["InvoiceID"]}


def output(invoke: Invoke, function: str, operation: str, given: Any) -> dict[str, Any]:
    answer = invoke(function, {"operation": operation, "input": given})
    assert not answer.failed, answer.payload
    found: dict[str, Any] = answer.payload["output"]
    return found


@pytest.mark.promise("files")
@pytest.mark.promise("file-names")
def test_a_large_file_goes_from_the_bucket_to_xero_and_back_into_the_bucket(
    stack: Stack, invoke: Invoke, invoice: dict[str, Any]
) -> None:
    s3 = stack.account.client("s3")
    s3.put_object(Bucket=stack.files_bucket, Key="scans/ä 1.pdf", Body=LARGE)
    given = {**invoice, "file_name": NAME, "s3": {"key": "scans/ä 1.pdf"}}

    made = output(invoke, "action", "attachments/upload_attachment", given)["attachment"]
    named = {**invoice, "file_name": NAME}
    got = output(invoke, "query", "attachments/get_attachment", named)

    assert (made["FileName"], made["ContentLength"]) == (NAME, len(LARGE))
    assert (got["content"], got["size"]) == (None, len(LARGE))
    found = s3.get_object(Bucket=got["s3"]["bucket"], Key=got["s3"]["key"])
    assert found["Body"].read() == LARGE
    assert found["ContentType"] == "application/pdf"


@pytest.mark.promise("files")
def test_a_small_file_travels_by_value_both_ways(invoke: Invoke, invoice: dict[str, Any]) -> None:
    content = bytes(range(256)) * 4_000
    given = {**invoice, "file_name": NAME, "content": b64encode(content).decode()}

    made = output(invoke, "action", "attachments/upload_attachment", given)["attachment"]
    named = {**invoice, "attachment_id": made["AttachmentID"]}
    got = output(invoke, "query", "attachments/get_attachment", named)

    assert b64decode(got["content"]) == content
    assert (got["file_name"], got["s3"]) == (NAME, None)


@pytest.mark.promise("history")
def test_a_note_is_in_the_history_of_its_record(invoke: Invoke, invoice: dict[str, Any]) -> None:
    output(invoke, "action", "history/add_history_note", {**invoice, "note": "Called twice."})

    told = output(invoke, "query", "history/get_history", invoice)["history"]

    assert [one["Changes"] for one in told] == ["Note", "Created"]
