# SPDX-License-Identifier: Apache-2.0
"""What a function is told through its environment."""

import pytest
from xero_connection.settings import (
    API_URL,
    IDENTITY_URL,
    ActionSettings,
    QuerySettings,
    RecordSettings,
    SweepSettings,
    TokenSettings,
    WatchSettings,
    WebhookSettings,
    read_settings,
)
from xero_connection.sweeper import chosen

ACTION = {
    "TOKEN_SECRET": "token",
    "TOKEN_FUNCTION": "function",
    "TABLE_NAME": "table",
    "BUS_NAME": "bus",
    "REQUEST_QUEUE_URL": "queue",
    "REQUEST_MAX_RECEIVES": "5",
    "OUTCOME_HOURS": "24",
    "RAW_WRITES": "false",
}


def test_a_variable_is_its_fields_name_in_capitals() -> None:
    told = read_settings(ActionSettings, ACTION | {"XERO_API_URL": "http://xero", "PATH": "/bin"})

    assert told == ActionSettings(
        token_secret="token",
        token_function="function",
        table_name="table",
        bus_name="bus",
        request_queue_url="queue",
        request_max_receives=5,
        outcome_hours=24,
        raw_writes="false",
        xero_api_url="http://xero",
    )


@pytest.mark.parametrize("empty", [{}, {"XERO_API_URL": "", "XERO_IDENTITY_URL": ""}])
def test_xeros_own_hosts_are_meant_where_none_are_named(empty: dict[str, str]) -> None:
    names = ("CREDENTIAL_SECRET", "TOKEN_SECRET", "READ_TOKEN_SECRET", "TABLE_NAME")
    told = read_settings(TokenSettings, dict.fromkeys(names, "a") | empty)

    assert told.xero_api_url == API_URL == "https://api.xero.com"
    assert told.xero_identity_url == IDENTITY_URL == "https://identity.xero.com"


@pytest.mark.parametrize("variable", ACTION)
@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_variable_is_named(variable: str, missing: str | None) -> None:
    environment = {name: text for name, text in ACTION.items() if name != variable}
    if missing is not None:
        environment[variable] = missing

    with pytest.raises(RuntimeError, match=rf"\b{variable}\b"):
        read_settings(ActionSettings, environment)


@pytest.mark.parametrize(
    "kind",
    [
        WebhookSettings,
        QuerySettings,
        RecordSettings,
        SweepSettings,
        TokenSettings,
        WatchSettings,
    ],
)
def test_an_empty_environment_is_no_ones(
    kind: type[
        WebhookSettings
        | QuerySettings
        | RecordSettings
        | SweepSettings
        | TokenSettings
        | WatchSettings
    ],
) -> None:
    with pytest.raises(RuntimeError, match="is not set"):
        read_settings(kind, {})  # type: ignore[type-var]


def test_a_variable_that_should_be_a_number_is_named() -> None:
    with pytest.raises(RuntimeError, match="REQUEST_MAX_RECEIVES is not a whole number"):
        read_settings(ActionSettings, ACTION | {"REQUEST_MAX_RECEIVES": "five"})


SWEEP = {
    "TOKEN_SECRET": "token",
    "TOKEN_FUNCTION": "function",
    "RECORD_QUEUE_URL": "queue",
    "TABLE_NAME": "table",
    "SWEEP_RESOURCES": " invoices, contacts ",
}


def test_what_is_swept_is_told_as_the_template_writes_it() -> None:
    told = read_settings(SweepSettings, SWEEP)

    assert [one.name for one in chosen(told.sweep_resources)] == ["invoices", "contacts"]


@pytest.mark.parametrize("text", ["", "tax_rates", "invoices,,contacts"])
def test_a_list_of_what_to_sweep_that_is_none_is_named(text: str) -> None:
    with pytest.raises(RuntimeError, match="SWEEP_RESOURCES"):
        chosen(read_settings(SweepSettings, SWEEP | {"SWEEP_RESOURCES": text}).sweep_resources)
