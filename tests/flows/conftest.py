# SPDX-License-Identifier: Apache-2.0
"""One running stack for all flows, and ways to talk to it. It never disturbs a `make up`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls, deployment
from local.machine.aws import Account
from local.machine.stack import Options, Stack, running
from tests.flows.commands import Run, bare, environment, run_command

BusListener = Callable[[dict[str, Any]], Listener]
PostWebhook = Callable[..., calls.Answer]
Invoke = Callable[[str, Any], calls.Invocation]

# All flows of a session share an organisation, and its limits are not their subject.
ROOMY = {"limits": {"minute": 100_000, "concurrent": 50, "day": 1_000_000, "app_minute": 1_000_000}}


@pytest.fixture(scope="session")
def stack_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the stack's files are: logs/, stack.json."""
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="session")
def stack(stack_directory: Path) -> Iterator[Stack]:
    """Return a stack that is set up and connected to a simulated Xero of its own."""
    with running(stack_directory, Options(simulated=ROOMY)) as started:
        yield started


@pytest.fixture(scope="session")
def fresh_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the fresh stack's files are; xero.json holds its app at Xero."""
    return tmp_path_factory.mktemp("fresh")


@pytest.fixture(scope="session")
def fresh_stack(fresh_directory: Path) -> Iterator[Stack]:
    """Return a stack just deployed: its secrets are empty."""
    with running(fresh_directory, Options(fill_secrets=False)) as started:
        yield started


@pytest.fixture
def aws(stack: Stack) -> Account:
    """Return the stack's AWS with a key that may do everything."""
    return stack.account


@pytest.fixture
def bus_listener(stack: Stack) -> Iterator[BusListener]:
    """Return a function that starts listening to the bus for an event pattern."""
    with ExitStack() as listeners:
        yield lambda pattern: listeners.enter_context(listening(here(stack), pattern))


@pytest.fixture
def post_webhook(stack: Stack) -> PostWebhook:
    """Return a function that posts a body, signed with the right key unless told otherwise."""
    return lambda body, signature=None: calls.post_webhook(stack, body, signature)


@pytest.fixture
def invoke(stack: Stack) -> Invoke:
    """Return a function that invokes a function of the stack by its short name."""
    return lambda function, payload: calls.invoke(stack, function, payload)


@pytest.fixture(params=["here", "deployed"])
def run(request: pytest.FixtureRequest, stack: Stack, stack_directory: Path) -> Run:
    """Return a function that runs a command on the stack, by its directory or by its name.

    The deployed one is the same stack, found by its name with the variables of AWS's own tools.
    """
    if request.param == "deployed":
        variables, where = environment(stack), ("--stack", deployment.STACK_NAME)
    else:
        variables, where = bare(), ("--directory", str(stack_directory))
    return lambda *words, **how: run_command(variables, *words, *where, **how)
