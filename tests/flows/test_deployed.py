# SPDX-License-Identifier: Apache-2.0
"""What came of the template on the emulator, where a silent loss would go unnoticed."""

import json

from local.aws import Account
from local.stack import Stack


def test_the_bus_has_its_archive(stack: Stack, aws: Account) -> None:
    archives = aws.client("events").list_archives()["Archives"]

    assert [archive["EventSourceArn"].rpartition("/")[2] for archive in archives] == [stack.bus]


def test_a_failed_asynchronous_action_has_a_place_to_go(stack: Stack, aws: Account) -> None:
    config = aws.client("lambda").get_function_event_invoke_config(
        FunctionName=stack.functions["action"], Qualifier="$LATEST"
    )
    queue = stack.queues["request_dead_letters"].rpartition("/")[2]

    assert config["DestinationConfig"]["OnFailure"]["Destination"].endswith(f":{queue}")


def test_the_request_queue_feeds_the_action_function_and_gives_up_after_twenty_tries(
    stack: Stack, aws: Account
) -> None:
    mapping = aws.client("lambda").list_event_source_mappings(
        FunctionName=stack.functions["action"]
    )["EventSourceMappings"][0]
    queue = aws.client("sqs").get_queue_attributes(
        QueueUrl=stack.queues["requests"], AttributeNames=["All"]
    )["Attributes"]

    assert mapping["EventSourceArn"] == queue["QueueArn"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] in {20, "20"}


def test_tokens_are_refreshed_and_sweeps_are_made_on_a_schedule(stack: Stack, aws: Account) -> None:
    events = aws.client("events")
    scheduled = {
        rule["ScheduleExpression"]: [
            target["Arn"].rpartition(":")[2]
            for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        ]
        for rule in events.list_rules()["Rules"]
        if "ScheduleExpression" in rule
    }

    assert scheduled == {
        "rate(10 minutes)": [stack.functions["token"]],
        "rate(1 hour)": [stack.functions["sweep"]],
    }


def test_every_function_s_log_group_forgets(stack: Stack, aws: Account) -> None:
    groups = {
        group["logGroupName"]: group.get("retentionInDays")
        for group in aws.client("logs").describe_log_groups()["logGroups"]
    }
    for function in stack.functions.values():
        config = aws.client("lambda").get_function_configuration(FunctionName=function)
        assert groups[config["LoggingConfig"]["LogGroup"]] == 30
