# SPDX-License-Identifier: Apache-2.0
"""Mounts a simulated Xero in a `requests` session, without a server and without waiting."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from local.xero.wire import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.xero.simulator import XeroSimulator


class SimulatorAdapter(BaseAdapter):
    """A transport whose every request the simulator answers.

    A cut connection raises `requests.ConnectionError`, an answer slower than the read timeout
    `requests.ReadTimeout`; neither takes time.
    """

    def __init__(self, simulator: XeroSimulator) -> None:
        """Answer from this simulator."""
        super().__init__()
        self._simulator = simulator

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 - the base's signature
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,  # noqa: ARG002, FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Answer a prepared request."""
        host = ("Host", urlsplit(request.url or "").netloc)
        answer = self._simulator.handle(
            Request.build(
                request.method or "GET",
                request.url or "",
                [host, *request.headers.items()],
                _bytes(request.body),
            )
        )
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        if patience is not None and answer.delay > patience:
            raise requests.ReadTimeout("the simulated answer is too slow", request=request)
        if answer.cut:
            raise requests.ConnectionError("the simulated connection was cut", request=request)
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.raw = HTTPResponse(io.BytesIO(answer.body), preload_content=False)
        response.url = request.url or ""
        response.request = request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Hold nothing open."""


def _bytes(body: object) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)  # type: ignore[call-overload]
