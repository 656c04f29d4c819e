# SPDX-License-Identifier: Apache-2.0
"""Takes Xero's webhooks at `POST /webhooks/xero` and puts their events on the bus."""

import os
from typing import Any

from xero_connection.aws import HURRIED, Aws, Bus, Queue, Secret
from xero_connection.observe import Observer
from xero_connection.receiver import Receiver
from xero_connection.settings import WebhookSettings, read_settings

settings = read_settings(WebhookSettings, os.environ)
aws = Aws()
receiver = Receiver(
    key_secret=Secret(
        aws.client("secretsmanager", HURRIED), settings.webhook_key_secret, fresh_every=5
    ),
    publish=Bus(aws.client("events", HURRIED), settings.bus_name).put,
    park=Queue(aws.client("sqs", HURRIED), settings.backlog_queue_url).send,
    log=Observer("webhook").record,
)


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer a delivery."""
    return receiver.receive(event)
