# SPDX-License-Identifier: Apache-2.0
"""Actions and queries, called as a person or a script does."""

import json
import re
import secrets
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.machine import xero_peer
from local.machine.stack import Stack
from tests.flows.commands import (
    PATIENCE_SECONDS,
    Command,
    Run,
    bare,
    refused,
    run_command,
)
from tests.flows.conftest import Invoke
from tests.flows.terminal import running

Call = Callable[..., Command]


@pytest.fixture
def call(stack: Stack, stack_directory: Path) -> Call:  # noqa: ARG001, it must be up
    """Return a function that calls an operation in the stack here."""
    return lambda *words, **how: run_command(
        bare(), "call", *words, "--directory", str(stack_directory), **how
    )


@pytest.fixture
def slow_once(stack: Stack) -> Iterator[None]:
    """Have Xero carry the next creation out and take its time to say so."""
    fault = {"fault": "slow:4", "times": 1, "method": "PUT"}
    xero_peer.request(stack.xero_url, "POST", "/_simulator/faults", fault)
    yield
    xero_peer.request(stack.xero_url, "DELETE", "/_simulator/faults")


def _new_name() -> str:
    return f"Called {secrets.token_hex(6)}"


def _said(command: Command) -> Any:
    """Return the one document on standard output, its numbers as they are written."""
    (line,) = command.stdout.splitlines()
    return json.loads(line, parse_float=Decimal)


def _contacts(invoke: Invoke, name: str) -> list[Any]:
    asked = {"operation": "contacts/list_contacts", "input": {"search_term": name}}
    found: list[Any] = invoke("query", asked).payload["output"]["contacts"]
    return found


def test_a_list_is_a_table_and_a_line_says_where_and_what_is_left(run: Run) -> None:
    command = run("call", "list_invoices", "page_size=2")

    assert command.returncode == 0, command.stderr
    heading, *_ = command.stdout.splitlines()
    assert heading.split()[:3] == ["InvoiceID", "InvoiceNumber", "Type"]
    assert "Harbour Lane Demo (Global) · 1 call · left:" in command.stdout
    assert "cursor=" in command.stdout
    assert "\x1b" not in command.stdout


def test_a_script_gets_the_answer_alone_with_every_digit(call: Call, stack: Stack) -> None:
    created = call(
        "invoices/create_invoice",
        "invoice.Contact.Name=Lantern Street Bakery",
        "invoice.LineItems[].Description=Desk",
        "invoice.LineItems[0].Quantity=3",
        "invoice.LineItems[0].UnitAmount=0.3333",
        "invoice.LineItems[0].AccountCode=200",
        "--json",
    )
    invoice_id = _said(created)["output"]["invoice"]["InvoiceID"]
    asked = {"operation": "invoices/get_invoice", "input": {"invoice_id": invoice_id}}
    answer = stack.account.client("lambda").invoke(
        FunctionName=stack.functions["query"], Payload=json.dumps(asked).encode()
    )
    sent = json.loads(answer["Payload"].read(), parse_float=Decimal)
    got = _said(call("get_invoice", f"invoice_id={invoice_id}", "--json"))

    assert created.stderr == ""
    assert str(got["output"]) == str(sent["output"])
    assert got["output"]["invoice"]["LineItems"][0]["UnitAmount"] == Decimal("0.3333")


def test_a_document_and_words_make_one_input(call: Call, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Ann's\n")
    text = json.dumps({"contact": {"EmailAddress": "ann@example.com", "Name": "before"}})
    words = ("contact.Name=Ann", f"contact.AccountNumber=@{note}", "--dry-run", "--json")

    command = call("create_contact", "--input", "-", *words, given=text)

    (contact,) = _said(command)["output"]["request"]["body"]["Contacts"]
    assert contact == {"EmailAddress": "ann@example.com", "Name": "Ann", "AccountNumber": "Ann's"}


def test_a_wrong_key_is_named_with_what_was_probably_meant(call: Call) -> None:
    words = ("create_contact", "contact.Name=Ann", "contact.Emailaddres=a@example.com")
    person, script = call(*words), call(*words, "--json")

    assert (person.returncode, script.returncode) == (1, 1)
    assert (
        "input.contact.Emailaddres: This field is unknown. Did you mean EmailAddress?"
        in person.stderr
    )
    assert "operations contacts/create_contact`" in person.stderr
    assert _said(script)["error"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("invoices/lst_invoices", "Did you mean invoices/list_invoices"),
        ("mk_contact", "Did you mean"),
        ("invoices/invoice_paid", "events tail --type invoices/invoice_paid"),
    ],
)
def test_what_is_no_operation_is_not_asked_for(name: str, hint: str, tmp_path: Path) -> None:
    # No stack is up there, which would be said if one were looked for.
    assert hint in refused(run_command(bare(), "call", name, "--directory", str(tmp_path)))


def test_an_undo_is_a_command_that_does_it(call: Call, invoke: Invoke) -> None:
    name = _new_name()
    created = call("create_contact", f"contact.Name={name}")
    (undo,) = re.findall(r"undo: python -m local (.*)", created.stdout)

    undone = run_command(bare(), *shlex.split(undo), "--yes")

    assert undone.returncode == 0, undone.stderr
    assert not _contacts(invoke, name)


@pytest.mark.promise("call-once")
def test_the_key_that_was_made_is_said_and_a_repeat_with_it_acts_once(
    call: Call, invoke: Invoke
) -> None:
    name = _new_name()
    first = call("create_contact", f"contact.Name={name}")
    (key,) = re.findall(r"--key (\S+)", first.stdout)

    again = call("create_contact", f"contact.Name={name}", "--key", key)

    assert "was done before with this key" in again.stdout
    assert len(_contacts(invoke, name)) == 1


@pytest.mark.promise("call-asks")
def test_what_takes_away_asks_first_and_only_a_yes_sends_it(
    call: Call, invoke: Invoke, stack_directory: Path
) -> None:
    made = invoke("action", {"operation": "items/create_item", "input": _item()})
    item_id = made.payload["output"]["item"]["ItemID"]
    words = ("delete_item", f"item_id={item_id}")

    assert "--yes says yes beforehand" in refused(call(*words))
    assert call(*words, "--dry-run").returncode == 0
    for typed, status in (("n", 1), ("y", 0)):
        with running(["call", *words, "--directory", str(stack_directory)], bare()) as screen:
            screen.wait_for("Go on? [y/N]")
            screen.type(typed)
            assert screen.end() == status
    asked = {"operation": "items/get_item", "input": {"item_id": item_id}, "on_error": "return"}
    assert invoke("query", asked).payload["error"]["code"] == "not_found"


@pytest.mark.usefixtures("stack")
def test_a_terminal_gets_colours(stack_directory: Path) -> None:
    words = ("get_organisation", "--fields", "Name", "--directory", str(stack_directory))
    with running(["call", *words], bare()) as screen:
        assert screen.end() == 0

    assert b"\x1b[" in screen.raw


@pytest.mark.promise("call-once")
@pytest.mark.usefixtures("slow_once")
def test_an_interrupted_write_says_with_which_command_to_ask_again(
    stack_directory: Path, invoke: Invoke
) -> None:
    name = _new_name()
    words = ("call", "create_contact", f"contact.Name={name}", "--directory", str(stack_directory))
    with running(words, bare()) as screen:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _contacts(invoke, name):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        screen.process.send_signal(signal.SIGINT)
        status = screen.end()
    command = re.findall(r"python -m local (call .*--key \S+)", screen.shown)[-1]

    assert status == 130
    assert "It may have been carried out" in screen.shown
    again = run_command(bare(), *shlex.split(command))
    assert again.returncode == 0, again.stderr
    assert len(_contacts(invoke, name)) == 1


@pytest.mark.promise("no-secrets-said")
def test_no_token_is_said(call: Call, stack: Stack) -> None:
    kept = stack.account.client("secretsmanager").get_secret_value(SecretId=stack.secrets["token"])
    token = json.loads(kept["SecretString"])["access_token"]

    for words in (
        ("create_contact", "contact.Name=x", "--dry-run"),
        ("list_contacts", "--json", "--tenant", "nobody"),
    ):
        command = call(*words)
        assert token not in command.stdout + command.stderr


def _item() -> dict[str, Any]:
    return {"item": {"Code": secrets.token_hex(6)}}
