# SPDX-License-Identifier: Apache-2.0
"""What a function says about its work: one line and one metric, and nothing it was not told to."""

import json
from typing import Any
from uuid import uuid4

import pytest
from xero_connection.observe import FIELDS, Observer, place_of
from xero_connection.records import version_of
from xero_connection.resources import RESOURCES


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Name a service of the test's own: Powertools keeps a service's first output for good."""
    assert capsys
    name = f"test-{uuid4().hex}"
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", name)
    return name


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_and_a_metric_are_written_for_each_thing(
    capsys: pytest.CaptureFixture[str], service: str
) -> None:
    Observer("query").record(operation="invoices/list_invoices", outcome="ok", tenant_id=None)
    line, metric = said(capsys)

    assert (line["level"], line["message"]) == ("INFO", "query")
    assert (line["operation"], line["outcome"]) == ("invoices/list_invoices", "ok")
    assert "tenant_id" not in line
    assert metric["Handled"] == [1.0]
    dimensions = {
        name: metric[name] for name in metric["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]
    }
    assert dimensions == {
        "service": service,
        "function": "query",
        "operation": "invoices/list_invoices",
        "outcome": "ok",
    }


def test_a_failure_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    Observer("query").record(failed=True, outcome="not_found")

    assert said(capsys)[0]["level"] == "WARNING"


def test_the_dimensions_of_one_thing_are_not_those_of_the_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    observer = Observer("query")
    observer.record(operation="a/b", outcome="ok")
    observer.record(outcome="ok")

    assert "operation" not in said(capsys)[3]


@pytest.mark.promise("no-secrets-said")
def test_nothing_is_said_that_is_not_on_the_list() -> None:
    with pytest.raises(ValueError, match="access_token, tenant_name"):
        Observer("query").record(outcome="ok", tenant_name="A", access_token="a")


@pytest.mark.promise("no-secrets-said")
def test_the_list_has_no_field_for_what_opens_doors_or_names_people() -> None:
    telling = ("token", "secret", "key", "name", "body", "header", "input", "output", "signature")

    assert not [field for field in FIELDS for word in telling if word in field]


@pytest.mark.promise("no-secrets-said")
def test_of_an_unforeseen_exception_class_and_place_are_said_and_not_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise KeyError("a-token")

    with pytest.raises(KeyError) as caught:
        fail()
    Observer("action").failure(caught.value)

    text = capsys.readouterr().out
    assert "KeyError at test_observe.py:" in text
    assert "a-token" not in text


@pytest.mark.promise("no-secrets-said")
def test_the_place_of_an_exception_is_the_last_one_in_this_package() -> None:
    record = {"UpdatedDateUTC": "a-secret"}
    with pytest.raises(ValueError, match="a-secret") as caught:
        version_of(RESOURCES["invoices"], record)

    # It came from the standard library, and what matters is who asked it.
    assert place_of(caught.value).startswith("ValueError at documents.py:")


@pytest.mark.promise("no-secrets-said")
def test_an_exception_that_was_never_raised_has_a_class_and_no_place() -> None:
    assert place_of(ValueError("a-secret")) == "ValueError"


@pytest.mark.promise("alarms")
def test_each_problem_has_a_metric_of_its_own_with_the_dimensions_that_the_alarms_name(
    capsys: pytest.CaptureFixture[str], service: str
) -> None:
    observer = Observer("watch")
    observer.problems({"refresh_failing": True, "token_expiring": False})
    observer.record(outcome="watched")
    first, second, *_ = said(capsys)

    assert (first["problem"], first["Problems"]) == ("refresh_failing", [1.0])
    assert (second["problem"], second["Problems"]) == ("token_expiring", [0.0])
    for metric in (first, second):
        assert metric["service"] == service
        (dimensions,) = metric["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
        assert sorted(dimensions) == ["problem", "service"]
