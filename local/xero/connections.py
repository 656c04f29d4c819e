# SPDX-License-Identifier: Apache-2.0
"""Which organisations the app is connected to: GET and DELETE /connections, and the tenant header.

Rules: https://developer.xero.com/documentation/guides/oauth2/managing-connections/.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero.replies import XeroError, json_reply, not_found, refused
from local.xero.wire import Response

if TYPE_CHECKING:
    from collections.abc import Collection

    from local.xero.identity import Grant
    from local.xero.wire import Document, Request


@dataclass(slots=True)
class Connections:
    """The connections of one app; a custom connection's token sees the first only."""

    all: list[Document]
    ended: set[str]
    """Ids of connections that were deleted or revoked."""

    def answer(self, request: Request, rest: list[str], grant: Grant) -> Response:
        """Answer GET /connections and DELETE /connections/{id}."""
        visible = self._visible(grant)
        if request.method == "GET" and not rest:
            wanted = request.param("authEventId").lower()
            return json_reply([one for one in visible if wanted in ("", one["authEventId"])])
        if request.method == "DELETE" and len(rest) == 1:
            found = [one["id"] for one in visible if one["id"] == rest[0].lower()]
            self.ended.update(found)
            return Response(HTTPStatus.NO_CONTENT) if found else not_found()
        return not_found()

    def tenant(self, request: Request, grant: Grant) -> str:
        """Return the organisation that a request is about.

        Raises:
            XeroError: the app is not connected to it, or none is named where one must be (403).
        """
        named = request.header("xero-tenant-id").lower()
        tenants = [one["tenantId"] for one in self._visible(grant)]
        if not named and grant.custom and tenants:
            return str(tenants[0])
        if named not in tenants:
            raise XeroError(refused(HTTPStatus.FORBIDDEN, "AuthenticationUnsuccessful"))
        return named

    def end_all(self) -> None:
        """Disconnect everything, as revoking does."""
        self.ended.update(one["id"] for one in self.all)

    def connect(self, tenants: Collection[str] = ()) -> None:
        """Connect these organisations and no others, or all of them where none is named."""
        self.ended = {one["id"] for one in self.all if tenants and one["tenantId"] not in tenants}

    def tenants(self) -> list[str]:
        """Return the ids of the organisations that are connected."""
        return [one["tenantId"] for one in self._connected()]

    def _connected(self) -> list[Document]:
        return [one for one in self.all if one["id"] not in self.ended]

    def _visible(self, grant: Grant) -> list[Document]:
        # A custom connection is made with one organisation.
        connected = self._connected()
        return [one for one in connected if one is self.all[0]] if grant.custom else connected
