# SPDX-License-Identifier: Apache-2.0
"""An emulator with nothing deployed, and small functions to put on it."""

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.machine import deployment, embedded, environments
from local.machine.aws import Account

TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com", "AWS": "*"},
        "Action": "sts:AssumeRole",
    },
}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}

MakeRole = Callable[[dict[str, Any]], str]
MakeFunction = Callable[..., str]


@dataclass(frozen=True)
class Queue:
    """A queue of one test."""

    url: str
    arn: str


MakeQueue = Callable[..., Queue]


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with embedded.running(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="session")
def make_role(account: Account) -> MakeRole:
    """Return a maker of roles with one statement; it returns the role's ARN."""

    def make(statement: dict[str, Any]) -> str:
        iam, name = account.client("iam"), f"role-{secrets.token_hex(4)}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        policy = {"Version": "2012-10-17", "Statement": statement}
        iam.put_role_policy(
            RoleName=name, PolicyName="statement", PolicyDocument=json.dumps(policy)
        )
        return str(role["Role"]["Arn"])

    return make


@pytest.fixture(scope="session")
def make_function(account: Account, make_role: MakeRole) -> MakeFunction:
    """Return a maker of functions from the source of app.py; it returns the function's name."""
    bootstrap = deployment.bootstrap(environments.prepare(lambda _: None))

    def make(source: str, timeout: int = 10) -> str:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", source)
            archive.writestr("bootstrap", bootstrap)
        name = f"function-{secrets.token_hex(4)}"
        account.client("lambda").create_function(
            FunctionName=name,
            Runtime="provided.al2023",
            Handler="app.handler",
            Role=make_role(EVERYTHING),
            Code={"ZipFile": buffer.getvalue()},
            Timeout=timeout,
        )
        return name

    return make


@pytest.fixture
def make_queue(account: Account) -> MakeQueue:
    """Return a maker of queues."""
    sqs = account.client("sqs")

    def make(**attributes: str) -> Queue:
        name = f"queue-{secrets.token_hex(4)}"
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return Queue(url, found["Attributes"]["QueueArn"])

    return make
