# SPDX-License-Identifier: Apache-2.0
"""Publishes records as they now are, when a webhook or a sweep has found that they changed."""

import os
from typing import Any

from xero_connection.aws import PATIENT, Aws, Queue, Secret, refresher
from xero_connection.budgets import TABLE_SECONDS, Budgets
from xero_connection.bus import Bus
from xero_connection.connection import TOKEN_AGE, TokenSource
from xero_connection.http import Http
from xero_connection.observe import Observer
from xero_connection.recorder import Context, Recorder
from xero_connection.rows import Rows
from xero_connection.settings import RecordSettings, read_settings

settings = read_settings(RecordSettings, os.environ)
aws = Aws()
observer = Observer("record")
recorder = Recorder(
    tokens=TokenSource(
        Secret(aws.client("secretsmanager"), settings.token_secret, max_age=TOKEN_AGE),
        refresh=refresher(aws.client("lambda", PATIENT), settings.token_function),
    ),
    send=Http(api_url=settings.xero_api_url, read_only=True).send,
    budget=Budgets(
        aws.hurried("dynamodb", seconds=TABLE_SECONDS),
        settings.table_name,
        observer=observer,
    ),
    rows=Rows(aws.client("dynamodb"), settings.table_name),
    publish=Bus(aws.client("events"), settings.bus_name).put,
    bury=Queue(aws.client("sqs"), settings.record_dead_letter_queue_url).send,
    observer=observer,
)


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Work off a batch of findings."""
    return recorder.handle(event["Records"], context)
