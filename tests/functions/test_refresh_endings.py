# SPDX-License-Identifier: Apache-2.0
"""A refresh is ended before and after each of its steps; the next run has a usable token."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from xero_connection.rows import Rows

from local.xero import SimulatorConfig
from tests.functions.records import contact
from tests.functions.stack import sample, token_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.aws import Client
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("refresh-survives")

ENDED: Final = token_secret("ended", minutes=-5)
_SERVICES: Final = ("secretsmanager", "dynamodb")


class EndedError(BaseException):
    """Lambda ends the copy: nothing catches it, nothing cleans up."""


@dataclass
class Life:
    """Counts what a copy does, before and after each step, and ends it when its time has come."""

    left: int | None = None
    """Steps; None for as many as it likes."""

    def step(self) -> None:
        """Do a step."""
        if self.left is None:
            return
        if self.left == 0:
            raise EndedError
        self.left -= 1

    def lived(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that is a step on its way there, and one on its way back."""

        def step(*arguments: Any, **parameters: Any) -> Any:
            self.step()
            answer = call(*arguments, **parameters)
            self.step()
            return answer

        return step


@dataclass
class Mortal:
    """A client of AWS whose every call is two steps."""

    client: Client
    life: Life

    def __getattr__(self, name: str) -> Any:
        """Return a call of the service."""
        return self.life.lived(getattr(self.client, name))


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(strict_refresh=True)


@pytest.fixture
def life(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Life:
    """The life of the token function's copies."""
    life = Life()
    # The turn of a copy that was ended lasts until its time was up.
    defaults: Any = Rows.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "now", lambda: time.time() + sum(stack.slept))
    for service in _SERVICES:
        stack.aws[service] = Mortal(stack.client(service), life)  # type: ignore[assignment]
    monkeypatch.setattr(stack.xero, "handle", life.lived(stack.xero.handle))
    return life


@pytest.mark.parametrize("kind", ["custom_connection", "oauth2", "native"])
@pytest.mark.parametrize("event", [{"refused": None}, sample("deliveries/schedule")])
def test_wherever_a_refresh_ends_the_next_run_has_a_usable_token(
    stack: Stack, life: Life, kind: str, event: dict[str, Any]
) -> None:
    if kind != "custom_connection":
        stack.fill(credential=stack.consented(native=kind == "native"))
    steps = 0
    while True:
        stack.fill(token=ENDED)
        life.left = steps
        try:
            stack.invoke("token", event)
        except EndedError:
            life.left = None
        else:
            break
        stack.slept.append(60)
        stack.invoke("token", event)
        usable(stack)
        steps += 1
    # Reading, its turn, Xero, one secret and the next: fewer, and this would prove little.
    assert steps > 20


def usable(stack: Stack) -> None:
    """Make sure that what the secrets hold works, and goes on to."""
    stack.start_again()
    stack.token_calls.clear()
    assert stack.read("contacts/list_contacts", {"page_size": 1})["contacts"]
    assert stack.act("contacts/create_contact", {"contact": contact()}, idempotency_key="one")
    assert stack.token_calls == []
    assert stack.invoke("token", {})["refreshed"] is True
