# SPDX-License-Identifier: Apache-2.0
"""What the catalogue sends is what Xero describes: held against its SDK, and against its file."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.catalogue import all_operations
from xero_connection.documents import to_json
from xero_connection.models import contacts, invoices, payments
from xero_python.accounting import AccountingApi
from xero_python.accounting import models as sdk_models

from tests.published import description, problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from xero_connection.client import Request
    from xero_connection.operation import Operation

# A canned answer for each request of a flow, enough to make it go on to the next.
ANSWER = {"Contacts": [], "Invoices": [{"LineItems": [{"LineItemID": "a"}]}]}

INVOKED = [operation for operation in all_operations() if operation.kind != "trigger"]
ACCOUNTING = [operation for operation in INVOKED if operation.tenant]


def requests_of(operation: Operation) -> Iterator[Request]:
    """Yield each request that an operation's example leads to."""
    flow = operation.run(operation.input.model_validate(operation.example))
    request = next(flow)
    while True:
        yield request
        if request.method in {"PUT", "POST"} or operation.flow is None:
            return
        try:
            request = flow.send(b"" if request.accept != "application/json" else ANSWER)
        except StopIteration:
            return


def same_path(template: str, path: str) -> bool:
    """Return whether a path is one that a template of Xero's describes."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("operation", ACCOUNTING, ids=lambda operation: operation.id)
def test_each_request_is_one_that_xeros_sdk_makes(operation: Operation) -> None:
    sources = [
        inspect.getsource(method)
        for _, method in inspect.getmembers(AccountingApi)
        if inspect.isfunction(method)
    ]
    for request in requests_of(operation):
        found = [
            source
            for source in sources
            if (url := re.search(r'get_resource_url\("([^"]+)"\)', source))
            and same_path(url[1], request.path)
            and f'"{request.method}",' in source
        ]
        assert found, f"Xero's SDK has no {request.method} {request.path}"
        for name in [*request.query, *request.headers]:
            assert any(f'"{name}"' in source for source in found), f"unknown to Xero: {name}"


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (contacts.ContactRecord, sdk_models.Contact),
        (contacts.ContactPerson, sdk_models.ContactPerson),
        (contacts.Address, sdk_models.Address),
        (contacts.Phone, sdk_models.Phone),
        (contacts.PaymentTerm, sdk_models.Bill),
        (contacts.ContactTerms, sdk_models.PaymentTerm),
        (contacts.BatchPaymentDetails, sdk_models.BatchPaymentDetails),
        (contacts.TrackingDefault, sdk_models.SalesTrackingCategory),
        (invoices.InvoiceRecord, sdk_models.Invoice),
        (invoices.LineItem, sdk_models.LineItem),
        (invoices.LineItemTracking, sdk_models.LineItemTracking),
        (invoices.ContactReference, sdk_models.Contact),
        (payments.PaymentRecord, sdk_models.Payment),
        (payments.PaidInvoice, sdk_models.Invoice),
        (payments.PaidCreditNote, sdk_models.CreditNote),
        (payments.PaidPrepayment, sdk_models.Prepayment),
        (payments.PaidOverpayment, sdk_models.Overpayment),
        (payments.PaymentAccount, sdk_models.Account),
    ],
    ids=lambda model: model.__name__,
)
def test_no_field_is_misspelt(ours: type[BaseModel], theirs: Any) -> None:
    assert set(ours.model_fields) <= set(theirs.attribute_map.values())


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("operation", ACCOUNTING, ids=lambda operation: operation.id)
def test_each_request_is_valid_against_xeros_file(operation: Operation) -> None:
    paths = description()["paths"]
    for request in requests_of(operation):
        method = request.method.lower()
        described = next(
            (
                item[method]
                for path, item in paths.items()
                if same_path(path, request.path) and method in item
            ),
            None,
        )
        assert described, f"Xero describes no {request.method} {request.path}"
        known = {parameter_name(one) for one in described.get("parameters", [])}
        assert set(request.query) | set(request.headers) <= known
        content = described.get("requestBody", {}).get("content", {}).get("application/json")
        assert (content is None) == (request.body is None)
        if content:
            schema = content["schema"]["$ref"].rpartition("/")[2]
            assert not problems(schema, json.loads(to_json(request.body)))


def parameter_name(parameter: dict[str, Any]) -> str:
    """Return a parameter's name, wherever the description keeps it."""
    if "$ref" in parameter:
        shared = parameter["$ref"].rpartition("/")[2]
        parameter = description()["components"]["parameters"][shared]
    return str(parameter["name"])
