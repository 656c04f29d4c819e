# SPDX-License-Identifier: Apache-2.0
"""Carries out queries: what reads from Xero and changes nothing there."""

import os
from functools import partial
from typing import Any

from xero_connection.aws import PATIENT, Aws, Secret, refresher
from xero_connection.bucket import bucket_named
from xero_connection.budgets import TABLE_SECONDS, Budgets
from xero_connection.connection import TOKEN_AGE, TokenSource
from xero_connection.dispatch import Context, Dispatcher
from xero_connection.handover import Files
from xero_connection.http import Http
from xero_connection.jobs import Jobs
from xero_connection.observe import Observer
from xero_connection.settings import QuerySettings, read_settings

settings = read_settings(QuerySettings, os.environ)
aws = Aws()
observer = Observer("query")
dispatcher = Dispatcher(
    kind="query",
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
    jobs=Jobs(
        observer=observer,
        files=Files(
            store=bucket_named(
                partial(aws.client, "s3"), settings.files_bucket, days=settings.files_days
            )
        ),
    ),
    observer=observer,
)


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Answer an invocation."""
    return dispatcher.handle(event, context)
