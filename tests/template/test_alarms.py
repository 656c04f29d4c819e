# SPDX-License-Identifier: Apache-2.0
"""The alarms: one for each problem, for what cannot be processed, and for nobody watching."""

from typing import Any

import pytest
from xero_connection.problems import PROBLEMS

from local.machine.template import Template

SENT = {"Fn::If": ["SendsAlarms", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}


@pytest.fixture
def alarms(template: Template) -> dict[str, dict[str, Any]]:
    """Return the properties of each alarm."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def _dimensions(alarm: dict[str, Any]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in alarm["Dimensions"]}


def _logical_id(problem: str) -> str:
    return "".join(map(str.capitalize, problem.split("_"))) + "Alarm"


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.promise("alarm-email")
def test_each_problem_has_an_alarm_on_the_metric_as_it_is_written(
    template: Template, alarms: dict[str, dict[str, Any]], problem: str
) -> None:
    alarm = alarms[_logical_id(problem)]
    function = template["Resources"]["WatchFunction"]["Properties"]
    variables = function["Environment"]["Variables"]

    assert alarm["Namespace"] == {"Ref": "AWS::StackName"}
    assert alarm["MetricName"] == "Problems"
    assert _dimensions(alarm) == {
        "service": variables["POWERTOOLS_SERVICE_NAME"],
        "problem": problem,
    }
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "ignore"
    # A period without a look in it would have nothing to go by.
    assert function["Events"]["Watch"]["Properties"]["Schedule"] == "rate(5 minutes)"
    assert alarm["Period"] == 300


@pytest.mark.promise("alarm-email")
def test_there_are_no_alarms_but_these_and_all_go_to_the_same_place(
    alarms: dict[str, dict[str, Any]],
) -> None:
    assert alarms.keys() == {
        *map(_logical_id, PROBLEMS),
        "NotWatchingAlarm",
        "ApiAlarm",
        *(f"{queue}DeadLetterAlarm" for queue in ("Request", "Backlog", "Record")),
    }
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == SENT
        assert alarm["AlarmDescription"].endswith(".")


@pytest.mark.promise("alarm-email")
def test_a_watch_that_does_not_run_or_cannot_read_is_an_alarm(
    alarms: dict[str, dict[str, Any]],
) -> None:
    alarm = alarms["NotWatchingAlarm"]

    assert (alarm["MetricName"], alarm["Statistic"]) == ("Problems", "SampleCount")
    assert _dimensions(alarm)["problem"] in PROBLEMS
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] >= 2 * 300


@pytest.mark.promise("alarm-email")
def test_every_queue_of_dead_letters_has_an_alarm(
    template: Template, alarms: dict[str, dict[str, Any]]
) -> None:
    queues = {name for name in template["Resources"] if name.endswith("DeadLetterQueue")}

    assert {
        _dimensions(alarm)["QueueName"]["Fn::GetAtt"][0]
        for alarm in alarms.values()
        if alarm["Namespace"] == "AWS/SQS"
    } == queues
    for name in queues:
        alarm = alarms[name.replace("Queue", "Alarm")]
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert _dimensions(alarm) == {"QueueName": {"Fn::GetAtt": [name, "QueueName"]}}
        assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)


@pytest.mark.promise("alarm-email")
def test_webhooks_answered_with_errors_over_and_over_are_an_alarm(
    alarms: dict[str, dict[str, Any]],
) -> None:
    """HTTP APIs call it 5xx, REST APIs 5XXError."""
    alarm = alarms["ApiAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5xx")
    assert _dimensions(alarm) == {"ApiId": {"Ref": "Api"}}
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (2, 3)
    assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.promise("alarm-email")
def test_the_e_mail_is_optional_and_cloudwatch_of_this_account_alone_may_send_it(
    template: Template,
) -> None:
    resources = template["Resources"]
    topic, policy = resources["AlarmTopic"], resources["AlarmTopicPolicy"]
    subscription = resources["AlarmSubscription"]

    assert template["Parameters"]["AlarmEmail"]["Default"] == ""
    assert template["Conditions"]["SendsAlarms"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]
    }
    for one in (topic, policy, subscription, template["Outputs"]["AlarmTopicArn"]):
        assert one["Condition"] == "SendsAlarms"
    assert subscription["Properties"] == {
        "TopicArn": {"Ref": "AlarmTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }
    assert policy["Properties"]["Topics"] == [{"Ref": "AlarmTopic"}]
    alarm = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": {"Ref": "AlarmTopic"},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                "ArnLike": {"aws:SourceArn": {"Fn::Sub": alarm}},
            },
        }
    ]


def test_a_look_that_failed_is_not_repeated_since_the_next_is_near(template: Template) -> None:
    function = template["Resources"]["WatchFunction"]["Properties"]

    assert function["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}
