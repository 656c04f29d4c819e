# SPDX-License-Identifier: Apache-2.0
"""Every operation, one module per resource; only the resource asked for is imported."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from xero_connection.errors import UnknownOperationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xero_connection.operation import Operation

RESOURCES: Final = tuple(sorted(module.name for module in iter_modules(__path__)))


def operations_of(resource: str) -> tuple[Operation, ...]:
    """Return the operations of one resource, importing it alone."""
    operations: tuple[Operation, ...] = import_module(f"{__name__}.{resource}").OPERATIONS
    return operations


def all_operations() -> Iterator[Operation]:
    """Yield every operation, by resource; for documents and tests, not for functions."""
    for resource in RESOURCES:
        yield from operations_of(resource)


def find(operation_id: str) -> Operation:
    """Return the operation with this id.

    Raises:
        UnknownOperationError: there is none; the nearest ids are in its details.
    """
    resource = operation_id.partition("/")[0]
    if resource not in RESOURCES:
        ids = [
            operation.id
            for near in get_close_matches(resource, RESOURCES)
            for operation in operations_of(near)
        ]
        raise _unknown(operation_id, get_close_matches(operation_id, ids))
    operations = {operation.id: operation for operation in operations_of(resource)}
    if operation_id not in operations:
        raise _unknown(operation_id, get_close_matches(operation_id, operations, cutoff=0.3))
    return operations[operation_id]


def find_tool(name: str) -> Operation:
    """Return the operation whose name, the part after the slash, is `name`.

    A tool's name holds its resource's noun as a rule, so that resource is looked into first.

    Raises:
        UnknownOperationError: no resource has such an operation.
    """
    likely = sorted(RESOURCES, key=lambda resource: resource.removesuffix("s") not in name)
    for resource in likely:
        for operation in operations_of(resource):
            if operation.name == name:
                return operation
    raise _unknown(name, [])


def _unknown(asked: str, suggestions: list[str]) -> UnknownOperationError:
    hint = f" Did you mean {suggestions[0]}?" if suggestions else ""
    return UnknownOperationError(
        f"There is no operation {asked[:100]!r}.{hint}", details={"suggestions": suggestions}
    )
