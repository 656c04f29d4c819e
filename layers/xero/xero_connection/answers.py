# SPDX-License-Identifier: Apache-2.0
"""What a caller is answered: the envelope around an output, and what of the output is wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from xero_connection.cutting import shortened, without_records
from xero_connection.errors import ResponseTooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.errors import XeroConnectionError
    from xero_connection.operation import Operation
    from xero_connection.tokens import Tenant

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST_ANSWER: Final = 6_000_000


def envelope(operation: Operation, tenant: Tenant | None) -> dict[str, Any]:
    """Return what every answer begins with."""
    return {
        "operation": operation.id,
        "tenant_id": tenant.tenant_id if tenant else None,
        "tenant_name": tenant.tenant_name if tenant else None,
    }


def failed(operation_id: str | None, error: XeroConnectionError) -> dict[str, Any]:
    """Return the answer that says how an invocation failed."""
    return {"operation": operation_id, "error": shortened(error).as_dict()}


def addressed(undo: dict[str, Any] | None, tenant: Tenant | None) -> dict[str, Any] | None:
    """Return the call that undoes, for the very organisation in which something was done."""
    if undo is None or tenant is None:
        return undo
    return {**undo, "tenant_id": tenant.tenant_id}


def addressed_all(
    operation: Operation, output: dict[str, Any], tenant: Tenant | None
) -> dict[str, Any]:
    """Return a batch's output in which each element's call that undoes is addressed."""
    if operation.batch is None:
        return output
    elements = [
        {**one, "undo": addressed(one["undo"], tenant)} for one in output[operation.batch.elements]
    ]
    return {**output, operation.batch.elements: elements}


def all_replayed(operation: Operation, output: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output as it is answered again."""
    if operation.batch is None or operation.batch.elements not in output:
        return dict(output)
    elements = [{**one, "replayed": True} for one in output[operation.batch.elements]]
    return {**output, operation.batch.elements: elements}


def picked(
    operation: Operation, output: Mapping[str, Any], wanted: list[str] | None
) -> dict[str, Any]:
    """Return the output with only the wanted fields of its records."""
    if operation.batch and wanted is not None and operation.batch.elements in output:
        name, key = operation.batch.elements, operation.batch.record_key
        elements = [{**one, key: one[key] and only(one[key], wanted)} for one in output[name]]
        return {**output, name: elements}
    records = output.get(operation.record_key)
    if wanted is None or not isinstance(records, dict | list):
        return dict(output)
    chosen = (
        [only(record, wanted) for record in records]
        if isinstance(records, list)
        else only(records, wanted)
    )
    return {**output, operation.record_key: chosen}


def fitting(operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer if Lambda can; of an action that is done, at least what became of it.

    Raises:
        ResponseTooLargeError: it is a query's and too large.
    """
    # As Lambda writes it, with a space behind each comma and colon.
    written = json.dumps(answer, ensure_ascii=False, default=str)
    size = len(written.encode(errors="surrogatepass"))
    if size <= _LARGEST_ANSWER:
        return answer
    if operation.kind == "action":
        return without_records(operation, answer)
    raise ResponseTooLargeError(
        "The answer is larger than the 6 MB that Lambda returns.",
        details={"bytes": size, "most": _LARGEST_ANSWER},
    )


def only(record: Mapping[str, Any], wanted: list[str]) -> dict[str, Any]:
    """Return a record with only the wanted fields."""
    return {name: record[name] for name in wanted if name in record}
