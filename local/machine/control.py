# SPDX-License-Identifier: Apache-2.0
"""Takes a running stack in hand, as tests and the soak must: its waits, its queues, its copies.

What fails on purpose is not here: `aws_front` fails AWS, the simulated Xero's faults fail Xero.
"""

from typing import Any

from local.machine import deployment
from local.machine.stack import Stack


def waiting(stack: Stack, queue: str) -> int:
    """Return how many messages a queue holds, in flight or not."""
    attributes = stack.account.client("sqs").get_queue_attributes(
        QueueUrl=stack.queues[queue], AttributeNames=["All"]
    )["Attributes"]
    return sum(
        int(attributes[f"ApproximateNumberOfMessages{name}"])
        for name in ("", "NotVisible", "Delayed")
    )


def come_again_after(stack: Stack, queue: str, seconds: int) -> None:
    """Have a queue's messages come again so long after they failed, where AWS waits minutes."""
    stack.account.client("sqs").set_queue_attributes(
        QueueUrl=stack.queues[queue], Attributes={"VisibilityTimeout": str(seconds)}
    )


def gather(stack: Stack, function: str, *, messages: int, seconds: int) -> None:
    """Set how many messages a function's queue gathers for it, and for how long."""
    client = stack.account.client("lambda")
    found = client.list_event_source_mappings(FunctionName=stack.functions[function])
    (mapping,) = found["EventSourceMappings"]
    client.update_event_source_mapping(
        UUID=mapping["UUID"], BatchSize=messages, MaximumBatchingWindowInSeconds=seconds
    )


def end_copies(stack: Stack, function: str) -> None:
    """End the processes of a function, whatever they are at; the next call starts a new one.

    Getting its code anew is what has the emulator do so.
    """
    stack.account.client("lambda").update_function_code(
        FunctionName=stack.functions[function], **deployment.code_of(function)
    )


def end_turns(stack: Stack) -> None:
    """End the turns of copies that were ended, which would last until their time was up."""
    taken = [row for prefix in ("record#", "lock#token") for row in rows(stack, prefix)]
    _delete(stack, [row for row in taken if "until" in row])


def forget(stack: Stack, prefix: str) -> None:
    """Have the stack forget the rows whose key begins with a prefix."""
    _delete(stack, rows(stack, prefix))


def rows(stack: Stack, prefix: str) -> list[dict[str, Any]]:
    """Return the table's rows whose key begins with a prefix."""
    pages = (
        stack.account.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stack.table,
            FilterExpression="begins_with(pk, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": prefix}},
        )
    )
    return [row for page in pages for row in page["Items"]]


def _delete(stack: Stack, found: list[dict[str, Any]]) -> None:
    client = stack.account.client("dynamodb")
    for row in found:
        client.delete_item(TableName=stack.table, Key={"pk": row["pk"]})
