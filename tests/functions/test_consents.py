# SPDX-License-Identifier: Apache-2.0
"""The token of a person's consent: its refresh token rotates, is cut off, and is taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from xero_connection.aws import Secret
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.filling import Tools
from xero_connection.http import Http
from xero_connection.login import Login
from xero_connection.observe import Observer
from xero_connection.refresh import Refresher
from xero_connection.rows import Rows
from xero_connection.standing import STATE_KEY, read_standing

from local.xero import SimulatorConfig
from local.xero.simulator import utc_now
from tests.functions.records import contact
from tests.functions.stack import TABLE, Context, sample, token_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.wire import Request, Response
    from tests.functions.conftest import Output
    from tests.functions.stack import Stack

SCHEDULE: Final = sample("deliveries/schedule")
LIST: Final = "contacts/list_contacts"
ENDED: Final = token_secret("ended", minutes=-5)


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(strict_refresh=True)


@pytest.fixture
def consented(empty_stack: Stack) -> Stack:
    """A stack that a person has just connected."""
    empty_stack.fill(credential=empty_stack.consented(), token=ENDED)
    empty_stack.xero.log.clear()
    return empty_stack


def asked(stack: Stack) -> int:
    """How often Xero was asked for a token."""
    return len(stack.sent(path="/connect/token"))


def revoke(stack: Stack) -> None:
    """Take the consent back, as a person does at Xero."""
    config = stack.xero.config
    form = {
        "token": stack.held("credential")["refresh_token"],
        "client_id": config.client_id,
        "client_secret": config.client_secret,
    }
    assert stack.session().post("https://identity.xero.com/connect/revocation", form).ok


def later(stack: Stack, monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    """Let time go by at Xero."""
    monkeypatch.setattr(stack.xero, "_clock", lambda: utc_now() + timedelta(minutes=minutes))


def while_xero_is_asked(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]
) -> None:
    """Have something happen the next time that Xero is asked for a token, before it answers."""
    handle = stack.xero.handle

    def handled(request: Request) -> Response:
        if request.path == "/connect/token":
            monkeypatch.setattr(stack.xero, "handle", handle)
            happens()
        return handle(request)

    monkeypatch.setattr(stack.xero, "handle", handled)


@pytest.mark.promise("token-refresh")
@pytest.mark.parametrize("config", [SimulatorConfig(organisations=2, strict_refresh=True)])
@pytest.mark.parametrize("native", [False, True])
def test_a_refresh_keeps_the_new_refresh_token_and_all_else_of_the_secret(
    empty_stack: Stack, *, native: bool
) -> None:
    stack = empty_stack
    given = stack.consented(native=native) | {"note": "Anna's consent"}
    stack.fill(credential=given, token=ENDED)
    assert stack.invoke("token", {"refused": None})["tenants"] == list(stack.xero.books)
    held = stack.held("credential")
    assert held["refresh_token"] != given["refresh_token"]
    assert held | {"refresh_token": ""} == given | {"refresh_token": ""}
    assert stack.held("read") == stack.held("full")
    for tenant_id in stack.xero.books:
        assert stack.ask("query", LIST, tenant_id=tenant_id)["tenant_id"] == tenant_id
    for _ in range(3):
        assert stack.invoke("token", {})["refreshed"] is True
    assert held["refresh_token"] not in (
        stack.held("full").values(),
        stack.held("credential")["refresh_token"],
    )


@pytest.mark.promise("token-refresh")
def test_a_consent_that_nobody_uses_is_kept_alive_by_the_schedule(
    consented: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh token ends after 60 days; each refresh brings one that has 60 days again."""
    for day in range(0, 150, 30):
        later(consented, monkeypatch, day * 24 * 60)
        consented.fill(token=ENDED)
        assert consented.invoke("token", SCHEDULE)["refreshed"] is True


@pytest.mark.promise("no-secrets-said")
def test_no_refresh_token_is_said(consented: Stack, output: Output) -> None:
    first = consented.held("credential")["refresh_token"]
    answer = consented.invoke("token", {})
    second = consented.held("credential")["refresh_token"]
    row = Rows(consented.client("dynamodb").real, TABLE).get([STATE_KEY])
    revoke(consented)
    with pytest.raises(CredentialError) as refused:
        consented.invoke("token", {})
    output.lines()
    for text in (json.dumps(answer), output.text, json.dumps(row), repr(refused.value)):
        assert first not in text
        assert second not in text


@pytest.mark.promise("refresh-survives")
@pytest.mark.parametrize("fault", ["cut-after", "500-after", "slow:30"])
def test_an_answer_that_got_lost_is_recovered_inside_the_grace(
    consented: Stack, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    before = consented.held("credential")
    consented.fault(fault, path="/connect/token")
    with pytest.raises(UnavailableError):
        consented.invoke("token", SCHEDULE)
    assert consented.held("credential") == before
    later(consented, monkeypatch, 29)
    assert consented.invoke("token", SCHEDULE)["refreshed"] is True
    assert consented.read(LIST)["contacts"]


@pytest.mark.promise("consent-gone")
def test_an_answer_that_got_lost_for_longer_than_the_grace_is_a_consent_that_is_gone(
    consented: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    consented.fault("cut-after", path="/connect/token")
    with pytest.raises(UnavailableError):
        consented.invoke("token", {})
    later(consented, monkeypatch, 31)
    with pytest.raises(CredentialError) as refused:
        consented.invoke("token", {})
    assert refused.value.details["reason"] == "invalid_grant"
    assert "xero-connection connect" in refused.value.message
    assert "xero-connection connect" in refused.value.advice


@pytest.mark.promise("consent-gone")
@pytest.mark.parametrize(
    "fault", ["cut", "500", "503", "429-minute", "html-error", "empty", "expired-token"]
)
def test_an_outage_is_not_taken_for_a_revocation(consented: Stack, fault: str) -> None:
    before = consented.held("credential")
    consented.fault(fault, path="/connect/token")
    with pytest.raises(UnavailableError):
        consented.invoke("token", SCHEDULE)
    row = Rows(consented.client("dynamodb").real, TABLE).get([STATE_KEY])[STATE_KEY]
    assert (row["code"], row["reason"]) == ("unavailable", "")
    assert consented.held("credential") == before
    assert consented.read(LIST)["contacts"]


@pytest.mark.promise("consent-gone")
def test_a_consent_that_was_taken_back_is_asked_for_once_until_the_schedule_looks_again(
    consented: Stack,
) -> None:
    stack = consented
    stack.read(LIST)
    revoke(stack)
    before = asked(stack)
    said = set()
    for function, operation in (("query", LIST), ("action", "contacts/create_contact")) * 3:
        given = {"contact": contact()} if function == "action" else {}
        with pytest.raises(CredentialError) as refused:
            stack.ask(function, operation, given)
        said.add(str(refused.value))
    (error,) = map(json.loads, said)
    assert error["details"]["reason"] == "invalid_grant"
    assert "connect again" in error["advice"]
    assert asked(stack) == before + 1
    # However long the present token would have lasted.
    assert stack.invoke("token", SCHEDULE)["reason"] == error["message"]
    assert asked(stack) == before + 2
    # A new consent counts at once.
    stack.xero.connections.connect()
    stack.fill(credential=stack.consented())
    assert stack.read(LIST)["contacts"]


@pytest.mark.promise("refresh-survives")
def test_another_credential_that_a_person_puts_there_meanwhile_is_not_written_over(
    consented: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = consented
    other = stack.consented() | {"note": "the second consent"}
    while_xero_is_asked(stack, monkeypatch, lambda: stack.fill(credential=other))
    assert stack.invoke("token", {})["refreshed"] is True
    held = stack.held("credential")
    assert held["note"] == "the second consent"
    consents = stack.xero.identity._refresh  # noqa: SLF001 - whose token it is
    authorisation = consents[other["refresh_token"]].authorisation
    assert consents[held["refresh_token"]].authorisation == authorisation
    token = stack.xero.identity._access[stack.held("full")["access_token"]]  # noqa: SLF001
    assert token.authorisation == authorisation


@pytest.mark.promise("refresh-survives")
@pytest.mark.parametrize(
    ("text", "error"), [("not JSON", CredentialError), ("{}", UnavailableError)]
)
def test_what_a_person_puts_there_meanwhile_stays_though_it_is_no_credential(
    consented: Stack, monkeypatch: pytest.MonkeyPatch, text: str, error: type[Exception]
) -> None:
    while_xero_is_asked(consented, monkeypatch, lambda: consented.fill(credential=text))
    with pytest.raises(error):
        consented.invoke("token", {})
    arn = consented.arns["credential-secret"]
    assert consented.secrets.get_secret_value(SecretId=arn)["SecretString"] == text
    assert consented.held("full") == ENDED
    with pytest.raises(CredentialError):
        consented.invoke("token", {})


@pytest.mark.promise("refresh-survives")
def test_who_finds_the_turn_taken_is_told_so_when_time_is_up(consented: Stack) -> None:
    rows = Rows(consented.client("dynamodb").real, TABLE)
    assert rows.take("lock#token", owner="another", seconds=600)
    with pytest.raises(UnavailableError, match="Others"):
        consented.invoke("token", {})
    assert asked(consented) == 0
    rows.give_back("lock#token", owner="another")
    assert consented.invoke("token", {})["refreshed"] is True


@pytest.mark.promise("refresh-survives")
def test_without_time_to_store_what_comes_xero_is_not_asked(consented: Stack) -> None:
    with pytest.raises(UnavailableError, match="no time left"):
        consented.invoke("token", {}, Context(milliseconds=5_000))
    assert asked(consented) == 0


@pytest.mark.promise("consent-gone")
def test_a_refusal_counts_only_where_the_credential_is_still_the_same(
    consented: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoke(consented)
    consented.xero.connections.connect()
    other = consented.consented()
    while_xero_is_asked(consented, monkeypatch, lambda: consented.fill(credential=other))
    assert consented.invoke("token", {})["refreshed"] is True
    assert consented.read(LIST)["contacts"]


@pytest.mark.promise("refresh-survives")
def test_while_the_table_is_out_what_rotates_is_left_alone(consented: Stack) -> None:
    consented.invoke("token", {})
    before = consented.held("credential"), asked(consented)
    consented.client("dynamodb").down = True
    with pytest.raises(UnavailableError):
        consented.invoke("token", {})
    assert (consented.held("credential"), asked(consented)) == before
    # The present token lasts on.
    assert consented.read(LIST)["contacts"]


@pytest.mark.promise("refresh-survives")
def test_a_refresh_token_from_memory_is_never_used(consented: Stack) -> None:
    consented.invoke("token", {})
    manager = consented.client("secretsmanager")
    manager.fails = lambda name, _: name == "get_secret_value"
    with pytest.raises(UnavailableError):
        consented.invoke("token", {})
    assert asked(consented) == 1


@pytest.mark.promise("refresh-survives")
@pytest.mark.parametrize("times", [1, 3])
def test_a_refresh_token_that_secrets_manager_refuses_is_put_again(
    consented: Stack, times: int
) -> None:
    left = [times]

    def fails(name: str, parameters: dict[str, Any]) -> bool:
        if (
            name != "put_secret_value"
            or parameters["SecretId"] != consented.arns["credential-secret"]
        ):
            return False
        left[0] -= 1
        return left[0] >= 0

    consented.client("secretsmanager").fails = fails
    assert consented.invoke("token", {})["refreshed"] is True
    assert asked(consented) == 1
    assert consented.invoke("token", {})["refreshed"] is True


@pytest.mark.promise("token-refresh")
def test_the_organisations_of_another_consent_are_not_taken_for_this_ones(
    consented: Stack,
) -> None:
    consented.invoke("token", {})
    consented.fill(credential=consented.consented())
    consented.fault("503", path="/connections")
    assert consented.invoke("token", {})["tenants"] == []
    standing = read_standing(
        Rows(consented.client("dynamodb").real, TABLE).get([STATE_KEY])[STATE_KEY]
    )
    assert (standing.organisations, standing.gone) == ((), ())


@pytest.mark.promise("one-refresh")
def test_two_stacks_with_two_consents_of_one_app_do_not_disturb_each_other(
    consented: Stack,
) -> None:
    stack = consented
    manager, table = stack.client("secretsmanager"), stack.client("dynamodb")
    names = ("credential", "token", "read-token")
    arns = {
        name: stack.secrets.create_secret(Name=f"other-{name}", SecretString="{}")["ARN"]
        for name in names
    }
    text = json.dumps(stack.consented())
    stack.secrets.put_secret_value(SecretId=arns["credential"], SecretString=text)
    table.real.create_table(
        TableName="other",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    credential, full, read = (Secret(manager, arns[name], remembers=False) for name in names)
    http = Http(api_url="https://api.xero.com", session=stack.session())
    other = Refresher(
        Tools(
            credential_secret=credential,
            token_secret=full,
            read_token_secret=read,
            rows=Rows(table, "other"),
            login=Login(http, "https://identity.xero.com"),
            observer=Observer("token"),
        )
    )
    for _ in range(3):
        assert stack.invoke("token", {})["refreshed"] is True
        assert other.handle({}, Context())["refreshed"] is True
    assert (
        json.loads(credential.read())["refresh_token"] != stack.held("credential")["refresh_token"]
    )
    config = stack.xero.config
    app = {"client_id": config.client_id, "client_secret": config.client_secret}
    stack.session().post(
        "https://identity.xero.com/connect/revocation",
        {"token": json.loads(credential.read())["refresh_token"], **app},
    )
    with pytest.raises(CredentialError):
        other.handle({}, Context())
    assert stack.invoke("token", {})["refreshed"] is True
