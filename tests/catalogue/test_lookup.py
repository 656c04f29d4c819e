# SPDX-License-Identifier: Apache-2.0
"""How an operation is found: by id or by name, loading as little as can be."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.catalogue import RESOURCES, all_operations, find, find_tool
from xero_connection.errors import UnknownOperationError
from xero_connection.operation import Operation

OPERATIONS = list(all_operations())
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


@each
@pytest.mark.promise("one-declaration")
def test_an_operation_is_found_by_its_id_and_by_its_name(operation: Operation) -> None:
    assert find(operation.id) is operation
    assert find_tool(operation.name) is operation


@pytest.mark.parametrize(
    ("asked", "suggestion"),
    [
        # the wrong name in the right resource
        ("invoices/creat_invoice", "invoices/create_invoice"),
        ("invoices/invoice_create", "invoices/invoice_created"),
        ("contacts/create_invoice", "contacts/create_contact"),
        # the wrong resource
        ("invoice/create_invoice", "invoices/create_invoice"),
        ("Invoices/create_invoice", "invoices/create_invoice"),
        ("tax_rate/list_tax_rates", "tax_rates/list_tax_rates"),
    ],
)
@pytest.mark.promise("typed-input")
def test_an_unknown_id_is_answered_with_the_nearest(asked: str, suggestion: str) -> None:
    with pytest.raises(UnknownOperationError) as caught:
        find(asked)

    assert caught.value.details["suggestions"][0] == suggestion
    assert f"Did you mean {suggestion}?" in caught.value.message


@given(st.text() | st.sampled_from(RESOURCES).flatmap(lambda one: st.just(f"{one}/")))
def test_any_text_is_an_operation_or_an_unknown_one(text: str) -> None:
    for look in (find, find_tool):
        with pytest.raises(UnknownOperationError) as caught:
            look(text)
        assert len(caught.value.message) < 700


@pytest.mark.parametrize("asked", ["__init__/a", "os/path", "../invoices/list_invoices", "/", "."])
def test_nothing_but_a_resource_is_imported(asked: str) -> None:
    with pytest.raises(UnknownOperationError):
        find(asked)


def loaded_after(code: str) -> set[str]:
    """Return the resources that are imported once the code has run."""
    code += "\nimport sys, json\nprint(json.dumps(list(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    prefix = "xero_connection.catalogue."
    loaded = (name.removeprefix(prefix) for name in json.loads(printed) if name.startswith(prefix))
    return {name.partition(".")[0] for name in loaded}


@pytest.mark.promise("one-declaration")
def test_only_the_resource_that_is_asked_for_is_imported() -> None:
    importing = "from xero_connection.catalogue import find, find_tool"

    assert loaded_after(importing) == set()
    assert loaded_after(f"{importing}\nfind('accounts/list_accounts')") == {"accounts"}
    assert loaded_after(f"{importing}\nfind_tool('get_contact')") == {"contacts"}
