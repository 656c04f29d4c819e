# SPDX-License-Identifier: Apache-2.0
"""Takes Xero's webhooks at `POST /webhooks/xero` and puts their events on the bus."""

import os
from typing import Any

from xero_connection.aws import Aws, Queue, Secret
from xero_connection.backlog import Context, Replay
from xero_connection.batches import is_batch
from xero_connection.bus import Bus
from xero_connection.deliveries import Deliveries
from xero_connection.observe import Observer
from xero_connection.receiver import CALL_SECONDS, TABLE_CALL_SECONDS, Receiver
from xero_connection.repeats import Marks
from xero_connection.settings import WebhookSettings, read_settings
from xero_connection.table import Table

settings = read_settings(WebhookSettings, os.environ)
aws = Aws()
observer = Observer("webhook")
sqs = aws.hurried("sqs", seconds=CALL_SECONDS)
publish = Bus(aws.hurried("events", seconds=CALL_SECONDS), settings.bus_name).put
table = Table(aws.hurried("dynamodb", seconds=TABLE_CALL_SECONDS), settings.table_name)
marks = Marks(table)
receiver = Receiver(
    key_secret=Secret(
        aws.hurried("secretsmanager", seconds=CALL_SECONDS),
        settings.webhook_key_secret,
        fresh_every=5,
    ),
    marks=marks,
    deliveries=Deliveries(table),
    publish=publish,
    park=Queue(sqs, settings.backlog_queue_url).send,
    log=observer.record,
)
replay = Replay(
    marks=marks,
    publish=publish,
    bury=Queue(sqs, settings.backlog_dead_letter_queue_url).send,
    observer=observer,
)


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer a delivery, or a batch of what waits in the backlog."""
    return replay.handle(event["Records"], context) if is_batch(event) else receiver.receive(event)
