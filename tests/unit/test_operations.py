# SPDX-License-Identifier: Apache-2.0
"""The catalogue as a person searches it."""

import json
import shlex

import pytest
from typer.testing import CliRunner, Result
from xero_connection.catalogue import all_operations
from xero_connection.describe import input_schema
from xero_connection.invocation import read_input
from xero_connection.operation import Operation

from local.calling import lookup
from local.calling.arguments import with_words
from local.cli.app import app

INVOKED = [one for one in all_operations() if one.kind != "trigger"]


def _operations(*words: str) -> Result:
    return CliRunner().invoke(app, ("operations", *words), prog_name="xero-connection")


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("create invoice", "invoices/create_invoice"),
        ("Invoice VOID", "invoices/void_invoice"),
        ("contact created", "contacts/contact_created"),
        ("trial balance", "reports/get_trial_balance"),
        ("list contacts", "contacts/list_contacts"),
    ],
)
def test_what_has_all_words_is_found_and_the_best_comes_first(words: str, best: str) -> None:
    found = lookup.search([words])

    assert found[0].id == best


def test_a_search_can_be_for_one_kind() -> None:
    kinds = {one["kind"] for one in json.loads(_operations("--kind", "query", "--json").stdout)}

    assert kinds == {"query"}
    assert "invoices/void_invoice" not in _operations("void", "--kind", "trigger").stdout


def test_nothing_found_is_said_and_no_failure() -> None:
    result = _operations("zzz", "invoice")

    assert result.exit_code == 0
    assert "Nothing has all of these words" in result.stdout
    assert json.loads(_operations("zzz", "--json").stdout) == []


def test_an_id_that_is_almost_one_is_refused_with_what_was_meant() -> None:
    result = _operations("invoices/lst_invoices")

    assert result.exit_code == 1
    assert "Did you mean invoices/list_invoices" in result.stderr


def test_a_page_says_all_about_an_operation() -> None:
    said = _operations("create_contact").stdout

    for part in ("Action. ", "scopes: accounting.contacts", "EmailAddress", "At most 255", "undo:"):
        assert part in said


def test_a_trigger_s_page_shows_what_a_rule_gets() -> None:
    said = _operations("invoices/invoice_paid").stdout

    assert "sources: xero.records" in said
    assert '"found_by"' in said


@pytest.mark.parametrize("operation", INVOKED, ids=lambda one: one.id)
@pytest.mark.promise("one-declaration")
def test_a_page_s_example_is_a_command_that_says_the_example(operation: Operation) -> None:
    last = _operations(operation.id).stdout.strip().splitlines()[-1]
    name, command, asked, *words = shlex.split(last)
    read = with_words({}, words, input_schema(operation))

    assert (name, command, asked) == ("xero-connection", "call", operation.id)
    assert read_input(operation, read) == read_input(operation, dict(operation.example))


def test_a_program_gets_the_schemas_of_one() -> None:
    said = json.loads(_operations("void_invoice", "--json").stdout)

    assert said["id"] == "invoices/void_invoice"
    assert said["destructive"] is True
    assert said["schemas"]["input"]["required"] == ["invoice_id"]


@pytest.mark.parametrize(
    ("incomplete", "whole"),
    [
        ("invoices/list_inv", ["invoices/list_invoices"]),
        ("list_inv", ["list_invoices"]),
        ("invoices/invoice_pa", []),
    ],
)
def test_the_shell_completes_operations_that_can_be_called(
    incomplete: str, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_XERO_CONNECTION_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"xero-connection call {incomplete}")
    monkeypatch.setenv("COMP_CWORD", "2")

    result = CliRunner().invoke(app, prog_name="xero-connection")

    assert result.stdout.split() == whole
