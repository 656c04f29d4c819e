# SPDX-License-Identifier: Apache-2.0
"""With each function's own role: what it must not do is denied."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.machine.aws import Account
from local.machine.stack import Stack

Attempt = Callable[[Account, Stack], Any]


def _reading(secret: str) -> Attempt:
    return lambda role, stack: role.client("secretsmanager").get_secret_value(
        SecretId=stack.secrets[secret]
    )


def _writing(secret: str) -> Attempt:
    return lambda role, stack: role.client("secretsmanager").put_secret_value(
        SecretId=stack.secrets[secret], SecretString="{}"
    )


def _looking_at(secret: str) -> Attempt:
    return lambda role, stack: role.client("secretsmanager").list_secret_version_ids(
        SecretId=stack.secrets[secret]
    )


def _publishing(*sources: str) -> Attempt:
    def attempt(role: Account, stack: Stack) -> Any:
        entries = [
            {"EventBusName": stack.bus, "Source": source, "DetailType": "x", "Detail": "{}"}
            for source in sources
        ]
        return role.client("events").put_events(Entries=entries)

    return attempt


def _invoking(function: str) -> Attempt:
    return lambda role, stack: role.client("lambda").invoke(
        FunctionName=stack.functions[function], InvocationType="DryRun"
    )


def _sending(queue: str) -> Attempt:
    return lambda role, stack: role.client("sqs").send_message(
        QueueUrl=stack.queues[queue], MessageBody="{}"
    )


def _receiving(queue: str) -> Attempt:
    return lambda role, stack: role.client("sqs").receive_message(QueueUrl=stack.queues[queue])


def _table(role: Account, stack: Stack) -> Any:
    key = {"pk": {"S": "lock#any#any"}}
    return role.client("dynamodb").get_item(TableName=stack.table, Key=key)


def _reading_rows(*keys: str) -> Attempt:
    asked = {"Keys": [{"pk": {"S": key}} for key in keys]}
    return lambda role, stack: role.client("dynamodb").batch_get_item(
        RequestItems={stack.table: asked}
    )


def _writing_rows(*keys: str) -> Attempt:
    rows = [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in keys]
    return lambda role, stack: role.client("dynamodb").batch_write_item(
        RequestItems={stack.table: rows}
    )


def _deleting_row(key: str) -> Attempt:
    rows = [{"DeleteRequest": {"Key": {"pk": {"S": key}}}}]
    return lambda role, stack: role.client("dynamodb").batch_write_item(
        RequestItems={stack.table: rows}
    )


def _getting(key: str) -> Attempt:
    def attempt(role: Account, stack: Stack) -> Any:
        stack.account.client("s3").put_object(Bucket=stack.files_bucket, Key=key, Body=b"1")
        return role.client("s3").get_object(Bucket=stack.files_bucket, Key=key)

    return attempt


def _putting(key: str) -> Attempt:
    return lambda role, stack: role.client("s3").put_object(
        Bucket=stack.files_bucket, Key=key, Body=b"1"
    )


def _deleting(key: str) -> Attempt:
    return lambda role, stack: role.client("s3").delete_object(Bucket=stack.files_bucket, Key=key)


def _listing(role: Account, stack: Stack) -> Any:
    return role.client("s3").list_objects_v2(Bucket=stack.files_bucket)


def _updating_row(key: str) -> Attempt:
    return lambda role, stack: role.client("dynamodb").update_item(
        TableName=stack.table,
        Key={"pk": {"S": key}},
        UpdateExpression="SET #left = :left",
        ExpressionAttributeNames={"#left": "left"},
        ExpressionAttributeValues={":left": {"N": "60"}},
    )


def _taking_turn(key: str) -> Attempt:
    return lambda role, stack: role.client("dynamodb").put_item(
        TableName=stack.table, Item={"pk": {"S": key}}
    )


def _giving_back(key: str) -> Attempt:
    return lambda role, stack: role.client("dynamodb").delete_item(
        TableName=stack.table, Key={"pk": {"S": key}}
    )


NO_LIMITS: dict[str, Attempt] = {
    "reading limits": _reading_rows("limit#any"),
    "updating limits": _updating_row("limit#any"),
}
"""For those who do not call Xero's API."""
BUT_LIMITS: dict[str, Attempt] = {
    "reading others' rows among limits": _reading_rows("limit#any", "event#any"),
    "updating others' rows": _updating_row("event#any"),
    "replacing limits": _writing_rows("limit#any"),
    "deleting limits": _deleting_row("limit#any"),
}
"""For those who do."""
ONLY_READERS: dict[str, Attempt] = {
    "reading the token that writes": _reading("token"),
    "writing the token that writes": _writing("token"),
    "writing its own token": _writing("read_token"),
    "reading the credential": _reading("credential"),
    "reading how the token stands": _reading_rows("token#state"),
    "taking the turn at the token": _taking_turn("lock#token"),
}
"""For those who have a token that only reads."""
LIMITS: dict[str, Attempt] = {
    "reading limits": _reading_rows("limit#any", "limit#app"),
    "updating limits": _updating_row("limit#any"),
}


FORBIDDEN: dict[str, dict[str, Attempt]] = {
    "webhook": {
        "reading the token": _reading("token"),
        "reading the credential": _reading("credential"),
        "writing its own key": _writing("webhook_key"),
        "publishing records": _publishing("xero.records"),
        "publishing results": _publishing("xero.results"),
        "publishing requests among webhooks": _publishing("xero.webhooks", "xero.requests"),
        "invoking action": _invoking("action"),
        "invoking token": _invoking("token"),
        "sending requests": _sending("requests"),
        "reading requests": _receiving("requests"),
        "reading the backlog's dead letters": _receiving("backlog_dead_letters"),
        "reading the table": _table,
        "reading others' rows": _reading_rows("lock#any"),
        "reading others' rows among its own": _reading_rows("event#any", "lock#any"),
        "writing others' rows": _writing_rows("cursor#any"),
        "writing others' rows among its own": _writing_rows("event#any", "cursor#any"),
        "deleting others' rows": _deleting_row("request#any"),
        "reading files": _getting("a.pdf"),
        "putting files": _putting("from-xero/a.pdf"),
        **NO_LIMITS,
    },
    "action": {
        "reading the credential": _reading("credential"),
        "reading the webhook key": _reading("webhook_key"),
        "writing the token": _writing("token"),
        "reading how the token stands": _reading_rows("token#state"),
        "taking the turn at the token": _taking_turn("lock#token"),
        "publishing webhooks": _publishing("xero.webhooks"),
        "publishing webhooks among results": _publishing("xero.results", "xero.webhooks"),
        "invoking query": _invoking("query"),
        "sending to the backlog": _sending("backlog"),
        "reading the dead letters": _receiving("request_dead_letters"),
        "putting files": _putting("from-xero/a.pdf"),
        "deleting files": _deleting("a.pdf"),
        "listing files": _listing,
        "updating its own rows as limits are": _updating_row("request#any"),
        **BUT_LIMITS,
    },
    "query": {
        **ONLY_READERS,
        "reading the webhook key": _reading("webhook_key"),
        "publishing results": _publishing("xero.results"),
        "invoking action": _invoking("action"),
        "sending requests": _sending("requests"),
        "reading requests": _receiving("requests"),
        "reading files": _getting("from-xero/a.pdf"),
        "putting files elsewhere": _putting("scans/a.pdf"),
        "deleting files": _deleting("from-xero/a.pdf"),
        "listing files": _listing,
        **BUT_LIMITS,
    },
    "record": ONLY_READERS | BUT_LIMITS,
    "sweep": ONLY_READERS | BUT_LIMITS,
    "token": {
        "reading the webhook key": _reading("webhook_key"),
        "writing the webhook key": _writing("webhook_key"),
        "reading requests' rows": _reading_rows("request#any"),
        "taking the turn at a record": _taking_turn("lock#any#any"),
        "forgetting how the token stands": _giving_back("token#state"),
        "publishing results": _publishing("xero.results"),
        "invoking action": _invoking("action"),
        "sending requests": _sending("requests"),
        "reading files": _getting("a.pdf"),
        **NO_LIMITS,
    },
    "watch": {
        "reading the webhook key": _reading("webhook_key"),
        "reading the token": _reading("token"),
        "reading the credential": _reading("credential"),
        "writing the webhook key": _writing("webhook_key"),
        "publishing webhooks": _publishing("xero.webhooks"),
        "publishing requests among problems": _publishing("xero.connection", "xero.requests"),
        "invoking action": _invoking("action"),
        "invoking token": _invoking("token"),
        "sending requests": _sending("requests"),
        "reading events' rows": _reading_rows("event#any"),
        "reading records' rows among its own": _reading_rows("alarm#any", "record#any"),
        "reading requests' rows": _reading_rows("request#any"),
        "writing what it watches": _writing_rows("token#state"),
        "writing deliveries among its own": _writing_rows("alarm#any", "event#deliveries"),
        "reading files": _getting("a.pdf"),
        **NO_LIMITS,
    },
}
ALLOWED: dict[str, dict[str, Attempt]] = {
    "webhook": {
        "reading its key": _reading("webhook_key"),
        "publishing webhooks": _publishing("xero.webhooks"),
        "reading its rows": _reading_rows("event#any", "event#other"),
        "writing its rows": _writing_rows("event#any"),
        "noting deliveries": _updating_row("event#any"),
    },
    "action": {
        "reading the token": _reading("token"),
        "publishing results": _publishing("xero.results"),
        "invoking token": _invoking("token"),
        "reading files": _getting("scans/a.pdf"),
        **LIMITS,
    },
    "query": {
        "reading its token": _reading("read_token"),
        "invoking token": _invoking("token"),
        "putting files": _putting("from-xero/a.pdf"),
        **LIMITS,
    },
    "record": {"reading its token": _reading("read_token"), **LIMITS},
    "sweep": {"reading its token": _reading("read_token"), **LIMITS},
    "token": {
        "reading the credential": _reading("credential"),
        "reading the token": _reading("token"),
        "taking its turn": _taking_turn("lock#token"),
        "giving it back": _giving_back("lock#token"),
        "reading how the token stands": _reading_rows("token#state"),
        "noting how the token stands": _taking_turn("token#any"),
    },
    "watch": {
        "seeing when the webhook key was put": _looking_at("webhook_key"),
        "publishing problems": _publishing("xero.connection"),
        "reading what is noted": _reading_rows(
            "token#state", "event#deliveries", "record#heard#any", "alarm#any"
        ),
        "writing its rows": _writing_rows("alarm#any"),
    },
}


def _cases(table: dict[str, dict[str, Attempt]]) -> list[Any]:
    return [
        pytest.param(function, attempt, id=f"{function}-{what}")
        for function, attempts in table.items()
        for what, attempt in attempts.items()
    ]


@pytest.fixture(scope="module")
def as_function(stack: Stack) -> Callable[[str], Account]:
    """Return a function that gives the account as seen with a function's role."""

    def assume(function: str) -> Account:
        configuration = stack.account.client("lambda").get_function_configuration(
            FunctionName=stack.functions[function]
        )
        # The role trusts the Lambda service only, so the test's key is let in first.
        iam, name = stack.account.client("iam"), configuration["Role"].rpartition("/")[2]
        trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        trust["Statement"].append(
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        )
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        credentials = stack.account.client("sts").assume_role(
            RoleArn=configuration["Role"], RoleSessionName="boundaries"
        )["Credentials"]
        return Account(
            stack.aws_endpoint,
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
        )

    return assume


@pytest.mark.parametrize(("function", "attempt"), _cases(FORBIDDEN))
@pytest.mark.promise("boundaries")
def test_a_function_is_denied_what_is_not_its_business(
    stack: Stack, as_function: Callable[[str], Account], function: str, attempt: Attempt
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        attempt(as_function(function), stack)


@pytest.mark.parametrize(("function", "attempt"), _cases(ALLOWED))
def test_a_function_may_do_its_work(
    stack: Stack, as_function: Callable[[str], Account], function: str, attempt: Attempt
) -> None:
    attempt(as_function(function), stack)


def test_a_role_has_no_policies_but_its_own(stack: Stack) -> None:
    iam = stack.account.client("iam")
    for function in stack.functions.values():
        configuration = stack.account.client("lambda").get_function_configuration(
            FunctionName=function
        )
        name = configuration["Role"].rpartition("/")[2]
        assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
