# SPDX-License-Identifier: Apache-2.0
"""Clients of the embedded AWS. They read nothing of the person's own AWS configuration."""

import os
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION = "ap-southeast-2"

# Entries are (file's name, variable, default, conversion): no variable is looked at.
_ALONE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_CONFIG = Config(proxies={}, retries={"total_max_attempts": 2}, read_timeout=65)


@dataclass(frozen=True)
class Account:
    """An AWS at an address, and a key that it takes."""

    endpoint: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    region: str = REGION

    def client(self, service: str, *, config: Config | None = None) -> Any:
        """Return the account's boto3 client, which is safe to share between threads."""
        return _client(self, service, config)


@cache
def _client(account: Account, service: str, config: Config | None) -> Any:
    session = boto3.session.Session(
        aws_access_key_id=account.access_key_id,
        aws_secret_access_key=account.secret_access_key,
        aws_session_token=account.session_token,
        region_name=account.region,
        botocore_session=botocore.session.Session(session_vars=_ALONE),
    )
    merged = _CONFIG.merge(config) if config else _CONFIG
    return session.client(service, endpoint_url=account.endpoint, config=merged)  # type: ignore[call-overload]
