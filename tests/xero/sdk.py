# SPDX-License-Identifier: Apache-2.0
"""Xero's own Python SDK, logged in to a served simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.identity import IdentityApi

from local.xero import XeroSimulator
from local.xero.server import XeroServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.xero.conftest import Clock


@dataclass
class Sdk:
    """The SDK's APIs, logged in to one organisation."""

    simulator: XeroSimulator
    accounting: AccountingApi
    identity: IdentityApi
    tenant_id: str = ""
    token: dict[str, Any] = field(default_factory=dict, repr=False)


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Sdk]:
    # The SDK's first configuration would be every later one's.
    monkeypatch.setattr(Configuration, "_default", None)
    simulator = XeroSimulator(clock=clock)
    with XeroServer(simulator) as server:
        monkeypatch.setattr(TokenApi, "client_credentials_token_url", server.url + "/connect/token")
        config = simulator.config
        api_client = ApiClient(
            Configuration(
                oauth2_token=OAuth2Token(
                    client_id=config.client_id, client_secret=config.client_secret
                )
            )
        )
        made = Sdk(
            simulator,
            AccountingApi(api_client, base_url=server.url + "/api.xro/2.0"),
            IdentityApi(api_client, base_url=server.url),
        )
        api_client.oauth2_token_saver(made.token.update)
        api_client.oauth2_token_getter(lambda: made.token)
        api_client.get_client_credentials_token()
        made.tenant_id = made.identity.get_connections()[0].tenant_id
        yield made
        api_client.rest_client.pool_manager.clear()
        api_client.pool.close()
