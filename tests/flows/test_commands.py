# SPDX-License-Identifier: Apache-2.0
"""Which stack a command means, and what it says where it can reach none."""

import os
from pathlib import Path

from local.machine import deployment
from local.machine.stack import Stack
from tests.flows.commands import bare, environment, refused, run_command


def test_a_stack_that_is_not_there_is_said_to_be_missing(stack: Stack, tmp_path: Path) -> None:
    variables = environment(stack)
    nobody = bare() | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    nobody |= {"AWS_EC2_METADATA_DISABLED": "true"}

    here = run_command(nobody, "deadletters", "redrive", "backlog", "--directory", str(tmp_path))
    deployed = run_command(variables, "deadletters", "redrive", "backlog", "--stack", "nobody")

    assert "Nothing is up here" in refused(here)
    assert f"There is no stack nobody in {stack.region}" in refused(deployed)


def test_without_credentials_or_region_the_command_says_so(stack: Stack) -> None:
    for missing in ("AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        variables = environment(stack) | {"AWS_EC2_METADATA_DISABLED": "true"}
        del variables[missing]

        said = refused(
            run_command(
                variables, "deadletters", "redrive", "backlog", "--stack", deployment.STACK_NAME
            )
        )

        assert "credentials" in said or "region" in said


def test_an_aws_that_cannot_be_reached_is_said_in_one_line(stack: Stack) -> None:
    variables = environment(stack) | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    variables |= {"AWS_MAX_ATTEMPTS": "1"}
    words = ["deadletters", "redrive", "backlog", "--stack", deployment.STACK_NAME]

    assert "Could not connect" in refused(run_command(variables, *words))
