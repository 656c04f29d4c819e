# SPDX-License-Identifier: Apache-2.0
"""The function that keeps the token fresh: on its schedule, for the others, for a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.rows import Rows
from xero_connection.standing import STATE_KEY, read_standing
from xero_connection.tokens import read_token

from local.xero import SimulatorConfig
from tests.functions.stack import TABLE, Stack, sample, token_secret

if TYPE_CHECKING:
    from tests.functions.conftest import Output

pytestmark = pytest.mark.promise("token-refresh")

SCHEDULE = sample("deliveries/schedule")


def grants(stack: Stack) -> int:
    return len(stack.sent(path="/connect/token"))


def fingerprint(stack: Stack, secret: str = "full") -> str:
    token = read_token(json.dumps(stack.held(secret)), name=secret)
    assert token
    return token.fingerprint


def standing(stack: Stack) -> dict[str, str]:
    """Return what the row says."""
    row = Rows(stack.client("dynamodb").real, TABLE).get([STATE_KEY]).get(STATE_KEY, {})
    return read_standing(row).as_row()


def test_a_new_token_is_kept_with_its_scopes_and_organisations(stack: Stack) -> None:
    stack.fill(token={})
    answer = stack.invoke("token", {})
    held = stack.held("token")
    (book,) = stack.xero.books.values()
    assert held["tenants"] == [
        {"tenant_id": book.tenant_id, "tenant_name": book.organisation["Name"]}
    ]
    assert set(held["scopes"]) == set(stack.xero.config.scopes)
    assert held["expires_at"].endswith("Z")
    assert answer["refreshed"] is True
    assert answer["tenants"] == [book.tenant_id]
    assert datetime.fromisoformat(answer["expires_at"]) > datetime.now(UTC)
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("no-secrets-said")
@pytest.mark.parametrize("event", [{}, SCHEDULE, {"refused": "0" * 16}, None, [], "x", 7])
def test_the_answer_never_holds_the_token(stack: Stack, event: Any) -> None:
    answer = stack.invoke("token", event)
    text = json.dumps(answer)
    assert stack.held("token")["access_token"] not in text
    assert stack.xero.config.client_secret not in text


@pytest.mark.parametrize(("minutes", "renewed"), [(29, 0), (17, 0), (15, 1), (0, 1), (-60, 1)])
def test_the_schedule_renews_tokens_in_their_second_half(
    stack: Stack, minutes: float, renewed: int
) -> None:
    stack.fill(token=token_secret(stack.log_in(), minutes=minutes))
    before = grants(stack)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is bool(renewed)
    assert grants(stack) - before == 2 * renewed


def test_an_own_token_without_an_expiry_is_left_alone_by_the_schedule(stack: Stack) -> None:
    stack.fill(token={"access_token": stack.log_in()})
    before = grants(stack)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False
    assert grants(stack) == before


def test_a_person_gets_a_new_token_whatever_the_old_one_is(stack: Stack) -> None:
    before = stack.held("token")["access_token"]
    assert stack.invoke("token", {})["refreshed"] is True
    assert stack.held("token")["access_token"] != before


def test_a_refused_token_is_renewed_and_another_one_is_not(stack: Stack) -> None:
    present = fingerprint(stack)
    assert stack.invoke("token", {"refused": "0" * 16})["refreshed"] is False
    assert stack.invoke("token", {"refused": present})["refreshed"] is True
    assert fingerprint(stack) != present
    assert stack.invoke("token", {"refused": present})["refreshed"] is False


def test_a_refused_token_is_renewed_where_the_present_one_has_ended(stack: Stack) -> None:
    stack.fill(token=token_secret("ended", minutes=0.3))
    assert stack.invoke("token", {"refused": "0" * 16})["refreshed"] is True


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"access_token": 3}'])
def test_a_token_secret_full_of_nonsense_is_written_over(stack: Stack, text: str) -> None:
    stack.fill(token=text)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is True
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("empty-secrets")
def test_the_schedule_finds_no_credential_and_says_so_once(
    empty_stack: Stack, output: Output
) -> None:
    answer = empty_stack.invoke("token", SCHEDULE)
    assert answer["refreshed"] is False
    (line,) = output.lines()
    assert line["outcome"] == "credential"
    for word in ("credential-secret", "client_id", "token-secret", "access_token"):
        assert word in line["reason"]
        assert word in answer["reason"]
    assert empty_stack.sent() == []


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "There is no credential"),
        ("the secret", "malformed"),
        ("[]", "malformed"),
        ('{"client_id": "a", "client_secret": "b"}', "unknown kind"),
        ('{"kind": "pkce", "client_id": "a"}', "unknown kind"),
        ('{"kind": "oauth2", "client_id": "a"}', "malformed"),
        ('{"kind": "custom_connection", "client_id": "a"}', "malformed"),
        ('{"kind": "custom_connection", "client_id": "…", "client_secret": "…"}', "malformed"),
        ('{"kind": "custom_connection", "client_id": "a", "client_secret": "b c"}', "malformed"),
    ],
)
def test_a_credential_that_is_none_is_refused_with_what_to_put_there(
    empty_stack: Stack, text: str, said: str
) -> None:
    empty_stack.fill(credential=text)
    with pytest.raises(CredentialError, match=said) as refused:
        empty_stack.invoke("token", {})
    assert "custom_connection" in refused.value.message
    assert "credential-secret" in refused.value.message
    assert empty_stack.sent() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"client_secret": "not-the-secret"}, "invalid_client"),
        ({"scopes": "accounting.contacts files"}, "invalid_scope"),
    ],
)
def test_a_credential_that_xero_refuses_leaves_the_token_as_it_is(
    stack: Stack, change: dict[str, str], reason: str
) -> None:
    stack.fill(credential=stack.held("credential") | change)
    before = stack.held("token")
    with pytest.raises(CredentialError) as refused:
        stack.invoke("token", {})
    assert refused.value.details["reason"] == reason
    assert stack.held("token") == before
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False


@pytest.mark.parametrize("scopes", ["accounting.contacts", ["accounting.contacts"]])
def test_only_the_scopes_that_are_named_are_asked_for(stack: Stack, scopes: Any) -> None:
    stack.fill(credential=stack.held("credential") | {"scopes": scopes})
    stack.invoke("token", {})
    assert stack.held("token")["scopes"] == ["accounting.contacts"]


@pytest.mark.parametrize("event", [{}, SCHEDULE])
@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("cut", "/connect/token"),
        ("500", "/connect/token"),
        ("html-error", "/connect/token"),
        ("slow:30", "/connect/token"),
        ("429-minute", "/connect/token"),
        ("empty", "/connect/token"),
    ],
)
def test_while_xero_is_out_the_token_stays_and_one_line_says_why(
    stack: Stack, output: Output, fault: str, path: str, event: Any
) -> None:
    stack.fill(token=token_secret("present", minutes=5))
    before = stack.held("token")
    stack.fault(fault, path=path)
    # An invocation of Lambda's schedule that fails is repeated by Lambda.
    with pytest.raises(UnavailableError):
        stack.invoke("token", event)
    assert stack.held("token") == before
    (line,) = output.lines()
    assert (line["level"], line["outcome"]) == ("WARNING", "unavailable")


@pytest.mark.parametrize("fault", ["cut", "503", "expired-token", "empty", "slow:30"])
def test_while_xero_lists_no_organisations_those_known_before_are_kept(
    stack: Stack, output: Output, fault: str
) -> None:
    stack.invoke("token", {})
    before = stack.held("full")
    stack.fault(fault, path="/connections")
    answer = stack.invoke("token", {})
    assert answer["refreshed"] is True
    assert answer["tenants"] == [stack.xero.tenant_id]
    assert stack.held("full")["access_token"] != before["access_token"]
    assert stack.held("full")["tenants"] == stack.held("read")["tenants"] == before["tenants"]
    line = output.lines()[-1]
    assert line["outcome"] == "refreshed"
    assert line["reason"]


def test_where_no_organisations_are_known_readers_ask_for_them(stack: Stack) -> None:
    stack.fill(token={})
    stack.fault("503", path="/connections")
    stack.invoke("token", {})
    assert stack.held("full")["tenants"] == []
    assert stack.ask("query", "contacts/list_contacts")["tenant_id"] == stack.xero.tenant_id


@pytest.mark.parametrize("organisations", [0, 2])
def test_a_renewal_puts_one_version_of_each_secret(stack: Stack, organisations: int) -> None:
    if organisations:
        stack.xero.connections.connect()
    else:
        stack.xero.connections.end_all()
    stack.invoke("token", {})
    puts: list[str] = []

    def note(name: str, asked: Any) -> bool:
        if name == "put_secret_value":
            puts.append(asked["SecretId"])
        return False

    stack.client("secretsmanager").fails = note
    stack.invoke("token", {})
    assert sorted(puts) == sorted([stack.arns["token-secret"], stack.arns["read-token-secret"]])


@pytest.mark.parametrize("secret", ["token-secret", "read-token-secret"])
def test_a_token_that_cannot_be_kept_is_no_success(stack: Stack, secret: str) -> None:
    stack.invoke("token", {})
    before = stack.held("full"), stack.held("read")
    manager = stack.client("secretsmanager")
    manager.fails = lambda name, asked: (
        name == "put_secret_value" and asked["SecretId"] == stack.arns[secret]
    )
    with pytest.raises(UnavailableError):
        stack.invoke("token", {})
    assert stack.held("read") == before[1]
    manager.fails = lambda *_: False
    stack.invoke("token", {"refused": fingerprint(stack, "read")})
    assert stack.held("full") != before[0]
    assert stack.held("read") != before[1]


def test_while_secrets_manager_is_out_nothing_is_asked_of_xero(stack: Stack) -> None:
    stack.invoke("token", {})
    before = len(stack.sent())
    stack.client("secretsmanager").down = True
    with pytest.raises(UnavailableError):
        stack.invoke("token", {})
    assert len(stack.sent()) == before


# The token of those that only read


@pytest.mark.promise("read-only-token")
def test_query_has_a_token_that_cannot_write(stack: Stack) -> None:
    stack.invoke("token", {})
    full, read = stack.held("full"), stack.held("read")
    assert read["access_token"] != full["access_token"]
    assert read["tenants"] == full["tenants"]
    scopes = set(stack.xero.config.scopes)
    assert set(read["scopes"]) == {
        one for one in scopes if one.endswith(".read") or one == "paymentservices"
    }
    session = stack.session()
    for token, status in ((read, 401), (full, 200)):
        answer = session.put(
            "https://api.xero.com/api.xro/2.0/Contacts",
            json={"Name": f"Harbour {status}"},
            headers={"Authorization": f"Bearer {token['access_token']}"},
        )
        assert answer.status_code == status
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("read-only-token")
@pytest.mark.parametrize(
    "config", [SimulatorConfig(scopes=("accounting.contacts", "accounting.settings.read"))]
)
def test_where_the_app_has_no_scopes_that_read_alone_query_has_actions_token(
    stack: Stack, output: Output
) -> None:
    stack.invoke("token", {})
    assert stack.held("read") == stack.held("full")
    assert standing(stack)["read_only"] == "false"
    assert "no scopes that only read" in output.lines()[-1]["reason"]
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("read-only-token")
def test_a_token_that_has_read_scopes_only_is_everybodys(stack: Stack) -> None:
    stack.fill(credential=stack.held("credential") | {"scopes": "accounting.contacts.read"})
    before = grants(stack)
    stack.invoke("token", {})
    assert stack.held("read") == stack.held("full")
    assert grants(stack) == before + 1


@pytest.mark.parametrize("fault", ["500", "cut"])
def test_while_no_new_read_token_can_be_had_the_present_one_lasts_on(
    stack: Stack, fault: str
) -> None:
    stack.invoke("token", {})
    read = stack.held("read")
    stack.fill(full=token_secret("old", minutes=5), read=read | token_secret("read", minutes=9))
    stack.xero.faults.add({"fault": "slow:0", "path": "/connect/token"})
    stack.fault(fault, path="/connect/token")
    assert stack.invoke("token", SCHEDULE)["refreshed"] is True
    assert stack.held("read")["access_token"] == "read"
    assert stack.invoke("token", SCHEDULE)["refreshed"] is True
    assert stack.held("read")["access_token"] not in {"read", stack.held("full")["access_token"]}


@pytest.mark.parametrize("fault", ["500", "cut"])
def test_query_does_not_go_on_with_the_read_token_of_another_credential(
    stack: Stack, fault: str
) -> None:
    stack.invoke("token", {})
    before = stack.held("read")
    stack.fill(credential=stack.held("credential") | {"scopes": ["accounting.contacts"]})
    stack.xero.faults.add({"fault": "slow:0", "path": "/connect/token"})
    stack.fault(fault, path="/connect/token")
    with pytest.raises(UnavailableError):
        stack.invoke("token", {})
    assert stack.held("read").get("access_token") != before["access_token"]


@pytest.mark.parametrize("secret", ["full", "read"])
def test_where_one_of_the_two_is_refused_both_are_renewed_once(stack: Stack, secret: str) -> None:
    stack.invoke("token", {})
    before, old = grants(stack), fingerprint(stack, secret)
    other = fingerprint(stack, {"full": "read", "read": "full"}[secret])
    assert stack.invoke("token", {"refused": old})["refreshed"] is True
    assert stack.invoke("token", {"refused": old})["refreshed"] is False
    assert stack.invoke("token", {"refused": other})["refreshed"] is False
    assert grants(stack) == before + 2


def test_a_supplied_token_is_copied_in_turn_so_that_it_is_not_put_over_a_later_one(
    empty_stack: Stack,
) -> None:
    stack = empty_stack
    stack.fill(full={"access_token": stack.log_in()})
    before = stack.held("read")
    rows = Rows(stack.client("dynamodb").real, TABLE)
    assert rows.take("lock#token", owner="connect", seconds=600)
    with pytest.raises(UnavailableError, match="Others"):
        stack.invoke("token", {})
    assert stack.held("read") == before
    rows.give_back("lock#token", owner="connect")
    stack.invoke("token", {})
    assert stack.held("read")["access_token"] == stack.held("full")["access_token"]


def test_who_empties_credential_and_token_ends_query_s_too(stack: Stack) -> None:
    stack.invoke("token", {})
    stack.fill(credential={}, full={})
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False
    assert stack.held("read") == {}


# Its row in the table


def test_the_row_says_how_the_connection_stands(stack: Stack) -> None:
    stack.invoke("token", {})
    row = standing(stack)
    assert row["kind"] == "custom_connection"
    assert row["ends_at"] == stack.held("full")["expires_at"]
    assert json.loads(row["organisations"]) == [stack.xero.tenant_id]
    assert (row["gone"], row["read_only"], row["failed_since"]) == ("[]", "true", "")
    stack.fault("503", 2, path="/connect/token")
    failed = []
    for _ in range(2):
        with pytest.raises(UnavailableError):
            stack.invoke("token", {})
        failed.append(standing(stack))
    assert failed[0]["failed_since"] == failed[1]["failed_since"] == failed[0]["failed_at"]
    assert failed[0]["code"] == "unavailable"
    assert failed[0]["refreshed_at"] == row["refreshed_at"]
    stack.invoke("token", {})
    mended = standing(stack)
    assert {mended[name] for name in ("failed_since", "failed_at", "code", "message")} == {""}
    assert stack.held("full")["access_token"] not in json.dumps(mended)


def test_the_row_says_that_a_token_was_supplied_and_when_it_ends(empty_stack: Stack) -> None:
    stack = empty_stack
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False
    assert standing(stack)["kind"] == "none"
    stack.fill(full=token_secret(stack.log_in(), minutes=60 * 24))
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False
    row = standing(stack)
    assert (row["kind"], row["failed_since"]) == ("supplied", "")
    assert datetime.fromisoformat(row["ends_at"]) > datetime.now(UTC)
    stack.fill(full=token_secret("ended", minutes=-1))
    assert "has ended" in stack.invoke("token", SCHEDULE)["reason"]
    row = standing(stack)
    assert (row["reason"], row["kind"]) == ("ended", "supplied")
    assert datetime.fromisoformat(row["ends_at"]) < datetime.now(UTC)
    assert row["failed_since"]


@pytest.mark.parametrize("config", [SimulatorConfig(organisations=2)])
def test_an_organisation_that_is_not_connected_any_more_is_gone(stack: Stack) -> None:
    stack.invoke("token", {})
    stack.xero.connections.end_all()
    stack.invoke("token", {})
    row = standing(stack)
    assert json.loads(row["gone"]) == [stack.xero.tenant_id]
    assert json.loads(row["organisations"]) == []
    stack.xero.connections.connect()
    stack.invoke("token", {})
    assert standing(stack)["gone"] == "[]"


@pytest.mark.promise("limits-fail-open")
def test_while_the_table_is_out_a_custom_connection_is_refreshed_all_the_same(
    stack: Stack,
) -> None:
    stack.client("dynamodb").down = True
    stack.expire_tokens()
    assert stack.read("contacts/list_contacts")["contacts"]
    assert stack.invoke("token", {})["refreshed"] is True
