# SPDX-License-Identifier: Apache-2.0
"""The operations that settle invoices with a credit, for each kind of record that is one.

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast
from uuid import UUID

from pydantic import Field, create_model

from xero_connection.client import Request
from xero_connection.fields import Body, Input, OneOf, Output
from xero_connection.filters import Where
from xero_connection.forms import output_of
from xero_connection.lists import Dated, PagedInput
from xero_connection.models.allocations import Allocation, AllocationRecord
from xero_connection.operation import Call, Done, Operation, ReadBack
from xero_connection.resources import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.endpoint import Endpoint
    from xero_connection.operation import Flow

ALLOCATION: Final = {
    "Invoice": {"InvoiceID": "d60a3682-8378-5b15-b75f-588cd8c95890"},
    "Amount": 60.5,
    "Date": "2026-11-22",
}
_Status = Annotated[str, OneOf("AUTHORISED", "PAID", "VOIDED")]
_EXAMPLE_ID: Final = "8c9b2f3e-5d4a-4a57-9c3f-2f4f3e0c7a11"


class ListCredits(PagedInput, Dated):
    """Which credits of one kind to list."""

    statuses: Annotated[list[_Status] | None, Where("Status")] = Field(
        default=None, min_length=1, description="Only in these statuses."
    )
    contact_id: Annotated[UUID | None, Where("Contact.ContactID")] = Field(
        default=None, description="Only of this contact."
    )


class DeletedAllocationOutput(Output):
    """What was deleted."""

    deleted: bool = Field(description="Xero has it no more.")
    allocation_id: UUID


def allocations(kind: Endpoint, *, create: str, delete: str) -> tuple[Operation, ...]:
    """Return the two actions on the allocations of one kind of credit.

    Args:
        kind: the credit.
        create: Xero's operationId of making them.
        delete: Xero's operationId of deleting one.
    """
    deletion = f"{kind.resource}/delete_{kind.noun}_allocation"
    path = f"/{kind.collection}/{{{kind.id_name}}}/Allocations"
    call = Call(
        method="PUT", path=path, collection="Allocations", query={"summarizeErrors": "true"}
    )

    def allocate(asked: Any) -> Flow:
        answer = yield call.request(asked)
        allocation = answer["Allocations"][0]
        undo = None
        if made := allocation.get("AllocationID"):
            given = {kind.id_name: str(getattr(asked, kind.id_name)), "allocation_id": str(made)}
            undo = {"operation": deletion, "input": given}
        return Done(output={"allocation": allocation}, undo=undo)

    def take_back(asked: Any) -> Flow:
        credit = getattr(asked, kind.id_name)
        whole = f"/{kind.collection}/{credit}/Allocations/{asked.allocation_id}"
        yield Request(method="DELETE", path=whole)
        return Done(output={"deleted": True, "allocation_id": str(asked.allocation_id)})

    return (
        Operation(
            id=f"{kind.resource}/allocate_{kind.noun}",
            kind="action",
            summary=f"Settle an invoice or bill with {one_of(kind.noun)} of the same contact.",
            input=_input(
                kind,
                "Allocate{}",
                "What settles an invoice, and how much of it.",
                {"allocation": (Annotated[Allocation, Body("Allocations")], ...)},
            ),
            output=output_of("allocation", AllocationRecord),
            example={kind.id_name: kind.example_id, "allocation": ALLOCATION},
            counter_examples=tuple(
                (
                    {kind.id_name: kind.example_id, "allocation": given},
                    f"input.allocation.{name}",
                )
                for given, name in (
                    (ALLOCATION | {"Amount": 0}, "Amount"),
                    (ALLOCATION | {"Amount": 1.005}, "Amount"),
                    (ALLOCATION | {"Invoice": {}}, "Invoice.InvoiceID"),
                    (ALLOCATION | {"AllocationID": _EXAMPLE_ID}, "AllocationID"),
                )
            ),
            covers=(create,),
            flow=allocate,
            scopes=kind.write,
            idempotency="key",
            read_back=ReadBack(
                path="", collection="Allocations", id_field="AllocationID", identity=_as_sent
            ),
            advice=(
                f"The {kind.words} and the invoice are both approved, of one contact and one "
                "currency. The amount is up to what is left of the one and due on the other: look "
                "at RemainingCredit and AmountDue. The way back deletes the allocation."
            ),
        ),
        Operation(
            id=deletion,
            kind="action",
            summary=f"Delete an allocation of {one_of(kind.noun)}: its invoice is due again.",
            input=_input(
                kind, "Delete{}Allocation", "One allocation.", {"allocation_id": (UUID, ...)}
            ),
            output=DeletedAllocationOutput,
            example={kind.id_name: kind.example_id, "allocation_id": _EXAMPLE_ID},
            counter_examples=(
                ({kind.id_name: kind.example_id}, "input.allocation_id"),
                ({"allocation_id": _EXAMPLE_ID}, f"input.{kind.id_name}"),
            ),
            covers=(delete,),
            flow=take_back,
            scopes=kind.write,
            idempotency="natural",
            destructive=True,
            advice=(
                f"The ids are in Allocations of get_{kind.noun}. There is no way back but to "
                "allocate it anew."
            ),
        ),
    )


def _input(kind: Endpoint, name: str, doc: str, fields: Mapping[str, Any]) -> type[Input]:
    made = create_model(
        name.format(kind.words.title().replace(" ", "")),
        __base__=Input,
        __doc__=doc,
        **{kind.id_name: (UUID, ...), **fields},
    )
    return cast("type[Input]", made)


def _as_sent(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields an allocation is known among those of its credit."""
    return tuple(document)
