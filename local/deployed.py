# SPDX-License-Identifier: Apache-2.0
"""Where a stack's things are: of the one on this machine, or of one deployed to AWS."""

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from xero_connection.settings import API_URL, IDENTITY_URL

from local import outputs
from local.machine import deployment, stack
from local.machine.environments import HOME
from local.problems import Problem

_LOGIN_URL = "https://login.xero.com/identity/connect/authorize"
_BUS = "BusArn"


class NoStackError(Problem):
    """There is no such stack; the message says what to change."""


@dataclass(frozen=True)
class Xero:
    """Where a stack's Xero is.

    https://developer.xero.com/documentation/guides/oauth2/auth-flow
    """

    api_url: str
    """Origin of its APIs."""
    authorize_url: str
    """Where a person consents."""
    token_url: str
    """Where a code becomes tokens."""


@dataclass(frozen=True)
class Place:
    """A stack, and how to reach it."""

    name: str
    """For a person, such as `xero-connection in ap-southeast-2`."""
    client: Callable[..., Any] = field(repr=False)
    """Returns a client of the service named; takes botocore's `config` too."""
    bus: str
    bus_arn: str
    queues: Mapping[str, str]
    """URLs by the keys of stack.json; a stack of an older version has fewer."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Names by their short ones."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Ids by the keys of stack.json."""
    table: str = ""
    webhook_url: str = ""
    option: str = ""
    """What a command needs to mean this stack, such as `--stack xero-connection`."""
    stack_name: str = ""
    """CloudFormation's name of it."""

    @cached_property
    def xero(self) -> Xero:
        """Where the stack's Xero is, by what the token function is told."""
        found = self.client("lambda").get_function_configuration(
            FunctionName=self.functions["token"]
        )
        variables = found.get("Environment", {}).get("Variables", {})
        identity = variables.get("XERO_IDENTITY_URL", IDENTITY_URL)
        return Xero(
            api_url=variables.get("XERO_API_URL", API_URL),
            # Xero's login has a host of its own; another Xero has one origin for both.
            authorize_url=_LOGIN_URL
            if identity == IDENTITY_URL
            else f"{identity}/identity/connect/authorize",
            token_url=f"{identity}/connect/token",
        )


def find(stack_name: str | None, directory: Path) -> Place:
    """Return the stack of that name; without one the stack here, or else the region's only one.

    Raises:
        NoStackError: it is not there, or which one is meant is not clear.
    """
    if stack_name:
        return on_aws(stack_name)
    running = stack.found(directory.resolve())
    if running:
        return here(running, option_of(directory))
    return _only_one()


def option_of(directory: Path) -> str:
    """Return what a command needs to mean the stack on this machine in a directory."""
    is_home = directory.resolve() == HOME.resolve()
    return "" if is_home else f"--directory {shlex.quote(str(directory))}"


def on_aws(stack_name: str) -> Place:
    """Return a deployed stack, reached with the credentials and region that AWS's own tools use.

    Raises:
        NoStackError: there is none of that name, or it is something else.
    """
    session = _session()
    if not session.region_name:
        raise NoStackError(
            f"The region of {stack_name} is not known: AWS_REGION names it, or `aws configure`."
        )
    cloudformation = session.client("cloudformation")
    region = cloudformation.meta.region_name
    try:
        described = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NoStackError(
            f"There is no stack {stack_name} in {region}: name the one you deployed with --stack,"
            " its region with AWS_REGION."
        ) from error
    found = _outputs(described)
    if _BUS not in found:
        raise NoStackError(f"The stack {stack_name} in {region} is not a Xero connection.")
    return Place(
        name=f"{stack_name} in {region}",
        client=session.client,
        bus=found["BusName"],
        bus_arn=found[_BUS],
        queues=outputs.named(outputs.QUEUES, found),
        functions=outputs.functions(found),
        secrets=outputs.named(outputs.SECRETS, found),
        table=found.get("TableName", ""),
        webhook_url=found.get("WebhookUrl", ""),
        option=f"--stack {shlex.quote(stack_name)}",
        stack_name=stack_name,
    )


def here(running: stack.Stack, option: str = "") -> Place:
    """Return a stack on this machine; `option` is what a command needs to mean it."""
    bus = running.account.client("events").describe_event_bus(Name=running.bus)
    return Place(
        name="the stack on this machine",
        client=running.account.client,
        bus=running.bus,
        bus_arn=bus["Arn"],
        queues=running.queues,
        functions=running.functions,
        secrets=running.secrets,
        table=running.table,
        webhook_url=running.webhook_url,
        option=option,
        stack_name=deployment.STACK_NAME,
    )


def _only_one() -> Place:
    session = _session()
    if not session.region_name or not session.get_credentials():
        raise NoStackError(
            "Nothing is up here, and no AWS account is set up on this machine: `make up` starts"
            " a stack here, `aws configure` or AWS_PROFILE and AWS_REGION name an account."
        )
    pages = session.client("cloudformation").get_paginator("describe_stacks").paginate()
    names = [
        one["StackName"]
        for page in pages
        for one in page["Stacks"]
        if {_BUS, "WebhookUrl", "CredentialSecretArn"} <= _outputs(one).keys()
    ]
    if len(names) == 1:
        return on_aws(names[0])
    said = f"There are several: {', '.join(sorted(names))}" if names else "There is none"
    raise NoStackError(
        f"Nothing is up here, so a stack in {session.region_name} is meant. {said}."
        " Name one with --stack, its region with AWS_REGION; `sam deploy --guided` makes one."
    )


def _session() -> boto3.session.Session:
    # The AWS CLI reads AWS_REGION, boto3 by itself only AWS_DEFAULT_REGION.
    return boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)


def _outputs(described: Mapping[str, Any]) -> dict[str, str]:
    return {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
