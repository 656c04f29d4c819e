# SPDX-License-Identifier: Apache-2.0
"""What came of the template on the emulator, where a silent loss would go unnoticed."""

import json

import pytest
from xero_connection.problems import PROBLEMS

from local.machine.aws import Account
from local.machine.stack import Stack


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


def test_what_comes_round_by_itself_does_so_on_its_schedule(stack: Stack, aws: Account) -> None:
    events = aws.client("events")
    scheduled = {
        target["Arn"].rpartition(":")[2]: rule["ScheduleExpression"]
        for rule in events.list_rules()["Rules"]
        if "ScheduleExpression" in rule
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    }

    assert scheduled == {
        stack.functions["token"]: "rate(5 minutes)",
        stack.functions["sweep"]: "rate(1 hour)",
        stack.functions["watch"]: "rate(5 minutes)",
    }


@pytest.mark.promise("alarm-email")
def test_the_alarms_are_there_and_go_nowhere_without_an_e_mail(stack: Stack, aws: Account) -> None:
    assert stack
    alarms = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    problems = {
        dimension["Value"]
        for alarm in alarms
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "problem"
    }

    assert problems == PROBLEMS.keys()
    assert len(alarms) == len(PROBLEMS) + 5
    assert not [alarm for alarm in alarms if alarm["AlarmActions"] or alarm["OKActions"]]
    assert aws.client("sns").list_topics()["Topics"] == []


def test_every_function_s_log_group_forgets(stack: Stack, aws: Account) -> None:
    groups = {
        group["logGroupName"]: group.get("retentionInDays")
        for group in aws.client("logs").describe_log_groups()["logGroups"]
    }
    for function in stack.functions.values():
        config = aws.client("lambda").get_function_configuration(FunctionName=function)
        assert groups[config["LoggingConfig"]["LogGroup"]] == 30
