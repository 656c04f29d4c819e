# SPDX-License-Identifier: Apache-2.0
"""Watches over the connection, and says what a person has to see to."""

import os
from typing import Any

from xero_connection.aws import Aws, SecretHistory
from xero_connection.bus import Bus
from xero_connection.observe import Observer
from xero_connection.rows import Rows
from xero_connection.settings import WatchSettings, read_settings
from xero_connection.watcher import Watcher

settings = read_settings(WatchSettings, os.environ)
aws = Aws()
watcher = Watcher(
    rows=Rows(aws.client("dynamodb"), settings.table_name),
    webhook_key=SecretHistory(aws.client("secretsmanager"), settings.webhook_key_secret),
    publish=Bus(aws.client("events"), settings.bus_name).put,
    observer=Observer("watch"),
)


def handler(_: Any, __: object) -> dict[str, Any]:
    """Look once."""
    return watcher.handle()
