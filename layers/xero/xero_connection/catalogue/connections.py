# SPDX-License-Identifier: Apache-2.0
"""Connections: which organisations the app is connected to, and what is wrong with the connection.

https://developer.xero.com/documentation/guides/oauth2/tenants
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import Output, Record
from xero_connection.operation import Call, Operation
from xero_connection.trouble import problem_triggers, solved_trigger


class ConnectionRecord(Record):
    """A connection as Xero answers it."""

    id: UUID = Field(description="Id of the connection, not of the organisation.")
    tenantId: UUID = Field(description="Id of the organisation.")  # noqa: N815 - Xero's spelling
    tenantType: str  # noqa: N815
    tenantName: str | None = None  # noqa: N815
    createdDateUtc: str | None = None  # noqa: N815
    updatedDateUtc: str | None = None  # noqa: N815


class ConnectionsOutput(Output):
    """All connections."""

    connections: list[ConnectionRecord]


OPERATIONS = (
    Operation(
        id="connections/list_connections",
        kind="query",
        summary="List the organisations that the app is connected to.",
        output=ConnectionsOutput,
        call=Call(method="GET", path="/connections", api="identity"),
        tenant=False,
        advice="Take tenantId from here for tenant_id where several organisations are connected.",
    ),
    *problem_triggers("connections"),
    solved_trigger(),
)
