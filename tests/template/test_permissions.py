# SPDX-License-Identifier: Apache-2.0
"""What each role may do, to the letter, and who may send what where."""

from typing import Any

import pytest

from local.template import Template, functions

Statement = tuple[str, str, str]

PERMISSIONS: dict[str, set[Statement]] = {
    "WebhookFunction": {
        ("secretsmanager:GetSecretValue", "WebhookKeySecret", ""),
        ("events:PutEvents", "Bus", "xero.webhooks"),
        ("sqs:SendMessage", "BacklogQueue", ""),
    },
    "ActionFunction": {
        ("secretsmanager:GetSecretValue", "TokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
        ("events:PutEvents", "Bus", "xero.results"),
        ("sqs:ReceiveMessage", "RequestQueue", ""),
        ("sqs:DeleteMessage", "RequestQueue", ""),
        ("sqs:ChangeMessageVisibility", "RequestQueue", ""),
        ("sqs:GetQueueAttributes", "RequestQueue", ""),
    },
    "QueryFunction": {
        ("secretsmanager:GetSecretValue", "TokenSecret", ""),
        ("lambda:InvokeFunction", "TokenFunction", ""),
    },
    "TokenFunction": {
        ("secretsmanager:GetSecretValue", "CredentialSecret", ""),
        ("secretsmanager:GetSecretValue", "TokenSecret", ""),
        ("secretsmanager:PutSecretValue", "TokenSecret", ""),
    },
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resources(statement: dict[str, Any]) -> list[str]:
    """Return the logical ids: each resource is the ARN of one thing, nothing wider."""
    value = statement["Resource"]
    found = []
    for resource in _listed(value):
        logical_id, attribute = resource["Fn::GetAtt"]
        assert attribute in {"Arn", "Id"}
        found.append(logical_id)
    return found


def _granted(properties: dict[str, Any]) -> set[Statement]:
    granted = set()
    for policy in properties["Policies"]:
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            condition = statement.get("Condition", {"StringEquals": {"events:source": ""}})
            assert condition.keys() == {"StringEquals"}
            assert condition["StringEquals"].keys() == {"events:source"}
            granted |= {
                (action, resource, condition["StringEquals"]["events:source"])
                for action in _listed(statement["Action"])
                for resource in _resources(statement)
            }
    return granted


@pytest.mark.parametrize("name", sorted(PERMISSIONS))
@pytest.mark.promise("least-privilege")
def test_a_role_may_do_exactly_what_its_function_needs(template: Template, name: str) -> None:
    assert _granted(template["Resources"][name]["Properties"]) == PERMISSIONS[name]


def test_no_function_has_a_role_or_managed_policies_from_elsewhere(template: Template) -> None:
    for name in functions(template):
        properties = template["Resources"][name]["Properties"]
        assert "Role" not in properties
        assert all(isinstance(policy, dict) for policy in properties["Policies"])


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


@pytest.mark.parametrize("queue", ["RequestQueue", "RequestDeadLetterQueue"])
def test_the_request_rule_alone_may_send_to_its_queues(template: Template, queue: str) -> None:
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
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["RequestRule", "Arn"]}}
                },
            }
        ]
    ]
