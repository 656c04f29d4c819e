# SPDX-License-Identifier: Apache-2.0
"""Linked transactions: a line that was bought, billed on to a customer (a billable expense).

https://developer.xero.com/documentation/api/accounting/linkedtransactions
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import OneOf, Query, refusal
from xero_connection.lists import Pages
from xero_connection.models.linked_transactions import (
    LinkedTransaction,
    LinkedTransactionRecord,
)
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINKED = Endpoint(
    resource="linked_transactions",
    noun="linked_transaction",
    collection="LinkedTransactions",
    record=LinkedTransactionRecord,
    read=("accounting.invoices.read", "accounting.invoices"),
    write=("accounting.invoices",),
    example_id="17270842-ebe6-53aa-855e-a479fece9c40",
    each_query=False,
)


class NewLinkedTransaction(LinkedTransaction):
    """A linked transaction that does not exist yet."""

    SourceTransactionID: UUID = Field(
        description="The bill, or the bank transaction of type SPEND."
    )
    SourceLineItemID: UUID = Field(description="The line of it.")


class ListLinkedTransactions(Pages):
    """Which linked transactions to list."""

    source_transaction_id: Annotated[UUID | None, Query("SourceTransactionID")] = Field(
        default=None, description="Only of this bill or bank transaction."
    )
    target_transaction_id: Annotated[UUID | None, Query("TargetTransactionID")] = Field(
        default=None, description="Only of this sales invoice."
    )
    contact_id: Annotated[UUID | None, Query("ContactID")] = Field(
        default=None, description="Only of this customer."
    )
    status: Annotated[
        str | None, OneOf("APPROVED", "DRAFT", "ONDRAFT", "BILLED", "VOIDED"), Query("Status")
    ] = Field(default=None, description="Only in this status; goes with contact_id.")

    @model_validator(mode="after")
    def _has_the_contact_of_a_status(self) -> Self:
        if self.status is not None and self.contact_id is None:
            raise refusal("Xero looks for a status only together with a contact", "contact_id")
        return self


def new_linked_transaction(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new linked transaction is known from all others."""
    return (
        "SourceTransactionID",
        "SourceLineItemID",
        "ContactID",
        "TargetTransactionID",
        "TargetLineItemID",
    )


_EXAMPLE = {
    "SourceTransactionID": "a848644a-f20f-4630-98c3-386bd7505631",
    "SourceLineItemID": "b0df260d-3cc8-4ced-9bd6-41924f624ed3",
    "ContactID": "4e1753b9-018a-4775-b6aa-1bc7871cfee3",
}
_TARGET = {"TargetLineItemID": "d5128ff1-0f39-4d2a-a6d5-46dfaf5f075c"}

OPERATIONS = (
    _LINKED.create(
        NewLinkedTransaction,
        _EXAMPLE,
        summary="Mark a line that was bought as one to bill on to a customer.",
        covers=("createLinkedTransaction",),
        counter_examples=(
            (
                {"linked_transaction": {"SourceLineItemID": _EXAMPLE["SourceLineItemID"]}},
                "input.linked_transaction.SourceTransactionID",
            ),
            (
                {"linked_transaction": _EXAMPLE | _TARGET},
                "input.linked_transaction.TargetTransactionID",
            ),
            (
                {"linked_transaction": _EXAMPLE | {"Status": "BILLED"}},
                "input.linked_transaction.Status",
            ),
        ),
        read_back=ReadBack(
            path="/LinkedTransactions",
            collection="LinkedTransactions",
            id_field="LinkedTransactionID",
            identity=new_linked_transaction,
            unfilled=("ContactID", "TargetTransactionID", "TargetLineItemID"),
        ),
        undo=(_LINKED.undo("delete_linked_transaction"),),
        advice=(
            "Get the bill or the bank transaction of type SPEND first for the ids of its lines. "
            "Leave the target out until the customer's invoice is there, and name it with "
            "update_linked_transaction."
        ),
    ),
    _LINKED.update(
        LinkedTransaction,
        {
            "ContactID": _EXAMPLE["ContactID"],
            "TargetTransactionID": "83693fc1-5b05-4807-b190-109d4a85dd5f",
        },
        summary="Name the customer or the sales invoice that a linked transaction is billed to.",
        covers=("updateLinkedTransaction",),
        counter_examples=(
            (
                {"linked_transaction_id": _LINKED.example_id, "linked_transaction": _TARGET},
                "input.linked_transaction.TargetTransactionID",
            ),
            ({"linked_transaction": _EXAMPLE}, "input.linked_transaction_id"),
        ),
        advice=(
            "The target is a sales invoice of the same contact. There is no undo: get the linked "
            "transaction first where it may have to be put back."
        ),
    ),
    _LINKED.delete(
        covers=("deleteLinkedTransaction",),
        advice=(
            "Both documents stay as they are. There is no way back but to create it anew, under "
            "another id."
        ),
    ),
    _LINKED.get(
        covers=("getLinkedTransaction",),
        advice="Its Status follows from those of the two documents.",
    ),
    _LINKED.list(
        ListLinkedTransactions,
        summary="List linked transactions, 100 a page.",
        covers=("getLinkedTransactions",),
        example={"page": 1},
        counter_examples=(
            ({"status": "APPROVED"}, "input.contact_id"),
            (
                {"status": "PAID", "contact_id": _EXAMPLE["ContactID"]},
                "input.status",
            ),
            ({"where": 'Type=="BILLABLEEXPENSE"'}, "input.where"),
        ),
        advice=("What waits to be billed to a customer: contact_id with status APPROVED."),
    ),
)
