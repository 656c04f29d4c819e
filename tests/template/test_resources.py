# SPDX-License-Identifier: Apache-2.0
"""How the template's resources hang together."""

from collections.abc import Iterator
from typing import Any

import pytest
from xero_connection.resources import RESOURCES
from xero_connection.sweeper import chosen
from xero_connection.webhooks import MISSED

from local.machine.template import Template

TWO_WEEKS = 14 * 24 * 3600
LIVE = {"replay-name": [{"exists": False}]}
"""Matches what is no replay."""
NAMES = {
    "BucketName", "FunctionName", "LayerName", "LogGroupName", "Name", "PolicyName", "QueueName",
    "RoleName", "RuleName", "TableName",
}  # fmt: skip


def _of_type(template: Template, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def test_nothing_has_a_fixed_name(template: Template) -> None:
    for resource in template["Resources"].values():
        for key in NAMES & resource["Properties"].keys():
            assert not isinstance(resource["Properties"][key], str)


@pytest.mark.promise("one-route")
def test_the_only_route_leads_to_the_webhook_and_is_the_one_given_out(template: Template) -> None:
    routes = [properties for _, properties in _of_type(template, "AWS::ApiGatewayV2::Route")]
    integration = _properties(template, "WebhookIntegration")

    assert [route["RouteKey"] for route in routes] == ["POST /webhooks/xero"]
    assert routes[0]["Target"] == {"Fn::Sub": "integrations/${WebhookIntegration}"}
    assert integration["IntegrationUri"] == {"Fn::GetAtt": ["WebhookFunction", "Arn"]}
    assert integration["PayloadFormatVersion"] == "2.0"
    assert template["Outputs"]["WebhookUrl"]["Value"]["Fn::Sub"].endswith("/webhooks/xero")


def test_the_stage_serves_at_the_root_and_is_throttled(template: Template) -> None:
    stage = _properties(template, "ApiStage")

    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"},
        "ThrottlingRateLimit": {"Ref": "ThrottleRate"},
    }


@pytest.mark.promise("throttling")
def test_a_new_account_can_take_the_defaults(template: Template) -> None:
    """It has a concurrency of 10, of which AWS lets nobody reserve anything."""
    parameters = template["Parameters"]
    reserved = _properties(template, "WebhookFunction")["ReservedConcurrentExecutions"]

    assert parameters["ReservedConcurrency"]["Default"] == 0
    assert template["Conditions"]["ReservesConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ReservedConcurrency"}, 0]}]
    }
    assert reserved == {
        "Fn::If": ["ReservesConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    assert parameters["ThrottleRate"]["Default"] <= parameters["ThrottleBurst"]["Default"]


@pytest.mark.promise("backlog-replayed")
def test_the_backlog_is_handed_back_in_order_for_as_long_as_a_bus_may_be_out(
    template: Template,
) -> None:
    queue = _properties(template, "BacklogQueue")
    dead_letters = _properties(template, "BacklogDeadLetterQueue")
    source = _properties(template, "BacklogSource")
    timeout = _properties(template, "WebhookFunction")["Timeout"]
    redrive = queue["RedrivePolicy"]

    for one in (queue, dead_letters):
        assert one["FifoQueue"] is one["ContentBasedDeduplication"] is True
    assert queue["VisibilityTimeout"] == 6 * timeout
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["BacklogDeadLetterQueue", "Arn"]}
    assert redrive["maxReceiveCount"] * queue["VisibilityTimeout"] >= 16 * 3600
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["BacklogQueue", "Arn"]}
    assert source["FunctionName"] == {"Ref": "WebhookFunction"}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_every_queue_is_encrypted_and_keeps_for_two_weeks(template: Template) -> None:
    queues = dict(_of_type(template, "AWS::SQS::Queue"))

    names = ("Request", "Backlog", "Record")
    assert queues.keys() == {
        "SweepQueue",
        *(f"{name}Queue" for name in names),
        *(f"{name}DeadLetterQueue" for name in names),
    }
    for queue in queues.values():
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == TWO_WEEKS


def test_the_queues_of_parcels_and_findings_take_the_largest_messages(template: Template) -> None:
    for name in ("Backlog", "BacklogDeadLetter", "Record", "RecordDeadLetter"):
        assert _properties(template, f"{name}Queue")["MaximumMessageSize"] == 1024 * 1024


@pytest.mark.promise("replays")
def test_requests_reach_the_action_function_with_repeats_and_a_last_resort(
    template: Template,
) -> None:
    rule = _properties(template, "RequestRule")
    queue = _properties(template, "RequestQueue")
    source = _properties(template, "RequestSource")
    timeout = _properties(template, "ActionFunction")["Timeout"]
    dead_letters = {"Fn::GetAtt": ["RequestDeadLetterQueue", "Arn"]}

    assert rule["EventPattern"] == {"source": ["xero.requests"], **LIVE}
    assert rule["Targets"] == [
        {
            "Id": "requests",
            "Arn": {"Fn::GetAtt": ["RequestQueue", "Arn"]},
            "DeadLetterConfig": {"Arn": dead_letters},
        }
    ]
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": dead_letters, "maxReceiveCount": 20}
    assert queue["VisibilityTimeout"] == 6 * timeout
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["RequestQueue", "Arn"]}
    assert source["FunctionName"] == {"Ref": "ActionFunction"}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.promise("records")
def test_findings_reach_the_record_function_many_at_a_time_and_for_days(
    template: Template,
) -> None:
    rule = _properties(template, "RecordRule")
    queue = _properties(template, "RecordQueue")
    source = _properties(template, "RecordSource")
    timeout = _properties(template, "RecordFunction")["Timeout"]
    dead_letters = {"Fn::GetAtt": ["RecordDeadLetterQueue", "Arn"]}

    assert rule["EventPattern"] == {
        "source": ["xero.webhooks"],
        "detail": {"resource_id": [{"exists": True}]},
        **LIVE,
    }
    assert rule["Targets"] == [
        {
            "Id": "records",
            "Arn": {"Fn::GetAtt": ["RecordQueue", "Arn"]},
            "DeadLetterConfig": {"Arn": dead_letters},
        }
    ]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == dead_letters
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] > 4 * 24 * 3600
    window = source["MaximumBatchingWindowInSeconds"]
    assert queue["VisibilityTimeout"] == 6 * timeout + window
    assert source["BatchSize"] >= 500
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["RecordQueue", "Arn"]}
    assert source["FunctionName"] == {"Ref": "RecordFunction"}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}


@pytest.mark.promise("sequence-gap")
def test_missed_webhooks_are_swept_for_together_and_at_once(template: Template) -> None:
    rule = _properties(template, "MissedRule")
    queue = _properties(template, "SweepQueue")
    source = _properties(template, "SweepSource")
    timeout = _properties(template, "SweepFunction")["Timeout"]

    assert rule["EventPattern"] == {
        "source": ["xero.webhooks"],
        "detail-type": [MISSED],
        **LIVE,
    }
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": ["SweepQueue", "Arn"]}]
    window = source["MaximumBatchingWindowInSeconds"]
    assert queue["VisibilityTimeout"] == timeout + window
    assert window <= 10
    assert source["BatchSize"] >= 1000
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["SweepQueue", "Arn"]}
    assert source["FunctionName"] == {"Ref": "SweepFunction"}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.promise("sweep")
def test_what_is_swept_and_how_often_are_parameters(template: Template) -> None:
    function = _properties(template, "SweepFunction")
    parameters = template["Parameters"]
    schedule = function["Events"]["Sweep"]["Properties"]["Schedule"]
    variables = function["Environment"]["Variables"]

    assert schedule == {"Ref": "SweepSchedule"}
    assert variables["SWEEP_RESOURCES"] == {"Fn::Join": [",", {"Ref": "SweepResources"}]}
    assert chosen(parameters["SweepResources"]["Default"]) == list(RESOURCES.values())


def test_the_action_function_knows_how_often_its_queue_repeats(template: Template) -> None:
    variables = _properties(template, "ActionFunction")["Environment"]["Variables"]
    redrive = _properties(template, "RequestQueue")["RedrivePolicy"]

    assert variables["REQUEST_MAX_RECEIVES"] == str(redrive["maxReceiveCount"])


def test_an_asynchronous_action_that_fails_is_kept(template: Template) -> None:
    config = _properties(template, "ActionFunction")["EventInvokeConfig"]

    assert config["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"Fn::GetAtt": ["RequestDeadLetterQueue", "Arn"]},
    }


def test_the_webhook_answers_long_before_its_function_would_end(template: Template) -> None:
    assert _properties(template, "WebhookFunction")["Timeout"] == 10


def test_secrets_start_empty_and_say_what_to_put_in(template: Template) -> None:
    secrets = dict(_of_type(template, "AWS::SecretsManager::Secret"))

    assert secrets.keys() == {
        "WebhookKeySecret",
        "CredentialSecret",
        "TokenSecret",
        "ReadTokenSecret",
    }
    for secret in secrets.values():
        assert secret["SecretString"] == "{}"
        assert "{" in secret["Description"]


def test_the_table_forgets_on_time_and_can_be_restored(template: Template) -> None:
    table = _properties(template, "Table")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_bus_is_named_after_the_stack_and_archived(template: Template) -> None:
    archive = _properties(template, "Archive")

    assert _properties(template, "Bus")["Name"] == {"Ref": "AWS::StackName"}
    assert archive["SourceArn"] == {"Fn::GetAtt": ["Bus", "Arn"]}
    assert archive["RetentionDays"] == {"Ref": "ArchiveDays"}


def test_the_outputs_hold_what_a_person_needs(template: Template) -> None:
    outputs = template["Outputs"]
    wanted = {"WebhookUrl", "BusName", "BusArn", "TableName", "FilesBucketName", "AlarmTopicArn"}
    functions = ("Webhook", "Action", "Query", "Token", "Record", "Sweep", "Watch")
    wanted |= {f"{name}FunctionName" for name in functions}
    wanted |= {f"{name}SecretArn" for name in ("WebhookKey", "Credential", "Token", "ReadToken")}
    queues = ("Request", "RequestDeadLetter", "Backlog", "BacklogDeadLetter")
    wanted |= {f"{name}QueueUrl" for name in (*queues, "Record", "RecordDeadLetter", "Sweep")}

    assert outputs.keys() == wanted
    assert all(output["Description"] for output in outputs.values())


def test_a_secret_is_named_by_its_arn(template: Template) -> None:
    """`Ref` of a secret is its ARN on AWS and its name on the emulator; `Id` is the ARN on both."""
    secrets = {name for name, _ in _of_type(template, "AWS::SecretsManager::Secret")}

    assert not secrets & set(_references(template))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "Ref" in value:
            yield value["Ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


@pytest.mark.promise("files-private")
def test_files_are_encrypted_private_sent_over_tls_alone_and_forgotten(template: Template) -> None:
    ((name, bucket),) = _of_type(template, "AWS::S3::Bucket")
    ((_, policy),) = _of_type(template, "AWS::S3::BucketPolicy")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    (default,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert default["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == {"Ref": "FilesDays"}
    assert policy["Bucket"] == {"Ref": name}
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


@pytest.mark.promise("files-private")
def test_a_stack_can_do_without_the_bucket(template: Template) -> None:
    resources, outputs = template["Resources"], template["Outputs"]

    assert template["Parameters"]["FilesBucket"]["Default"] == "true"
    assert template["Conditions"]["KeepsFiles"] == {"Fn::Equals": [{"Ref": "FilesBucket"}, "true"]}
    for one in (resources["Files"], resources["FilesPolicy"], outputs["FilesBucketName"]):
        assert one["Condition"] == "KeepsFiles"
    assert resources["Files"]["DeletionPolicy"] == "Retain"
