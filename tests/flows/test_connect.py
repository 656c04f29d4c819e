# SPDX-License-Identifier: Apache-2.0
"""`connect` as a person runs it: in a terminal, with a browser, and as a program does."""

import json
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from local.machine import calls, control, deployment, xero_peer
from local.machine.embedded import free_port
from local.machine.stack import Options, Stack
from local.machine.stack import running as up
from tests.flows import terminal
from tests.flows.browser import CHROMIUM, DRIVER, browsing
from tests.flows.commands import Command, bare, environment, run_command
from tests.flows.conftest import ROOMY
from tests.flows.terminal import Terminal

BOOKS = "organisations/get_organisation"
LAST_PARAMETER = "code_challenge_method=S256"


@dataclass
class Person:
    """Somebody with a stack, a Xero app and a machine of their own."""

    stack: Stack
    directory: Path
    home: Path
    client_id: str
    client_secret: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables of their shell; the browser that opens notes its command line."""
        own = {"HOME": str(self.home), "TMPDIR": str(self.home), "BROWSER": str(self.browser)}
        return {name: value for name, value in bare().items() if "SSH" not in name} | own

    @property
    def browser(self) -> Path:
        """Their browser, which leaves what it is called with in the file `opened`."""
        program = self.home / "browser"
        program.write_text(f"#!/bin/sh\nprintf %s \"$*\" > '{self.home}/opened'\n")
        program.chmod(0o700)
        return program

    def opened(self) -> str:
        """Return what their browser was called with."""
        noted = self.home / "opened"
        deadline = time.monotonic() + 30
        while not (noted.exists() and (text := noted.read_text())):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return text

    def at_terminal(self, *words: str, **variables: str) -> AbstractContextManager[Terminal]:
        """Start `connect` in a terminal."""
        asked = ["connect", *words, "--directory", str(self.directory)]
        return terminal.running(asked, self.environment | variables)

    def by_program(self, *words: str, given: str = "") -> Command:
        """Run `connect` without a terminal."""
        asked = ["connect", *words, "--directory", str(self.directory)]
        return run_command(self.environment, *asked, given=given)

    def held(self, name: str) -> Any:
        """Return what a secret of the stack holds."""
        manager = self.stack.account.client("secretsmanager")
        answer = manager.get_secret_value(SecretId=self.stack.secrets[name])
        return json.loads(answer["SecretString"])

    def put(self, name: str, content: Any) -> None:
        """Fill a secret of the stack."""
        self.stack.account.client("secretsmanager").put_secret_value(
            SecretId=self.stack.secrets[name], SecretString=json.dumps(content)
        )

    def can_read(self, **named: str) -> bool:
        """Return whether a query goes through the stack to Xero."""
        # A copy that ran before goes on with the token that it read then, for five minutes.
        control.end_copies(self.stack, "query")
        return not calls.invoke(self.stack, "query", {"operation": BOOKS, **named}).failed

    def begin_consent(self, screen: Terminal) -> str:
        """Answer what comes before the consent, and return the address that is shown."""
        screen.wait_for("Client id")
        screen.type(self.client_id).wait_for("Client secret")
        screen.type_hidden(self.client_secret).wait_for("http")
        return "http" + screen.wait_for(LAST_PARAMETER)


@pytest.fixture(scope="module")
def connected_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    directory = tmp_path_factory.mktemp("connect")
    simulated = {**ROOMY, "organisations": 2}
    with up(directory, Options(fill_secrets=False, simulated=simulated)) as stack:
        yield stack, directory


@pytest.fixture
def person(connected_stack: tuple[Stack, Path], tmp_path: Path) -> Person:
    """Return a person whose stack is as it was right after its deployment."""
    stack, directory = connected_stack
    xero_peer.request(stack.xero_url, "POST", "/_simulator/reset")
    app = json.loads((directory / "xero.json").read_text())
    person = Person(stack, directory, tmp_path, app["client_id"], app["client_secret"])
    for name in ("credential", "token", "read_token"):
        if name in stack.secrets:
            person.put(name, {})
    return person


def _allowed(address: str, *tenants: str) -> str:
    """Allow what an address of Xero's login asks for; return where the browser is sent."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    page = address.partition("?")[0]
    answer = requests.post(
        page, data={**asked, "tenant": tenants}, timeout=30, allow_redirects=False
    )
    return answer.headers["Location"]


def _cancelled(address: str) -> str:
    """Return where the browser is sent by the login page's Cancel."""
    page = requests.get(address, timeout=30).text
    return page.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.promise("connect")
@pytest.mark.promise("connect-secrets")
def test_a_custom_connection_is_connected_after_a_wrong_secret_and_nothing_of_it_is_shown(
    person: Person,
) -> None:
    wrong = secrets.token_urlsafe(36)
    with person.at_terminal() as screen:
        screen.wait_for("Kind")
        screen.type("1").wait_for("Client id")
        screen.type(person.client_id).wait_for("Client secret")
        screen.type_hidden(wrong).wait_for("invalid_client")
        screen.wait_for("What now")
        screen.type("again").wait_for(f"Client id [{person.client_id}]")
        screen.type().wait_for("Client secret")
        assert person.held("credential") == {}
        screen.type_hidden(person.client_secret).wait_for("Connected")
        assert screen.end() == 0, screen.shown

    assert wrong not in screen.shown
    assert person.client_secret not in screen.shown
    assert person.held("credential")["client_secret"] == person.client_secret
    assert person.held("token")["access_token"] not in screen.shown
    assert "xero-connection webhook" in screen.shown
    assert person.can_read()


@pytest.mark.promise("connect")
def test_connecting_again_keeps_what_is_there_where_nothing_else_is_given(person: Person) -> None:
    credential = {"client_id": person.client_id, "client_secret": person.client_secret}
    person.put("credential", {"kind": "custom_connection", **credential, "scopes": []})

    with person.at_terminal("--kind", "custom", "--read-only") as screen:
        screen.wait_for(f"[{person.client_id}]")
        screen.type().wait_for("keep the present one")
        screen.type_hidden().wait_for("Connected")
        assert screen.end() == 0, screen.shown

    now = person.held("credential")
    assert now == {"kind": "custom_connection", **credential, "scopes": now["scopes"]}
    assert all(scope.endswith(".read") for scope in now["scopes"])
    assert person.client_secret not in screen.shown


@pytest.mark.promise("connect-back")
@pytest.mark.parametrize(("words", "kept"), [([], False), (["--keep"], True)])
def test_a_credential_that_does_not_work_gives_way_to_the_one_before_unless_it_is_kept(
    person: Person, words: list[str], kept: bool
) -> None:
    before = {"kind": "custom_connection", "client_id": "before", "client_secret": "x"}
    person.put("credential", before)

    ended = person.by_program(
        "--kind", "custom", "--client-id", person.client_id, *words, given="wrong\n"
    )

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "invalid_client" in ended.stderr
    assert ("stays" if kept else "What was there before is back") in ended.stderr
    assert (person.held("credential") == before) is not kept
    assert "wrong" not in ended.stdout + ended.stderr


@pytest.mark.promise("connect")
@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium on this machine")
def test_a_consent_in_a_real_browser_connects_and_its_last_page_says_so(
    person: Person, tmp_path: Path
) -> None:
    port = str(free_port())
    with (
        person.at_terminal("--kind", "app", "--port", port) as screen,
        browsing(tmp_path / "profile") as browser,
    ):
        browser.open(person.begin_consent(screen))
        browser.click("button")
        browser.wait_for_title("Xero is connected")
        text = browser.run("document.body.innerText")
        loaded = browser.run("performance.getEntriesByType('resource').map(one => one.name)")
        styled = browser.run("getComputedStyle(document.querySelector('main')).maxWidth")
        picture = browser.picture(tmp_path / "connected.png")
        assert screen.end() == 0, screen.shown

    tenants = person.held("token")["tenants"]
    assert all(tenant["tenant_name"] in text for tenant in tenants)
    assert "the stack on this machine" in text
    assert (loaded, styled) == ([], "480px")
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) > (400, 300)
    assert len(tenants) == 2
    assert "tenant_id" in screen.shown
    assert person.can_read(tenant_id=tenants[1]["tenant_id"])


@pytest.mark.promise("connect")
@pytest.mark.promise("consent")
@pytest.mark.promise("connect-secrets")
def test_a_consent_connects_the_organisations_that_were_chosen_whatever_else_comes(
    person: Person,
) -> None:
    port = free_port()
    here = f"http://localhost:{port}"
    with person.at_terminal("--kind", "app", "--port", str(port)) as screen:
        address = person.begin_consent(screen)
        door = person.opened()
        assert door.startswith(f"{here}/")
        assert "state" not in door
        led = requests.get(door, timeout=30, allow_redirects=False)
        assert led.headers["Location"] == address
        location = _allowed(address, person_tenant := _second(person))
        assert location.startswith(f"{here}/callback?")
        for path, status in (
            ("/favicon.ico", 404),
            ("/callback", 400),
            ("/callback?code=x&state=y", 400),
            ("/callback?error=access_denied&state=y", 400),
        ):
            assert requests.get(here + path, timeout=30).status_code == status
        closing = requests.get(location, timeout=30)
        assert screen.end() == 0, screen.shown

    code = parse_qs(urlsplit(location).query)["code"][0]
    credential, token = person.held("credential"), person.held("token")
    assert (closing.status_code, closing.headers["Cache-Control"]) == (200, "no-store")
    assert closing.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in closing.headers["Content-Security-Policy"]
    for secret in (code, credential["refresh_token"], token["access_token"]):
        assert secret not in closing.text + screen.shown
    assert person.client_secret not in screen.shown
    assert credential["kind"] == "oauth2"
    assert credential["client_secret"] == person.client_secret
    assert [one["tenant_id"] for one in token["tenants"]] == [person_tenant]
    assert _is_free(port)
    assert person.can_read()


def _second(person: Person) -> str:
    state = requests.get(f"{person.stack.xero_url}/_simulator/state", timeout=30).json()
    return str(state["tenants"][1]["tenant_id"])


@pytest.mark.promise("consent")
def test_a_refused_consent_changes_nothing_and_the_browser_says_so(person: Person) -> None:
    port = free_port()
    with person.at_terminal("--kind", "app", "--port", str(port)) as screen:
        page = requests.get(_cancelled(person.begin_consent(screen)), timeout=30)
        assert screen.end() == 1, screen.shown

    assert "Access was not allowed in Xero" in page.text
    assert "Access was not allowed in Xero" in screen.shown
    assert person.held("credential") == {}
    assert _is_free(port)


@pytest.mark.promise("consent")
def test_a_consent_that_nobody_gives_ends_and_says_how_to_go_on(person: Person) -> None:
    port = free_port()
    words = ("--kind", "app", "--client-id", person.client_id, "--port", str(port), "--json")

    ended = person.by_program(*words, "--timeout", "0.2")

    assert ended.returncode == 1, ended.stderr
    said = json.loads(ended.stdout)["error"]["message"]
    assert "--timeout" in said
    assert "--no-browser" in said
    assert f"http://localhost:{port}/callback" in said
    # It is on standard error, since a browser may not open.
    assert ended.stderr.startswith(f"{person.stack.xero_url}/identity/connect/authorize?")


@pytest.mark.promise("connect")
@pytest.mark.promise("consent")
@pytest.mark.parametrize(
    ("words", "variables"), [(["--no-browser"], {}), ([], {"SSH_CONNECTION": "a 1 b 22"})]
)
def test_without_a_browser_the_address_it_ends_at_is_pasted(
    person: Person, words: list[str], variables: dict[str, str]
) -> None:
    with person.at_terminal("--kind", "app", *words, **variables) as screen:
        screen.wait_for("Client id")
        screen.type(person.client_id).wait_for("Client secret")
        # A native app has no secret.
        screen.type_hidden().wait_for("http://127")
        location = _allowed("http://127" + screen.wait_for(LAST_PARAMETER))
        state = parse_qs(urlsplit(location).query)["state"][0]
        screen.wait_for("Address")
        screen.type(location.replace(state, "another")).wait_for("no answer to the consent")
        screen.wait_for("Address")
        screen.type(location).wait_for("Connected")
        assert screen.end() == 0, screen.shown

    assert "client_secret" not in person.held("credential")
    assert person.can_read(tenant_id=_second(person))


def test_a_port_that_is_taken_is_said_with_the_option_and_the_redirect_address(
    person: Person,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = person.by_program("--kind", "app", "--port", str(port))

    assert ended.returncode == 1
    assert f"--port {port + 1}" in ended.stderr
    assert f"http://localhost:{port + 1}/callback" in ended.stderr


@pytest.mark.promise("connect-back")
def test_ctrl_c_while_waiting_frees_the_port_and_changes_nothing(person: Person) -> None:
    port = free_port()
    with person.at_terminal("--kind", "app", "--port", str(port)) as screen:
        person.begin_consent(screen)
        screen.wait_for("Waiting for you")
        assert screen.interrupt().end() == 130, screen.shown
    with person.at_terminal("--kind", "custom", "--client-id", "x") as asked:
        asked.wait_for("Client secret")
        assert asked.interrupt().end() == 130, asked.shown

    assert _is_free(port)
    assert person.held("credential") == {}


@pytest.mark.promise("own-token")
@pytest.mark.promise("connect")
def test_a_token_of_ones_own_takes_the_place_of_the_credential_after_asking(person: Person) -> None:
    person.put("credential", {"kind": "custom_connection", "client_id": "before"})
    granted = requests.post(
        f"{person.stack.xero_url}/connect/token",
        data={"grant_type": "client_credentials"},
        auth=(person.client_id, person.client_secret),
        timeout=30,
    ).json()["access_token"]
    with person.at_terminal("--kind", "token") as screen:
        screen.wait_for("Access token")
        screen.type_hidden(granted).wait_for("End of the token")
        screen.type("soon").wait_for("soon is no time")
        screen.type("400").wait_for("more than half a year ahead")
        screen.type("y").wait_for("Empty the present credential")
        screen.type("y").wait_for("Connected")
        assert screen.end() == 0, screen.shown

    assert granted not in screen.shown
    assert person.held("credential") == {}
    assert person.held("token")["access_token"] == granted
    assert person.can_read()


@pytest.mark.promise("connect-back")
def test_a_token_that_xero_refuses_changes_nothing(person: Person) -> None:
    ended = person.by_program("--kind", "token", "--expires", "30", given="made-up\n")

    assert ended.returncode == 1
    assert "Xero refuses the token" in ended.stderr
    assert person.held("token") == {}


@pytest.mark.promise("connect")
def test_a_program_gets_one_document_and_gives_everything_by_options_and_standard_input(
    person: Person,
) -> None:
    asked = "accounting.contacts.read accounting.settings.read"
    words = ["--kind", "custom", "--client-id", person.client_id, "--scopes", asked, "--json"]

    ended = person.by_program(*words, given=f"{person.client_secret}\n")

    assert ended.returncode == 0, ended.stderr
    document = json.loads(ended.stdout)
    assert document["stack"] == "the stack on this machine"
    assert (document["kind"], document["scopes"]) == ("custom", asked.split())
    assert document["missing_scopes"] == []
    assert document["organisations"] == person.held("token")["tenants"]
    assert document["expires_at"]


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ((), "--kind"),
        (("--kind", "app", "--client-id", "x", "--no-browser"), "--browser"),
    ],
)
def test_a_program_is_asked_nothing(person: Person, words: tuple[str, ...], missing: str) -> None:
    ended = person.by_program(*words, "--json")

    assert ended.returncode == 1
    assert missing in json.loads(ended.stdout)["error"]["message"]


@pytest.mark.promise("connect")
def test_a_deployed_stack_is_connected_by_its_name(person: Person) -> None:
    stack = person.stack
    variables = person.environment | environment(stack)
    words = ["connect", "--kind", "custom", "--client-id", person.client_id]
    name = deployment.STACK_NAME

    with terminal.running([*words, "--stack", name], variables) as screen:
        screen.wait_for(f"{name} in {stack.region}")
        screen.wait_for("Client secret")
        screen.type_hidden(person.client_secret).wait_for("Next")
        screen.wait_for(f"xero-connection webhook --stack {name}")
        assert screen.end() == 0, screen.shown
