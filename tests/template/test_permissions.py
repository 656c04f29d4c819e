# SPDX-License-Identifier: Apache-2.0
"""What each role may do, to the letter, and who may send what where."""

import re
from typing import Any

import pytest

from local.machine.template import Template, functions

Statement = tuple[str, str, str]

# X-Ray has no resources to name.
EVERY_FUNCTION: set[Statement] = {
    ("xray:PutTraceSegments", "*", ""),
    ("xray:PutTelemetryRecords", "*", ""),
}
PERMISSIONS: dict[str, set[Statement]] = {
    "Webhook": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "WebhookLogs", ""),
        ("logs:PutLogEvents", "WebhookLogs", ""),
        ("secretsmanager:GetSecretValue", "WebhookKeySecret", ""),
        ("events:PutEvents", "Bus", "xero.webhooks"),
        ("sqs:SendMessage", "BacklogQueue", ""),
        ("sqs:ReceiveMessage", "BacklogQueue", ""),
        ("sqs:DeleteMessage", "BacklogQueue", ""),
        ("sqs:GetQueueAttributes", "BacklogQueue", ""),
        ("sqs:SendMessage", "BacklogDeadLetterQueue", ""),
        ("dynamodb:BatchGetItem", "Table", "event#*"),
        ("dynamodb:BatchWriteItem", "Table", "event#*"),
        ("dynamodb:UpdateItem", "Table", "event#*"),
    },
    "Record": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "RecordLogs", ""),
        ("logs:PutLogEvents", "RecordLogs", ""),
        ("secretsmanager:GetSecretValue", "ReadTokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
        ("events:PutEvents", "Bus", "xero.records"),
        ("sqs:ReceiveMessage", "RecordQueue", ""),
        ("sqs:DeleteMessage", "RecordQueue", ""),
        ("sqs:GetQueueAttributes", "RecordQueue", ""),
        ("sqs:SendMessage", "RecordDeadLetterQueue", ""),
        ("dynamodb:BatchGetItem", "Table", "record#*"),
        ("dynamodb:BatchWriteItem", "Table", "record#*"),
        ("dynamodb:PutItem", "Table", "record#*"),
        ("dynamodb:DeleteItem", "Table", "record#*"),
        ("dynamodb:BatchGetItem", "Table", "limit#*"),
        ("dynamodb:UpdateItem", "Table", "limit#*"),
    },
    "Sweep": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "SweepLogs", ""),
        ("logs:PutLogEvents", "SweepLogs", ""),
        ("secretsmanager:GetSecretValue", "ReadTokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
        ("sqs:SendMessage", "RecordQueue", ""),
        ("sqs:ReceiveMessage", "SweepQueue", ""),
        ("sqs:DeleteMessage", "SweepQueue", ""),
        ("sqs:GetQueueAttributes", "SweepQueue", ""),
        ("dynamodb:BatchGetItem", "Table", "cursor#*"),
        ("dynamodb:BatchWriteItem", "Table", "cursor#*"),
        ("dynamodb:PutItem", "Table", "cursor#*"),
        ("dynamodb:DeleteItem", "Table", "cursor#*"),
        ("dynamodb:BatchGetItem", "Table", "limit#*"),
        ("dynamodb:UpdateItem", "Table", "limit#*"),
    },
    "Action": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "ActionLogs", ""),
        ("logs:PutLogEvents", "ActionLogs", ""),
        ("secretsmanager:GetSecretValue", "TokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
        ("events:PutEvents", "Bus", "xero.results"),
        ("sqs:ReceiveMessage", "RequestQueue", ""),
        ("sqs:DeleteMessage", "RequestQueue", ""),
        ("sqs:ChangeMessageVisibility", "RequestQueue", ""),
        ("sqs:GetQueueAttributes", "RequestQueue", ""),
        ("sqs:SendMessage", "RequestQueue", ""),
        ("sqs:SendMessage", "RequestDeadLetterQueue", ""),
        ("dynamodb:BatchGetItem", "Table", "limit#*"),
        ("dynamodb:UpdateItem", "Table", "limit#*"),
        ("dynamodb:GetItem", "Table", "request#*"),
        ("dynamodb:GetItem", "Table", "lock#*#*"),
        ("dynamodb:PutItem", "Table", "request#*"),
        ("dynamodb:PutItem", "Table", "lock#*#*"),
        ("dynamodb:DeleteItem", "Table", "request#*"),
        ("dynamodb:DeleteItem", "Table", "lock#*#*"),
        ("s3:GetObject", "Files/*", ""),
    },
    "Query": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "QueryLogs", ""),
        ("logs:PutLogEvents", "QueryLogs", ""),
        ("secretsmanager:GetSecretValue", "ReadTokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
        ("dynamodb:BatchGetItem", "Table", "limit#*"),
        ("dynamodb:UpdateItem", "Table", "limit#*"),
        ("s3:PutObject", "Files/from-xero/*", ""),
    },
    "Token": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "TokenLogs", ""),
        ("logs:PutLogEvents", "TokenLogs", ""),
        ("secretsmanager:GetSecretValue", "CredentialSecret", ""),
        ("secretsmanager:PutSecretValue", "CredentialSecret", ""),
        ("secretsmanager:GetSecretValue", "TokenSecret", ""),
        ("secretsmanager:PutSecretValue", "TokenSecret", ""),
        ("secretsmanager:GetSecretValue", "ReadTokenSecret", ""),
        ("secretsmanager:PutSecretValue", "ReadTokenSecret", ""),
        ("dynamodb:PutItem", "Table", "lock#token"),
        ("dynamodb:DeleteItem", "Table", "lock#token"),
        ("dynamodb:BatchGetItem", "Table", "token#*"),
        ("dynamodb:PutItem", "Table", "token#*"),
    },
    "Watch": {
        *EVERY_FUNCTION,
        ("logs:CreateLogStream", "WatchLogs", ""),
        ("logs:PutLogEvents", "WatchLogs", ""),
        ("secretsmanager:ListSecretVersionIds", "WebhookKeySecret", ""),
        ("events:PutEvents", "Bus", "xero.connection"),
        ("dynamodb:BatchGetItem", "Table", "token#state"),
        ("dynamodb:BatchGetItem", "Table", "event#deliveries"),
        ("dynamodb:BatchGetItem", "Table", "record#heard#*"),
        ("dynamodb:BatchGetItem", "Table", "alarm#*"),
        ("dynamodb:BatchWriteItem", "Table", "alarm#*"),
    },
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resources(statement: dict[str, Any]) -> list[str]:
    """Return the logical ids: each resource is one thing, or some of a bucket's objects."""
    value = statement["Resource"]
    if value == "*":
        return ["*"]
    found = []
    for resource in _listed(value):
        if objects := re.fullmatch(r"\$\{(\w+)\.Arn\}(/[\w/-]*\*)", resource.get("Fn::Sub", "")):
            found.append(objects[1] + objects[2])
            continue
        logical_id, attribute = resource["Fn::GetAtt"]
        assert attribute in {"Arn", "Id"}
        found.append(logical_id)
    return found


def _only(statement: dict[str, Any]) -> list[str]:
    """Return the event source, or the rows of the table, that a statement is confined to."""
    match statement.get("Condition"):
        case None:
            assert "Table" not in _resources(statement)
            return [""]
        case {"StringEquals": {"events:source": str(source)}, **others} if not others:
            return [source]
        case {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": rows}, **others}:
            assert not others
            return _listed(rows)
        case other:
            raise AssertionError(other)


def _granted(properties: dict[str, Any]) -> set[Statement]:
    granted = set()
    for policy in properties["Policies"]:
        for one in policy["PolicyDocument"]["Statement"]:
            statement = one
            if "Fn::If" in one:
                # What is about files goes with the bucket.
                condition, statement, otherwise = one["Fn::If"]
                assert (condition, otherwise) == ("KeepsFiles", {"Ref": "AWS::NoValue"})
            assert statement["Effect"] == "Allow"
            granted |= {
                (action, resource, only)
                for action in _listed(statement["Action"])
                for resource in _resources(statement)
                for only in _only(statement)
            }
    return granted


@pytest.mark.parametrize("name", sorted(PERMISSIONS))
@pytest.mark.promise("least-privilege")
def test_a_role_may_do_exactly_what_its_function_needs(template: Template, name: str) -> None:
    assert _granted(template["Resources"][f"{name}Role"]["Properties"]) == PERMISSIONS[name]


def test_each_function_has_a_role_of_its_own_without_managed_policies(template: Template) -> None:
    resources = template["Resources"]
    for name in functions(template):
        properties = resources[name]["Properties"]
        role = name.replace("Function", "Role")
        assert properties["Role"] == {"Fn::GetAtt": [role, "Arn"]}
        assert "Policies" not in properties
        assert "ManagedPolicyArns" not in resources[role]["Properties"]
    assert len(PERMISSIONS) == len(list(functions(template)))


def test_only_the_api_and_the_schedule_invoke_by_permission(template: Template) -> None:
    permissions = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Permission"
    ]

    assert len(permissions) == 1
    assert permissions[0]["FunctionName"] == {"Ref": "WebhookFunction"}
    assert permissions[0]["Principal"] == "apigateway.amazonaws.com"
    assert permissions[0]["SourceArn"]["Fn::Sub"].endswith(":${Api}/*/POST/webhooks/xero")


@pytest.mark.parametrize(
    ("queue", "rule"),
    [
        ("RequestQueue", "RequestRule"),
        ("RequestDeadLetterQueue", "RequestRule"),
        ("RecordQueue", "RecordRule"),
        ("RecordDeadLetterQueue", "RecordRule"),
        ("SweepQueue", "MissedRule"),
    ],
)
def test_a_rule_alone_may_send_to_its_queues(template: Template, queue: str, rule: str) -> None:
    resources = template["Resources"]
    policies = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::SQS::QueuePolicy"
        and resource["Properties"]["Queues"] == [{"Ref": queue}]
    ]

    assert [policy["PolicyDocument"]["Statement"] for policy in policies] == [
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": {"Fn::GetAtt": [queue, "Arn"]},
                "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}},
            }
        ]
    ]
