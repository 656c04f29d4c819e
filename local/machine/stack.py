# SPDX-License-Identifier: Apache-2.0
"""The whole stack of one directory: starts it, finds it again and stops it.

Two directories are two stacks that know nothing of each other; what environments.py built they
share.
"""

import json
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from local import outputs
from local.console import Console
from local.machine import deployment, embedded, environments, private, processes, xero_peer
from local.machine.aws import Account
from local.problems import Problem

PROCESSES = ("front", embedded.NAME, xero_peer.NAME)

# The emulator sets AWS_ENDPOINT_URL itself, whatever a function's own variables say.
_AWS_ADDRESSES = tuple(
    f"AWS_ENDPOINT_URL_{service}"
    for service in ("DYNAMODB", "EVENTBRIDGE", "LAMBDA", "SECRETS_MANAGER", "SQS")
)


class StackError(Problem):
    """The stack could not be started."""


@dataclass(frozen=True)
class Options:
    """What a stack talks to; the defaults are what `make up` does with an empty environment."""

    xero_url: str | None = None
    """Origin of another Xero; None starts the simulated one."""
    identity_url: str | None = None
    """Origin of its login, where that is another."""
    fill_secrets: bool = True
    """False leaves the stack as it is right after a deployment."""
    simulated: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulated Xero beside its app (local/xero/config.py)."""
    between: Callable[[Account], str] | None = None
    """For tests: gets the embedded AWS, returns where the functions are to find it instead."""


@dataclass(frozen=True)
class Stack:
    """A running stack; the fields are the keys of stack.json."""

    webhook_url: str
    aws_endpoint: str
    region: str
    aws_access_key_id: str
    aws_secret_access_key: str
    bus: str
    functions: dict[str, str]
    secrets: dict[str, str]
    table: str
    queues: dict[str, str]
    files_bucket: str
    xero_url: str
    tenant_id: str = ""
    """Empty where the secrets are."""
    webhook_key: str = ""

    def __repr__(self) -> str:
        """Leave the keys out."""
        return f"Stack({self.aws_endpoint})"

    @cached_property
    def account(self) -> Account:
        """The embedded AWS with a key that may do everything."""
        return Account(self.aws_endpoint, self.aws_access_key_id, self.aws_secret_access_key)


def up(directory: Path, options: Options, console: Console) -> tuple[Stack, bool]:
    """Return the directory's stack and whether it had to be started.

    Raises:
        StackError: it could not be started; nothing of it is left running.
    """
    with processes.alone(directory / "lock"):
        running = found(directory)
        if running:
            if options.xero_url not in {None, running.xero_url}:
                raise StackError(f"A stack with the Xero at {running.xero_url} is up: down first.")
            return running, False
        _stop(directory)
        stack = _start(directory, options, console)
        private.write_json(directory / "stack.json", asdict(stack))
        return stack, True


def found(directory: Path) -> Stack | None:
    """Return the directory's stack while it is up."""
    described = directory / "stack.json"
    if not described.exists():
        return None
    stack = Stack(**json.loads(described.read_text()))
    names = processes.started(directory)
    alive = [processes.pid(directory, name) for name in names]
    return stack if alive and all(alive) else None


def _start(directory: Path, options: Options, console: Console) -> Stack:
    try:
        return _started(directory, options, console)
    except (
        processes.ProcessError,
        environments.BuildError,
        deployment.DeploymentError,
        xero_peer.XeroError,
    ) as error:
        _stop(directory)
        raise StackError(str(error)) from error
    except BaseException:
        _stop(directory)
        raise


def down(directory: Path) -> bool:
    """Stop the directory's stack; return whether any of it was running."""
    with processes.alone(directory / "lock"):
        return _stop(directory)


def _stop(directory: Path) -> bool:
    for name in ("stack.json", "xero.json"):
        (directory / name).unlink(missing_ok=True)
    stopped = [processes.stop(directory, name) for name in PROCESSES]
    shutil.rmtree(directory / "tmp", ignore_errors=True)
    return any(stopped)


@contextmanager
def running(directory: Path, options: Options | None = None) -> Iterator[Stack]:
    """Hold a stack of its own in `directory` while the block runs."""
    stack, _ = up(directory, options or Options(), Console(quiet=True))
    try:
        yield stack
    finally:
        down(directory)


def _started(directory: Path, options: Options, console: Console) -> Stack:
    with console.step("Environments"):
        built = environments.prepare(console.note)
    app = xero_peer.App()
    with console.step("Embedded AWS and Xero"):
        account = embedded.start(directory, built)
        xero_url = options.xero_url or xero_peer.start(directory, app, options.simulated)
        if options.xero_url is None:
            embedded.wait(directory, xero_peer.NAME, xero_url)
        embedded.wait(directory, embedded.NAME, account.endpoint)
    with console.step("Deployment of template.yaml"):
        variables = {
            "XERO_API_URL": xero_url,
            "XERO_IDENTITY_URL": options.identity_url or xero_url,
        }
        if options.between:
            variables |= dict.fromkeys(_AWS_ADDRESSES, options.between(account))
        deployed = deployment.deploy(account, built, variables)
        for note in deployed.notes:
            console.note(note)
        front_url = _start_front(directory, f"{account.endpoint}{deployed.api_path}")
    stack = _described(deployed, account, f"{front_url}/webhooks/xero", xero_url)
    if options.xero_url is None and options.fill_secrets:
        with console.step("Secrets, first token and first sweep"):
            webhook_key = secrets.token_urlsafe(48)
            tenant_id = _fill_secrets(stack, app, webhook_key)
            xero_peer.connect_webhook(xero_url, stack.webhook_url, webhook_key)
            stack = replace(stack, tenant_id=tenant_id, webhook_key=webhook_key)
    return stack


def _start_front(directory: Path, target: str) -> str:
    port = embedded.free_port()
    command = [sys.executable, "-m", "local.machine.front", "--port", str(port), "--target", target]
    environment = embedded.bare_environment(directory) | {"PYTHONPATH": str(environments.ROOT)}
    processes.start(directory, "front", command, environment)
    url = f"http://127.0.0.1:{port}"
    embedded.wait(directory, "front", url)
    return url


def _described(
    deployed: deployment.Deployment, account: Account, webhook_url: str, xero_url: str
) -> Stack:
    found = deployed.outputs
    return Stack(
        webhook_url=webhook_url,
        aws_endpoint=account.endpoint,
        region=account.region,
        aws_access_key_id=account.access_key_id,
        aws_secret_access_key=account.secret_access_key,
        bus=found["BusName"],
        functions=outputs.functions(found),
        secrets=outputs.named(outputs.SECRETS, found),
        table=found["TableName"],
        queues=outputs.named(outputs.QUEUES, found),
        files_bucket=found["FilesBucketName"],
        xero_url=xero_url,
    )


def _fill_secrets(stack: Stack, app: xero_peer.App, webhook_key: str) -> str:
    """Do what a person does after a deployment, and return the connected organisation's id.

    Raises:
        StackError: a function failed.
    """
    manager = stack.account.client("secretsmanager")
    for name, content in (
        ("webhook_key", {"current": webhook_key}),
        ("credential", app.credential),
    ):
        manager.put_secret_value(SecretId=stack.secrets[name], SecretString=json.dumps(content))
    for function in ("token", "sweep"):
        answer = stack.account.client("lambda").invoke(FunctionName=stack.functions[function])
        if "FunctionError" in answer:
            error = json.load(answer["Payload"])
            raise StackError(f"The {function} function failed: {error['errorType']}")
    token = manager.get_secret_value(SecretId=stack.secrets["token"])
    return str(json.loads(token["SecretString"])["tenants"][0]["tenant_id"])
