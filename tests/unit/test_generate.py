# SPDX-License-Identifier: Apache-2.0
"""The files that derive from the catalogue: in step with it, and fit to be sent."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from xero_connection.catalogue import all_operations
from xero_connection.invocation import read_input, read_invocation
from xero_connection.operation import Operation
from xero_connection.receiver import header, raw_body
from xero_connection.trigger import WebhookDetail
from xero_connection.webhooks import is_genuine, read_delivery

from local import generate
from local.derived import metadata, pages, samples

INVOKED = [operation for operation in all_operations() if operation.kind != "trigger"]
TRIGGERS = [operation for operation in all_operations() if operation.kind == "trigger"]
OF_WEBHOOKS = [trigger for trigger in TRIGGERS if trigger.output is WebhookDetail]
OTHERS = [trigger for trigger in TRIGGERS if trigger.output is not WebhookDetail]
DELIVERIES = samples.deliveries()


def read_sample(name: str) -> Any:
    return json.loads((generate.ROOT / f"events/{name}.json").read_text(encoding="utf-8"))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["generate", *arguments])
    return generate.main()


@pytest.mark.promise("one-declaration")
def test_the_files_in_the_project_are_in_step_with_the_catalogue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--check") == 0, capsys.readouterr().out


@pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)
@pytest.mark.promise("one-declaration")
def test_a_sample_event_is_an_invocation_of_its_operation(operation: Operation) -> None:
    invocation = read_invocation(read_sample(operation.id), key="k")

    assert invocation.operation == operation.id
    assert read_input(operation, invocation.input)


def read_genuine(event: Any) -> list[dict[str, Any]]:
    body, signature = raw_body(event), header(event, "x-xero-signature")
    assert body is not None
    assert signature is not None
    assert is_genuine(body, signature=signature, keys=[samples.SAMPLE_KEY])
    delivery = read_delivery(body)
    assert delivery.complete
    return delivery.entries


@pytest.mark.parametrize("trigger", OTHERS, ids=lambda trigger: trigger.id)
@pytest.mark.promise("one-declaration")
def test_a_sample_event_of_a_trigger_is_what_a_rule_gets(trigger: Operation) -> None:
    sample = read_sample(trigger.id)

    assert sample["source"] in trigger.sources
    assert sample["detail-type"] == trigger.id
    assert sample["detail"] == trigger.example


@pytest.mark.parametrize("trigger", OF_WEBHOOKS, ids=lambda trigger: trigger.id)
@pytest.mark.promise("one-declaration")
def test_a_sample_delivery_is_signed_and_becomes_its_trigger(trigger: Operation) -> None:
    assert [entry["DetailType"] for entry in read_genuine(read_sample(trigger.id))] == [trigger.id]


@pytest.mark.parametrize(
    ("name", "count"), [("intent_to_receive", 0), ("several_events", 2), ("base64_body", 1)]
)
def test_a_sample_delivery_has_as_many_events_as_its_name_says(name: str, count: int) -> None:
    assert len(read_genuine(DELIVERIES[name])) == count


def test_a_sample_request_asks_for_an_action_alone_and_from_the_queue() -> None:
    (record,) = DELIVERIES["request_from_queue"]["Records"]

    assert json.loads(record["body"]) == DELIVERIES["request"]
    assert read_invocation(DELIVERIES["request"], key="k").operation == "invoices/create_invoice"


@pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)
@pytest.mark.promise("one-declaration")
def test_a_page_describes_an_operation_with_its_input_and_its_example(
    operation: Operation,
) -> None:
    page = pages.operation_page(operation)

    assert page.startswith(f"# `{operation.id}`\n")
    assert operation.summary in page
    assert f"file://events/{operation.id}.json" in page
    for name in operation.input.model_fields:
        assert f"| `{name}` |" in page
    assert "anyOf" not in page
    assert "$ref" not in page


@pytest.mark.promise("one-declaration")
def test_links_between_the_pages_lead_somewhere() -> None:
    texts = pages.pages()
    for name, text in texts.items():
        folder = Path("/docs/operations") / Path(name).parent
        for link in re.findall(r"\]\(([^)#]+\.md)", text):
            target = os.path.normpath(folder / link)
            inside = Path(target).is_relative_to("/docs/operations")
            assert not inside or str(Path(target).relative_to("/docs/operations")) in texts, link
            assert inside or (generate.ROOT / target.lstrip("/")).exists(), link


@pytest.mark.promise("one-declaration")
def test_the_metadata_name_every_operation_and_every_scope() -> None:
    listed = [
        one["id"]
        for resource in metadata.resources()["resources"]
        for one in resource["operations"]
    ]

    assert sorted(listed) == sorted(one.id for one in all_operations())
    opened = metadata.connection()["scopes"]
    assert {scope for one in INVOKED for scope in one.scopes} == opened.keys()
    assert set().union(*opened.values()) == {one.id for one in INVOKED if one.scopes}


@pytest.mark.promise("one-declaration")
def test_the_readmes_table_holds_every_operation_and_leaves_the_rest_alone() -> None:
    start, end = "<!-- operations: generated by `make generate` -->", "<!-- end of operations -->"
    once = pages.with_table(f"before\n{start}\nold\n{end}\nafter\n")

    assert once.startswith(f"before\n{start}\n| resource |")
    assert once.endswith(f"|\n{end}\nafter\n")
    assert "old" not in once
    assert pages.with_table(once) == once
    assert all(f"[`{operation.resource}`]" in once for operation in all_operations())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    (tmp_path / "README.md").write_text("A project.\n", encoding="utf-8")
    return tmp_path


def test_what_is_missing_is_written_and_what_is_left_over_is_removed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left_over = project / "events/invoices/explode_invoice.json"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("{}")

    assert run(monkeypatch) == 0
    assert not left_over.exists()
    assert (project / "events/invoices/create_invoice.json").exists()
    assert run(monkeypatch, "--check") == 0
    assert "1 removed" in capsys.readouterr().out


def test_a_check_changes_nothing_and_names_each_file_that_is_out_of_step(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    stale = project / "events/invoices/create_invoice.json"
    stale.write_text("{}")
    left_over = project / "events/explode.json"
    left_over.write_text("{}")
    capsys.readouterr()

    assert run(monkeypatch, "--check") == 1
    assert capsys.readouterr().out.splitlines() == [
        f"out of step: {name} (run make generate)"
        for name in ("events/invoices/create_invoice.json", "events/explode.json")
    ]
    assert stale.read_text() == left_over.read_text() == "{}"
