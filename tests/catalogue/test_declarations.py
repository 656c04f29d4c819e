# SPDX-License-Identifier: Apache-2.0
"""What holds for every operation; each failure says what a declaration has to change."""

import re
from collections import Counter

import pytest
from xero_connection.beside import look_beside
from xero_connection.catalogue import RESOURCES, all_operations, find, operations_of
from xero_connection.invocation import ENVELOPE_OF_TOOLS, read_input
from xero_connection.operation import Operation
from xero_connection.problems import PROBLEMS
from xero_connection.readback import look_by_id

from tests.catalogue.driving import RECORD_ID

OPERATIONS = list(all_operations())
ACTIONS = [operation for operation in OPERATIONS if operation.kind == "action"]
QUERIES = [operation for operation in OPERATIONS if operation.kind == "query"]
INVOKED = [*ACTIONS, *QUERIES]
TRIGGERS = [operation for operation in OPERATIONS if operation.kind == "trigger"]

VERBS = {
    "action": {
        "accept",
        "add",
        "allocate",
        "approve",
        "archive",
        "copy",
        "create",
        "decline",
        "delete",
        "email",
        "find",
        "restore",
        "post",
        "record",
        "mark",
        "remove",
        "replace",
        "send",
        "update",
        "upload",
        "upsert",
        "void",
    },
    "query": {"find", "get", "list"},
}
# https://developer.xero.com/documentation/guides/oauth2/scopes
GRANULAR = {
    *(
        f"accounting.{name}{suffix}"
        for name in (
            "attachments",
            "banktransactions",
            # Of receipts and expense claims, while Xero has them.
            "classicexpenses",
            "contacts",
            "invoices",
            "manualjournals",
            "payments",
            "settings",
        )
        for suffix in ("", ".read")
    ),
    "accounting.budgets.read",
    "accounting.journals.read",
    "paymentservices",
    *(
        f"accounting.reports.{name}.read"
        for name in (
            "aged",
            "balancesheet",
            "banksummary",
            "budgetsummary",
            "executivesummary",
            "profitandloss",
            "taxreports",
            "tenninetynine",
            "trialbalance",
        )
    ),
}

each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
each_action = pytest.mark.parametrize("operation", ACTIONS, ids=lambda operation: operation.id)
each_query = pytest.mark.parametrize("operation", QUERIES, ids=lambda operation: operation.id)
each_invoked = pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)
each_trigger = pytest.mark.parametrize("operation", TRIGGERS, ids=lambda operation: operation.id)


# Names


@each
@pytest.mark.promise("one-declaration")
def test_an_id_is_a_resource_and_a_name_in_snake_case(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*/[a-z]+(_[a-z]+)*", operation.id), (
        f"write {operation.id!r} as resource/verb_noun"
    )


@each_invoked
@pytest.mark.promise("one-declaration")
def test_an_action_or_query_starts_with_a_verb(operation: Operation) -> None:
    verb = operation.name.partition("_")[0]

    assert verb in VERBS[operation.kind], (
        f"{operation.id}: start the name with one of {sorted(VERBS[operation.kind])}, "
        "or add the verb to this test if no other fits"
    )


@each_trigger
@pytest.mark.promise("one-declaration")
def test_a_trigger_ends_in_what_has_happened(operation: Operation) -> None:
    # A problem lasts; its name is the one that alarms and metrics have.
    assert operation.name.endswith(("ed", "paid", "_unavailable")) or operation.name in PROBLEMS, (
        f"{operation.id}: end the name in a past participle"
    )


@pytest.mark.promise("one-declaration")
def test_a_name_is_one_operations_alone() -> None:
    count = Counter(operation.name for operation in OPERATIONS)
    shared = [name for name, uses in count.items() if uses > 1]

    assert not shared, f"agents know an operation by its name alone; rename one of each: {shared}"


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.promise("one-declaration")
def test_a_resources_module_lists_its_own_operations(resource: str) -> None:
    operations = operations_of(resource)

    assert operations, f"catalogue/{resource}.py lists no operation: fill it or remove it"
    for operation in operations:
        assert operation.resource == resource, (
            f"move {operation.id} to catalogue/{operation.resource}.py"
        )


# Words


@each
@pytest.mark.promise("one-declaration")
def test_a_summary_is_one_sentence(operation: Operation) -> None:
    assert re.fullmatch(r"[A-Z][^.!?\n]*\.", operation.summary), (
        f"{operation.id}: make the summary one sentence that ends with a full stop"
    )


@each
@pytest.mark.promise("one-declaration")
def test_advice_is_given_in_sentences(operation: Operation) -> None:
    assert re.fullmatch(r"[A-Z][^\n]*\.", operation.advice), (
        f"{operation.id}: say in advice when to choose it, what to look up first or what a "
        "failure means"
    )


@each_invoked
@pytest.mark.promise("one-declaration")
def test_no_input_hides_a_part_of_the_envelope(operation: Operation) -> None:
    hidden = operation.input.model_fields.keys() & set(ENVELOPE_OF_TOOLS)

    assert not hidden, f"{operation.id}: a tool call uses {hidden} for the envelope; rename it"


@each_invoked
@pytest.mark.promise("typed-input")
def test_what_is_asked_with_fields_has_an_example_of_a_refusal(operation: Operation) -> None:
    assert operation.counter_examples or not operation.input.model_fields, (
        f"{operation.id}: declare in counter_examples an input that is refused, and for which field"
    )


# Requests


@each_invoked
@pytest.mark.promise("one-declaration")
def test_an_operation_is_said_in_one_call_or_by_a_flow(operation: Operation) -> None:
    declared = [part for part in (operation.call, operation.flow) if part is not None]

    assert len(declared) == 1, f"{operation.id}: declare either call or flow"


@each_trigger
def test_a_trigger_is_not_invoked(operation: Operation) -> None:
    assert operation.call is None, f"{operation.id}: a trigger makes no call"
    assert operation.flow is None, f"{operation.id}: a trigger makes no call"
    assert not operation.scopes, f"{operation.id}: a trigger needs no scope"


@each_invoked
@pytest.mark.promise("one-declaration")
def test_a_placeholder_in_a_path_is_a_field_of_the_input(operation: Operation) -> None:
    path = operation.call.path if operation.call else ""
    fields = operation.input.model_fields

    for name in re.findall(r"\{(.*?)\}", path):
        assert name in fields, f"{operation.id}: the input has no {name} for {path}"
        assert fields[name].is_required(), f"{operation.id}: {name} is in the path; require it"


@each_query
@pytest.mark.promise("query-reads-only")
def test_a_query_is_declared_to_read(operation: Operation) -> None:
    assert operation.call is None or operation.call.method == "GET", (
        f"{operation.id}: a query only reads; make it an action"
    )
    assert operation.idempotency == "none", f"{operation.id}: a query has no idempotency"
    assert not operation.destructive, f"{operation.id}: a query destroys nothing"
    assert not operation.undo, f"{operation.id}: a query has nothing to undo"


@each_action
@pytest.mark.promise("one-declaration")
def test_an_action_says_what_makes_a_repeat_safe(operation: Operation) -> None:
    assert operation.idempotency in {"key", "natural"}, (
        f"{operation.id}: choose idempotency: key where only the key makes a repeat safe, "
        "natural where a repeat changes nothing"
    )


def is_told_by_a_record(operation: Operation) -> bool:
    """Return whether the record that it changes, or adds to, is named by its id."""
    if operation.call is None:
        first = next(operation.run(read_input(operation, operation.example)))
        return bool(operation.alone) or look_beside(first) is not None
    return look_by_id(operation.call.request(read_input(operation, operation.example))) is not None


@each_action
@pytest.mark.promise("read-back")
def test_what_only_a_key_makes_safe_can_be_looked_for_or_says_why_not(operation: Operation) -> None:
    ways = [bool(operation.read_back), bool(operation.untold), is_told_by_a_record(operation)]

    assert operation.idempotency != "key" or sum(ways) == 1, (
        f"{operation.id}: declare read_back where Xero lists what it makes, else say in untold why "
        "nothing in the books tells; a change of one record by its id needs neither"
    )
    assert operation.idempotency == "key" or not operation.untold, (
        f"{operation.id}: a repeat changes nothing, so nothing has to tell"
    )


# Scopes


@each_invoked
@pytest.mark.promise("one-declaration")
def test_scopes_are_granular_ones_of_xeros(operation: Operation) -> None:
    unknown = set(operation.scopes) - GRANULAR

    assert not unknown, f"{operation.id}: {unknown} are not among Xero's granular scopes"
    anything = operation.resource == "api"
    assert operation.scopes or not operation.tenant or anything, (
        f"{operation.id}: name the scopes that do"
    )


@each_action
@pytest.mark.promise("one-declaration")
def test_an_action_is_not_promised_by_a_scope_that_reads(operation: Operation) -> None:
    reading = [scope for scope in operation.scopes if scope.endswith(".read")]

    assert not reading, f"{operation.id}: {reading} let nobody write"


@each_query
@pytest.mark.promise("one-declaration")
def test_a_query_is_content_with_the_scope_that_reads(operation: Operation) -> None:
    for scope in operation.scopes:
        reading = scope.removesuffix(".read") + ".read"
        known = reading in operation.scopes or reading not in GRANULAR
        assert known, f"{operation.id}: {reading} is enough; name it too"


# Answers


@each
@pytest.mark.promise("one-declaration")
def test_an_output_has_a_record(operation: Operation) -> None:
    assert operation.record_key, f"{operation.id}: the output's first field is its record"


@each_action
def test_an_action_that_declares_no_undo_says_what_goes_back(operation: Operation) -> None:
    said = f"{operation.summary} {operation.advice}"
    assert operation.undo or re.search(r"\b(undo|back)\b", said), (
        f"{operation.id}: say in its advice whether and how it can be undone"
    )


@each_action
@pytest.mark.promise("undo")
def test_an_undo_is_an_action_that_takes_what_it_is_given(operation: Operation) -> None:
    for undo in operation.undo:
        record = dict.fromkeys(undo.arguments.values(), RECORD_ID)
        call = undo.ready_call(record | {"Status": min(undo.statuses, default="")})
        assert call is not None
        assert find(call["operation"]).kind == "action"
        assert read_input(find(call["operation"]), call["input"])
