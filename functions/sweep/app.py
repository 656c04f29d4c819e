# SPDX-License-Identifier: Apache-2.0
"""Finds what changed in Xero since the last time, on a schedule and when webhooks were missed."""

import os
from typing import Any

from xero_connection.aws import PATIENT, Aws, Queue, Secret, refresher
from xero_connection.budgets import TABLE_SECONDS, Budgets
from xero_connection.connection import TOKEN_AGE, TokenSource
from xero_connection.http import Http
from xero_connection.observe import Observer
from xero_connection.rows import Rows
from xero_connection.settings import SweepSettings, read_settings
from xero_connection.sweeper import Context, Sweeper, chosen

settings = read_settings(SweepSettings, os.environ)
aws = Aws()
observer = Observer("sweep")
sweeper = Sweeper(
    resources=chosen(settings.sweep_resources),
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
    enqueue=Queue(aws.client("sqs"), settings.record_queue_url).send,
    observer=observer,
)


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Sweep what is due."""
    return sweeper.handle(event, context)
