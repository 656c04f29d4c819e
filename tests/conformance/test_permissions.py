# SPDX-License-Identifier: Apache-2.0
"""IAM: a role may do what its statement says and nothing else."""

import json
import secrets
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from local.machine.aws import Account

from .conftest import EVERYTHING, MakeFunction, MakeRole

pytestmark = pytest.mark.promise("emulator")

BUS = "arn:aws:events:ap-southeast-2:000000000000:event-bus/default"


def _as_role(account: Account, role: str) -> Account:
    credentials = account.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
    return Account(
        account.endpoint,
        credentials["Credentials"]["AccessKeyId"],
        credentials["Credentials"]["SecretAccessKey"],
        credentials["Credentials"]["SessionToken"],
    )


def _entry(source: str) -> dict[str, str]:
    return {"Source": source, "DetailType": "x", "Detail": "{}"}


@pytest.fixture(scope="module")
def publisher(account: Account, make_role: MakeRole) -> Account:
    """Return an account that may publish as xero.results only."""
    role = make_role(
        {
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": BUS,
            "Condition": {"StringEquals": {"events:source": "xero.results"}},
        }
    )
    return _as_role(account, role)


def test_the_source_that_a_condition_names_may_be_published(publisher: Account) -> None:
    answer = publisher.client("events").put_events(Entries=[_entry("xero.results")] * 2)

    assert answer["FailedEntryCount"] == 0


@pytest.mark.parametrize(
    "sources", [["xero.webhooks"], ["xero.results", "xero.webhooks"], [""]], ids=str
)
def test_another_source_is_denied(publisher: Account, sources: list[str]) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        publisher.client("events").put_events(Entries=[_entry(source) for source in sources])


def test_one_secret_does_not_open_another(account: Account, make_role: MakeRole) -> None:
    manager = account.client("secretsmanager")
    mine, other = (
        manager.create_secret(Name=f"secret-{secrets.token_hex(4)}", SecretString="{}")["ARN"]
        for _ in range(2)
    )
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": mine}
    reader = _as_role(account, make_role(statement)).client("secretsmanager")

    assert reader.get_secret_value(SecretId=mine)["SecretString"] == "{}"
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.get_secret_value(SecretId=other)
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.put_secret_value(SecretId=mine, SecretString="{}")


def test_a_role_s_key_is_refused_with_a_wrong_signature(publisher: Account) -> None:
    stranger = replace(publisher, secret_access_key="wrong")

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.client("sts").get_caller_identity()


def test_a_role_that_may_do_everything_is_not_denied(account: Account, make_role: MakeRole) -> None:
    allowed = _as_role(account, make_role(EVERYTHING))

    assert allowed.client("events").put_events(Entries=[_entry("any")])["FailedEntryCount"] == 0


def test_a_function_sees_its_layer_and_the_runtime_and_nothing_else(
    account: Account, make_function: MakeFunction
) -> None:
    """A requirement missing from the layer would hide if functions saw this environment's."""
    source = """
import importlib.util
def handler(event, context):
    return [name for name in event if importlib.util.find_spec(name)]
"""
    names = ["awslambdaric", "boto3", "xero_connection", "rich", "yaml", "ministack", "pip"]
    client = account.client("lambda")
    function = make_function(source)

    answer = client.invoke(FunctionName=function, Payload=json.dumps(names).encode())

    assert json.load(answer["Payload"]) == ["awslambdaric", "boto3", "xero_connection"]


@pytest.mark.parametrize(
    ("keys", "denied"), [(["event#1", "event#2"], False), (["event#1", "lock#1"], True)]
)
def test_a_role_for_some_rows_of_a_table_has_those_alone(
    account: Account, make_role: MakeRole, keys: list[str], *, denied: bool
) -> None:
    table = f"table-{secrets.token_hex(4)}"
    created = account.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    statement = {
        "Effect": "Allow",
        "Action": ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
        "Resource": created["TableDescription"]["TableArn"],
        "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "event#*"}},
    }
    client = _as_role(account, make_role(statement)).client("dynamodb")
    asked = {"Keys": [{"pk": {"S": key}} for key in keys]}
    written = [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in keys]

    if denied:
        for call, items in ((client.batch_get_item, asked), (client.batch_write_item, written)):
            with pytest.raises(ClientError, match="AccessDenied"):
                call(RequestItems={table: items})
    else:
        client.batch_write_item(RequestItems={table: written})
        found = client.batch_get_item(RequestItems={table: asked})["Responses"][table]
        assert len(found) == len(keys)
