# SPDX-License-Identifier: Apache-2.0
"""Carries out actions: what changes something in Xero, asked for directly or as an event."""

import os
import time
from functools import partial
from typing import Any

from xero_connection.aws import PATIENT, Aws, Queue, Secret, refresher
from xero_connection.bucket import bucket_named
from xero_connection.budgets import TABLE_SECONDS, Budgets
from xero_connection.bus import Bus
from xero_connection.connection import TOKEN_AGE, TokenSource
from xero_connection.dispatch import Context, Dispatcher
from xero_connection.handover import Files
from xero_connection.http import Http
from xero_connection.jobs import Jobs
from xero_connection.observe import Observer
from xero_connection.once import Once
from xero_connection.outcome_rows import OutcomeRows
from xero_connection.queued import RequestQueue
from xero_connection.rows import Rows
from xero_connection.settings import ActionSettings, read_settings

settings = read_settings(ActionSettings, os.environ)
aws = Aws()
observer = Observer("action")
table = aws.client("dynamodb")
requests = RequestQueue(
    dispatcher=Dispatcher(
        kind="action",
        tokens=TokenSource(
            Secret(aws.client("secretsmanager"), settings.token_secret, max_age=TOKEN_AGE),
            refresh=refresher(aws.client("lambda", PATIENT), settings.token_function),
        ),
        send=Http(api_url=settings.xero_api_url).send,
        budget=Budgets(
            aws.hurried("dynamodb", seconds=TABLE_SECONDS),
            settings.table_name,
            observer=observer,
        ),
        jobs=Jobs(
            observer=observer,
            once=Once(
                rows=OutcomeRows(table, settings.table_name, now=time.time),
                keep_seconds=settings.outcome_hours * 3600,
            ),
            leases=Rows(table, settings.table_name),
            files=Files(store=bucket_named(partial(aws.client, "s3"), settings.files_bucket)),
        ),
        observer=observer,
        guarded=settings.raw_writes == "true",
    ),
    bus=Bus(aws.client("events"), settings.bus_name),
    queue=Queue(aws.client("sqs"), settings.request_queue_url),
    observer=observer,
    max_receives=settings.request_max_receives,
)


def handler(event: Any, context: Context) -> Any:
    """Answer an invocation, or a batch of requests from the queue."""
    return requests.handle(event, context)
