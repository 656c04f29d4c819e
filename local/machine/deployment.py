# SPDX-License-Identifier: Apache-2.0
"""Deploys the template to the emulator, each function under AWS's own runtime client."""

import io
import json
import shlex
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from local.machine import environments, template
from local.machine.aws import Account

STACK_NAME = "xero-connection"

_BUCKET = "code"
_DEPLOY_SECONDS = 60


class DeploymentError(Exception):
    """CloudFormation refused the stack; the message holds its reasons."""


@dataclass(frozen=True)
class Deployment:
    """What came of the template."""

    outputs: Mapping[str, str]
    notes: tuple[str, ...]
    """Where it differs from the template."""

    @property
    def api_path(self) -> str:
        """Where the emulator serves the HTTP API that WebhookUrl names."""
        api = self.outputs["WebhookUrl"].removeprefix("https://").split(".")[0]
        return f"/_aws/execute-api/{api}/$default"


def deploy(
    account: Account,
    built: environments.Environments,
    variables: Mapping[str, str],
) -> Deployment:
    """Create the stack and wait until it stands; `variables` go to every function.

    Raises:
        DeploymentError: the stack could not be created.
    """
    source = template.load(environments.ROOT / "template.yaml")
    start = bootstrap(built)
    s3 = account.client("s3")
    s3.create_bucket(
        Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    code = {}
    for name in template.functions(source):
        key = f"{name}.zip"
        content = _zip(environments.function_code(name), start)
        s3.put_object(Bucket=_BUCKET, Key=key, Body=content)
        code[name] = {"Bucket": _BUCKET, "Key": key}
    localised, notes = template.localised(source, code, variables)
    s3.put_object(Bucket=_BUCKET, Key="template.json", Body=json.dumps(localised).encode())
    try:
        account.client("cloudformation").create_stack(
            StackName=STACK_NAME,
            TemplateURL=f"{account.endpoint}/{_BUCKET}/template.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as error:
        raise DeploymentError(f"The template was refused: {error}") from error
    outputs = _outputs(account)
    account.client("events").create_archive(
        ArchiveName=STACK_NAME,
        EventSourceArn=outputs["BusArn"],
        RetentionDays=source["Parameters"]["ArchiveDays"]["Default"],
    )
    return Deployment(outputs, tuple(notes))


def code_of(function: str) -> dict[str, str]:
    """Return where the code of a function is, by its short name."""
    return {"S3Bucket": _BUCKET, "S3Key": f"{function.capitalize()}Function.zip"}


def bootstrap(built: environments.Environments) -> str:
    """Return the script that starts a function: AWS's runtime client, the layer on its path."""
    # LogFormat JSON is announced to the runtime in this variable, which the emulator does not set.
    layer = ":".join(shlex.quote(str(path)) for path in built.layer)
    return (
        "#!/bin/sh\n"
        f"export PYTHONPATH={layer} TZ=:UTC AWS_LAMBDA_LOG_FORMAT=JSON\n"
        f'exec {shlex.quote(str(built.runtime))} -m awslambdaric "$_HANDLER"\n'
    )


def _outputs(account: Account) -> dict[str, str]:
    cloudformation = account.client("cloudformation")
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while True:
        stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        status = stack["StackStatus"]
        if status == "CREATE_COMPLETE":
            return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
        if status != "CREATE_IN_PROGRESS" or time.monotonic() > deadline:
            raise DeploymentError(f"The stack is {status}.\n{_reasons(account)}")
        time.sleep(0.1)


def _reasons(account: Account) -> str:
    events = account.client("cloudformation").describe_stack_events(StackName=STACK_NAME)
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events["StackEvents"])
        if event["ResourceStatus"].endswith("_FAILED")
    )


def _zip(code: Path, start: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(code.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(code))
        script = zipfile.ZipInfo("bootstrap")
        script.external_attr = 0o755 << 16
        archive.writestr(script, start)
    return buffer.getvalue()
