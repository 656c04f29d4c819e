# SPDX-License-Identifier: Apache-2.0
"""Attachments: files kept with a record, alike for eleven kinds of record.

https://developer.xero.com/documentation/api/accounting/attachments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Self
from urllib.parse import quote
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import BYTES, Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import Input, OneOf, Output, refusal
from xero_connection.files import Delivered, FileInput, FileName, FileOutput, file_output, type_of
from xero_connection.models.attachments import AttachmentRecord
from xero_connection.operation import Done, Flow, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ: Final = ("accounting.attachments.read", "accounting.attachments")
_WRITE: Final = ("accounting.attachments",)
_NOUNS: Final = {
    "accounts": "Account",
    "bank_transactions": "BankTransaction",
    "bank_transfers": "BankTransfer",
    "contacts": "Contact",
    "credit_notes": "CreditNote",
    "invoices": "Invoice",
    "manual_journals": "ManualJournal",
    "purchase_orders": "PurchaseOrder",
    "quotes": "Quote",
    "receipts": "Receipt",
    "repeating_invoices": "RepeatingInvoice",
}
"""Kinds that take attachments, and Xero's word for one of each; its path has an s behind it."""
_SHOWN_ONLINE: Final = ("credit_notes", "invoices")

Attached = Annotated[str, OneOf(*_NOUNS)]


class _OfRecord(Input):
    """A record that files are kept with."""

    resource: Attached = Field(description="Kind of the record; bills are invoices.")
    record_id: UUID = Field(description="Id of the record.")

    @property
    def path(self) -> str:
        """Where the record's attachments are."""
        return f"/{_NOUNS[self.resource]}s/{self.record_id}/Attachments"


class ListAttachments(_OfRecord):
    """A record whose attachments are listed."""


class GetAttachment(Delivered, _OfRecord):
    """One attachment, by its id or its name."""

    attachment_id: UUID | None = Field(default=None, description="Its AttachmentID.")
    file_name: FileName | None = Field(default=None, description="Its FileName, instead.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.attachment_id is None) == (self.file_name is None):
            raise refusal("Give either attachment_id or file_name")
        return self

    def means(self, attachment: Mapping[str, object]) -> bool:
        """Return whether this is the attachment that is asked for."""
        if self.file_name is not None:
            return attachment.get("FileName") == self.file_name
        return str(attachment.get("AttachmentID")).lower() == str(self.attachment_id)


class ReplaceAttachment(FileInput, _OfRecord):
    """A file that takes the place of one of the same name."""


class UploadAttachment(ReplaceAttachment):
    """A file to be kept with a record."""

    include_online: bool | None = Field(
        default=None,
        description="Show it to the customer with the online invoice or credit note.",
    )

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        if self.include_online is not None and self.resource not in _SHOWN_ONLINE:
            raise refusal(f"Only {' and '.join(_SHOWN_ONLINE)} have it", "include_online")
        return self


class AttachmentsOutput(Output):
    """A record's attachments."""

    attachments: list[AttachmentRecord]


class AttachmentOutput(Output):
    """An attachment, without the file."""

    attachment: AttachmentRecord


def _list(asked: ListAttachments) -> Flow:
    answer = yield Request(method="GET", path=asked.path)
    return Done(output={"attachments": answer["Attachments"]})


def _get(asked: GetAttachment) -> Flow:
    answer = yield Request(method="GET", path=asked.path)
    found = next(filter(asked.means, answer["Attachments"]), None)
    if found is None:
        raise NotFoundError(
            "The record has no such attachment.", advice="Use list_attachments to see what it has."
        )
    name = str(found["FileName"])
    content_type = found.get("MimeType") or type_of(name)
    key = found["AttachmentID"] if asked.file_name is None else quote(name, safe="")
    content = yield Request(
        method="GET",
        path=f"{asked.path}/{key}",
        accept=BYTES,
        # Xero's description has this header of its own beside Accept.
        headers={"contentType": content_type},
    )
    return Done(output=file_output(content, content_type=content_type, file_name=name))


def _upload(asked: UploadAttachment) -> Flow:
    shown = asked.include_online
    return _send(asked, "PUT", {} if shown is None else {"IncludeOnline": str(shown).lower()})


def _replace(asked: ReplaceAttachment) -> Flow:
    return _send(asked, "POST", {})


def _send(asked: ReplaceAttachment, method: str, query: Mapping[str, str]) -> Flow:
    path = f"{asked.path}/{quote(asked.file_name, safe='')}"
    answer = yield Request(method=method, path=path, query=query, body=asked.sent)
    attachments = answer["Attachments"]
    # One is answered; when a lost answer is made up for, all of the record's are.
    same = (one for one in attachments if one.get("FileName") == asked.file_name)
    return Done(output={"attachment": next(same, attachments[0])})


def _calls(form: str) -> tuple[str, ...]:
    """Return Xero's operationIds of one call, for all kinds."""
    return tuple(form.format(noun) for noun in _NOUNS.values())


_RECORD_ID: Final = "d60a3682-8378-5b15-b75f-588cd8c95890"
_INVOICE: Final[dict[str, Any]] = {"resource": "invoices", "record_id": _RECORD_ID}
_NAMED: Final = {"file_name": "Delivery note 7.txt"}
_SENT: Final[dict[str, Any]] = {
    **_INVOICE,
    "file_name": "Delivery note 7.txt",
    "content": "RGVzaywgMSBwaWVjZQ==",
}
_STORED: Final[dict[str, Any]] = {**_INVOICE, "file_name": "a.pdf", "s3": {"key": "scans/a.pdf"}}
_NOT_SENT: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({**_SENT, "resource": "payments"}, "input.resource"),
    ({**_SENT, "record_id": "INV-0001"}, "input.record_id"),
    ({**_SENT, "content": "Desk, 1 piece"}, "input.content"),
    ({**_SENT, "content": ""}, "input.content"),
    ({**_SENT, "s3": {"key": "scans/a.pdf"}}, "input"),
    ({**_INVOICE, "file_name": "a.pdf"}, "input"),
    ({**_STORED, "s3": {"key": ""}}, "input.s3.key"),
    ({**_SENT, "content_type": "text"}, "input.content_type"),
    *(
        ({**_SENT, "file_name": name}, "input.file_name")
        for name in ("", "a/b.txt", "a\\b.txt", "a?.txt", "a+b.txt", "..", " a.txt", "a\x00.txt")
    ),
)

OPERATIONS = (
    Operation(
        id="attachments/upload_attachment",
        kind="action",
        summary="Attach a file to a record.",
        input=UploadAttachment,
        output=AttachmentOutput,
        example=_SENT,
        counter_examples=(
            *_NOT_SENT,
            ({**_SENT, "resource": "contacts", "include_online": True}, "input.include_online"),
        ),
        covers=_calls("create{}AttachmentByFileName"),
        flow=_upload,
        scopes=_WRITE,
        idempotency="natural",
        advice=(
            "Xero takes ten files a record and takes one of the same name in the place of the "
            "former; look with list_attachments first. A large file goes into the stack's bucket "
            "and its key into s3. There is no way back: no call of Xero's takes a file away."
        ),
    ),
    Operation(
        id="attachments/replace_attachment",
        kind="action",
        summary="Put another file in the place of an attachment.",
        input=ReplaceAttachment,
        output=AttachmentOutput,
        example=_SENT,
        counter_examples=(*_NOT_SENT, ({**_SENT, "include_online": True}, "input.include_online")),
        covers=_calls("update{}AttachmentByFileName"),
        flow=_replace,
        scopes=_WRITE,
        idempotency="natural",
        destructive=True,
        advice=(
            "The file_name says which; list_attachments has the names. There is no way back: get "
            "the former file first where it may be needed again."
        ),
    ),
    Operation(
        id="attachments/get_attachment",
        kind="query",
        summary="Get a file that is attached to a record.",
        input=GetAttachment,
        output=FileOutput,
        example={**_INVOICE, **_NAMED},
        counter_examples=(
            (_INVOICE, "input"),
            ({**_INVOICE, "file_name": "a.pdf", "attachment_id": _RECORD_ID}, "input"),
            ({**_INVOICE, "attachment_id": "a.pdf"}, "input.attachment_id"),
            ({**_INVOICE, "file_name": "a/b.pdf"}, "input.file_name"),
            ({**_INVOICE, "file_name": "a.pdf", "deliver": "email"}, "input.deliver"),
        ),
        covers=(*_calls("get{}AttachmentById"), *_calls("get{}AttachmentByFileName")),
        flow=_get,
        scopes=_READ,
        calls=2,
        advice=(
            "Use list_attachments to find it and to see its size. What does not fit into an "
            "answer comes as an object in the stack's bucket, which is deleted after some days."
        ),
    ),
    Operation(
        id="attachments/list_attachments",
        kind="query",
        summary="List the files that are attached to a record.",
        input=ListAttachments,
        output=AttachmentsOutput,
        example=_INVOICE,
        counter_examples=(
            ({"record_id": _RECORD_ID}, "input.resource"),
            ({**_INVOICE, "resource": "Invoices"}, "input.resource"),
        ),
        covers=_calls("get{}Attachments"),
        flow=_list,
        scopes=_READ,
        advice="Records with files say HasAttachments. The files themselves: get_attachment.",
    ),
)
