# SPDX-License-Identifier: Apache-2.0
"""Keeps the token fresh: the one function that sees the credential."""

import os
from typing import Any

from xero_connection.aws import Aws, Secret
from xero_connection.http import Http
from xero_connection.observe import Observer
from xero_connection.refresh import Refresher
from xero_connection.settings import TokenSettings, read_settings

settings = read_settings(TokenSettings, os.environ)
aws = Aws()
secrets = aws.client("secretsmanager")
worker = Refresher(
    credential_secret=Secret(secrets, settings.credential_secret),
    token_secret=Secret(secrets, settings.token_secret),
    http=Http(api_url=settings.xero_api_url),
    identity_url=settings.xero_identity_url,
    observer=Observer("token"),
)


def handler(event: Any, _: object) -> dict[str, Any]:
    """Refresh the token if need be."""
    return worker.handle(event)
