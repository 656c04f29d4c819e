# SPDX-License-Identifier: Apache-2.0
"""Reads each of the things that a stack is judged by, from AWS or over HTTP."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from botocore.exceptions import ClientError
from xero_connection import deliveries
from xero_connection.budgets import read_row, row_key
from xero_connection.limits import Row, believed
from xero_connection.notices import row_key as alarm_key
from xero_connection.problems import PROBLEMS
from xero_connection.standing import STATE_KEY

from local.checks.facts import Function, Invoked, Metrics, Probe, Switch
from local.deployed import Place

# Each shows that the function starts and does as little as it can: the names of organisations, a
# token only where none lasts, a request that is not sent, a batch of nothing.
HARMLESS: Mapping[str, Any] = {
    "query": {"operation": "connections/list_connections"},
    "token": {"refused": "asked by check"},
    "action": {
        "operation": "contacts/create_contact",
        "input": {"contact": {"Name": "Nobody"}},
        "dry_run": True,
    },
    "record": {"Records": []},
}
_FEEDS = "AWS::Lambda::EventSourceMapping"
_RULE = "AWS::Events::Rule"
_GONE = "ResourceNotFoundException"
_HOUR = timedelta(hours=1)
_MOMENTS = timedelta(minutes=10)
_ADDRESS_SECONDS = 12.0
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def stack_status(cloudformation: Any, name: str) -> str:
    """Return CloudFormation's status of the stack."""
    (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return str(found["StackStatus"])


def skew(cloudformation: Any, name: str) -> float:
    """Return the seconds by which this machine's clock is ahead of AWS's."""
    before = time.time()
    answer = cloudformation.describe_stacks(StackName=name)
    middle = (before + time.time()) / 2
    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    # The header counts in whole seconds that have begun.
    return middle - (date.timestamp() + 0.5)


def function(lambdas: Any, name: str) -> Function:
    """Return a function as AWS has it."""
    try:
        found = lambdas.get_function_configuration(FunctionName=name)
    except ClientError as error:
        if _code(error) != _GONE:
            raise
        return Function("")
    return Function(
        state=found.get("State", "Active"),
        update=found.get("LastUpdateStatus", ""),
        log_group=found.get("LoggingConfig", {}).get("LogGroup", ""),
    )


def sources(cloudformation: Any, lambdas: Any, stack: str) -> list[Switch]:
    """Return what hands messages of queues to functions."""
    return [
        Switch(name, uuid, _state(lambdas.get_event_source_mapping, UUID=uuid))
        for name, uuid in _resources(cloudformation, stack, _FEEDS)
    ]


def rules(cloudformation: Any, events: Any, place: Place) -> list[Switch]:
    """Return the rules of the bus, and the schedules, which are rules of the default bus."""
    found = []
    for name, physical in _resources(cloudformation, place.stack_name, _RULE):
        rule = physical.rpartition("|")[2]
        for bus in (place.bus, "default"):
            state = _state(events.describe_rule, Name=rule, EventBusName=bus)
            if state:
                break
        found.append(Switch(name, rule, state, bus))
    return found


def invoked(lambdas: Any, name: str, payload: Any) -> Invoked:
    """Invoke a function and return how that ended."""
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(payload).encode())
    document = json.load(answer["Payload"])
    if "FunctionError" not in answer:
        return Invoked(answer=document)
    try:
        error = json.loads(document["errorMessage"])
    except (KeyError, TypeError, ValueError):
        error = None
    if isinstance(error, dict) and "code" in error:
        return Invoked(error=error)
    return Invoked(crash=str(document.get("errorType", "no reason given"))[:80])


def about(tenant_id: str) -> dict[str, Any]:
    """Return what asks an organisation for as little as there is."""
    return {
        "operation": "organisations/get_organisation",
        "tenant_id": tenant_id,
        "fields": ["Name"],
    }


def secret(manager: Any, name: str) -> str:
    """Return a secret's text; one that was filled with bytes has none."""
    return str(manager.get_secret_value(SecretId=name).get("SecretString", ""))


def messages(sqs: Any, url: str) -> int:
    """Return how many messages a queue holds, at work or not."""
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
    return sum(int(found.get(name, 0)) for name in _COUNTS)


def rows(dynamodb: Any, table: str) -> dict[str, dict[str, str]]:
    """Return the rows that tell of token, deliveries and alarms."""
    keys = [STATE_KEY, deliveries.KEY, *map(alarm_key, PROBLEMS.values())]
    return {
        item["pk"]["S"]: {name: value["S"] for name, value in item.items() if "S" in value}
        for item in _items(dynamodb, table, keys)
    }


def left(dynamodb: Any, table: str, tenants: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the calls that organisations have left, as the functions last heard."""
    now = round(time.time() * 1000)
    keys = {row_key(tenant_id): tenant_id for tenant_id in tenants}
    found = {tenant_id: dict[str, int]() for tenant_id in tenants}
    for item in _items(dynamodb, table, list(keys)):
        found[keys[item["pk"]["S"]]] = believed(read_row(Row, item), now=now)
    return found


def metrics(cloudwatch: Any, place: Place) -> Metrics:
    """Return what CloudWatch counted lately."""
    asked: list[tuple[str, str, dict[str, Any]]] = [
        *(
            ("oldest", name, _metric("SQS", "ApproximateAgeOfOldestMessage", "QueueName", url))
            for name, url in place.queues.items()
        ),
        *(
            (what, name, _metric("Lambda", metric, "FunctionName", one))
            for what, metric in (("invoked", "Invocations"), ("failed", "Errors"))
            for name, one in place.functions.items()
        ),
    ]
    now = datetime.now(UTC)
    results = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": f"m{place}", **one} for place, (_, _, one) in enumerate(asked)],
        StartTime=now - _HOUR,
        EndTime=now,
    )["MetricDataResults"]
    found: dict[str, dict[str, float]] = {"oldest": {}, "invoked": {}, "failed": {}}
    for result in results:
        what, name, _ = asked[int(result["Id"].removeprefix("m"))]
        values = [
            value
            for value, at in zip(result["Values"], result["Timestamps"], strict=True)
            if what != "oldest" or now - at < _MOMENTS
        ]
        if values:
            found[what][name] = max(values) if what == "oldest" else sum(values)
    counts = {
        what: {name: int(value) for name, value in found[what].items()}
        for what in ("invoked", "failed")
    }
    return Metrics(oldest=found["oldest"], **counts)


def probe(url: str) -> Probe:
    """Return what the webhook's address answers to what nobody signed."""
    began = time.monotonic()
    answer = requests.post(
        url,
        data=b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"CHECK"}',
        headers={"Content-Type": "application/json; charset=utf-8"},
        timeout=_ADDRESS_SECONDS,
        allow_redirects=False,
    )
    return Probe(answer.status_code, not answer.content, time.monotonic() - began)


def _resources(cloudformation: Any, stack: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield logical and physical ids of the stack's resources of a kind."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for page in pages:
        for one in page["StackResourceSummaries"]:
            if one["ResourceType"] == kind:
                yield one["LogicalResourceId"], one.get("PhysicalResourceId", "")


def _state(ask: Any, **parameters: str) -> str:
    """Return the state that AWS tells of something, empty where it is gone."""
    try:
        return str(ask(**parameters).get("State", ""))
    except ClientError as error:
        if _code(error) != _GONE:
            raise
        return ""


def _items(dynamodb: Any, table: str, keys: Sequence[str]) -> list[dict[str, dict[str, str]]]:
    if not keys:
        return []
    wanted: Any = {table: {"Keys": [{"pk": {"S": key}} for key in keys], "ConsistentRead": True}}
    items: list[dict[str, dict[str, str]]] = []
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems=wanted)
        items += answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")
    return items


def _metric(namespace: str, name: str, dimension: str, value: str) -> dict[str, Any]:
    return {
        "MetricStat": {
            "Metric": {
                "Namespace": f"AWS/{namespace}",
                "MetricName": name,
                "Dimensions": [{"Name": dimension, "Value": value.rpartition("/")[2]}],
            },
            "Period": 300,
            "Stat": "Maximum" if namespace == "SQS" else "Sum",
        },
    }


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
