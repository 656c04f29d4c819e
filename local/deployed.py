# SPDX-License-Identifier: Apache-2.0
"""Where a stack's things are: of the one on this machine, or of one deployed to AWS."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import stack


class NoStackError(Exception):
    """There is no such stack; the message says what to change."""


@dataclass(frozen=True)
class Place:
    """A stack, and how to reach it."""

    name: str
    """For a person, such as `xero-connection in ap-southeast-2`."""
    client: Callable[[str], Any]
    """Returns a client of the service named."""
    bus: str
    bus_arn: str
    queues: Mapping[str, str]
    """URLs by the keys of stack.json; a stack of an older version has fewer."""


def on_this_machine(directory: Path) -> Place:
    """Return the stack that `up` started in `directory`.

    Raises:
        NoStackError: it is not up.
    """
    running = stack.found(directory)
    if running is None:
        raise NoStackError("Nothing is up here: `make up` first, or name a deployed one: --stack.")
    bus = running.account.client("events").describe_event_bus(Name=running.bus)
    return Place(
        name="the stack on this machine",
        client=running.account.client,
        bus=running.bus,
        bus_arn=bus["Arn"],
        queues=running.queues,
    )


def on_aws(stack_name: str) -> Place:
    """Return a deployed stack, reached with the credentials and region that AWS's own tools use.

    Raises:
        NoStackError: there is none of that name, or it is something else.
    """
    # The AWS CLI reads AWS_REGION, boto3 by itself only AWS_DEFAULT_REGION.
    session = boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
    cloudformation = session.client("cloudformation")
    region = cloudformation.meta.region_name
    try:
        found = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NoStackError(
            f"There is no stack {stack_name} in {region}: name the one you deployed with --stack,"
            " its region with AWS_REGION."
        ) from error
    outputs = {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}
    if "BusArn" not in outputs:
        raise NoStackError(f"The stack {stack_name} in {region} is not a Xero connection.")
    return Place(
        name=f"{stack_name} in {region}",
        client=session.client,  # type: ignore[arg-type]  # the stubs list every service
        bus=outputs["BusName"],
        bus_arn=outputs["BusArn"],
        queues={key: outputs[name] for key, name in stack.QUEUES.items() if name in outputs},
    )
