# SPDX-License-Identifier: Apache-2.0
"""The names that a stack's outputs have in stack.json and in the commands."""

import re
from collections.abc import Mapping

QUEUES = {
    "requests": "RequestQueueUrl",
    "request_dead_letters": "RequestDeadLetterQueueUrl",
    "backlog": "BacklogQueueUrl",
    "backlog_dead_letters": "BacklogDeadLetterQueueUrl",
    "records": "RecordQueueUrl",
    "record_dead_letters": "RecordDeadLetterQueueUrl",
    "sweeps": "SweepQueueUrl",
}
"""Name → output of the template."""
SECRETS = {
    "webhook_key": "WebhookKeySecretArn",
    "credential": "CredentialSecretArn",
    "token": "TokenSecretArn",
    "read_token": "ReadTokenSecretArn",
}
_FUNCTION = "FunctionName"
_SECRET_ARN = re.compile(r"arn:[\w-]+:secretsmanager:[\w:-]*?(\w+Secret)-[\w-]+")


def named(names: Mapping[str, str], outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the outputs by our names; a stack of an older version has fewer."""
    return {ours: outputs[theirs] for ours, theirs in names.items() if theirs in outputs}


def plainly(text: str) -> str:
    """Return a function's message with secrets called as in the template, not by their ARNs."""
    return _SECRET_ARN.sub(r"\1", text)


def functions(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the functions by their short names (webhook, action …)."""
    return {
        key.removesuffix(_FUNCTION).lower(): value
        for key, value in outputs.items()
        if key.endswith(_FUNCTION)
    }
