# SPDX-License-Identifier: Apache-2.0
"""Keeps the tokens fresh: the one function that sees the credential."""

import os
from functools import partial
from typing import Any

from xero_connection.aws import Aws, Secret
from xero_connection.filling import TABLE_SECONDS, Tools
from xero_connection.http import Http
from xero_connection.login import Login
from xero_connection.observe import Observer
from xero_connection.refresh import Context, Refresher
from xero_connection.rows import Rows
from xero_connection.settings import TokenSettings, read_settings

settings = read_settings(TokenSettings, os.environ)
aws = Aws()
# A refresh token that another copy has used since must not be taken from memory.
secret = partial(Secret, aws.client("secretsmanager"), remembers=False)
refresher = Refresher(
    Tools(
        credential_secret=secret(settings.credential_secret),
        token_secret=secret(settings.token_secret),
        read_token_secret=secret(settings.read_token_secret),
        rows=Rows(aws.hurried("dynamodb", seconds=TABLE_SECONDS), settings.table_name),
        login=Login(Http(api_url=settings.xero_api_url), settings.xero_identity_url),
        observer=Observer("token"),
    )
)


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Refresh the token if need be."""
    return refresher.handle(event, context)
