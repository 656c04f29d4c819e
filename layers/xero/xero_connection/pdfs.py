# SPDX-License-Identifier: Apache-2.0
"""Documents as PDF files, declared once for the four kinds of which Xero makes some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from pydantic import create_model

from xero_connection.client import PDF, Request
from xero_connection.files import Delivered, FileOutput, file_output
from xero_connection.operation import Done, Flow, Operation

if TYPE_CHECKING:
    from xero_connection.fields import Input

_SCOPES: Final = ("accounting.invoices.read", "accounting.invoices")
_NOUNS: Final = {
    "credit_notes": "CreditNote",
    "invoices": "Invoice",
    "purchase_orders": "PurchaseOrder",
    "quotes": "Quote",
}
"""Kinds that Xero prints, and its word for one of each; the path has an s behind it."""


def pdf_operations(resource: str, example_id: str) -> tuple[Operation, ...]:
    """Return the query that gets a document of a kind as a PDF file."""
    noun, xeros = resource.removesuffix("s"), _NOUNS[resource]
    id_name = f"{noun}_id"
    words = noun.replace("_", " ")

    def flow(asked: Input) -> Flow:
        record_id = getattr(asked, id_name)
        # The record's own address with another Accept: the /pdf of Xero's description is no path.
        content = yield Request(method="GET", path=f"/{xeros}s/{record_id}", accept=PDF)
        return Done(output=file_output(content, content_type=PDF, file_name=f"{record_id}.pdf"))

    fields: dict[str, Any] = {id_name: (UUID, ...)}
    asked = create_model(
        f"{xeros}Pdf", __base__=Delivered, __doc__=f"One {words} by its id.", **fields
    )
    article = "an" if words[0] in "aeiou" else "a"
    return (
        Operation(
            id=f"{resource}/get_{noun}_pdf",
            kind="query",
            summary=f"Get {article} {words} as a PDF file.",
            input=cast("type[Input]", asked),
            output=FileOutput,
            example={id_name: example_id},
            counter_examples=(
                ({id_name: "1"}, f"input.{id_name}"),
                ({"deliver": "s3"}, f"input.{id_name}"),
            ),
            covers=(f"get{xeros}AsPdf",),
            flow=flow,
            scopes=_SCOPES,
            advice=(
                "The content is base64: write it to a file rather than into a prompt, or ask for "
                "it in the stack's bucket with deliver."
            ),
        ),
    )
