# SPDX-License-Identifier: Apache-2.0
"""Calls to Xero over HTTPS; the only module that knows requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import requests

from xero_connection.client import API_PATHS, JSON, File, NoAnswerError, Request, Response
from xero_connection.documents import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONNECT_TIMEOUT: Final = 3.0
_USER_AGENT: Final = "xero-connection"
# Other failures of TLS can come after the request was received.
_BEFORE_SENDING: Final = {
    "NameResolutionError",
    "NewConnectionError",
    "SSLCertVerificationError",
}


class Http:
    """A session with Xero's hosts."""

    def __init__(
        self,
        *,
        api_url: str,
        read_only: bool = False,
        session: requests.Session | None = None,
    ) -> None:
        """Open the session.

        Args:
            api_url: origin of Xero's APIs.
            read_only: refuse to send anything but GET.
            session: the session to use instead of a new one.
        """
        self._api_url = api_url.rstrip("/")
        self._read_only = read_only
        self._session = session or requests.Session()
        # A .netrc file would replace the bearer token.
        self._session.trust_env = False

    def send(
        self, request: Request, *, token: str, tenant_id: str | None, timeout: float
    ) -> Response:
        """Send one call and return the answer, whatever its status.

        Args:
            request: the call.
            token: the bearer token.
            tenant_id: the organisation, where the call is about one.
            timeout: seconds for the answer to begin and to go on.

        Raises:
            NoAnswerError: there was none.
            PermissionError: the call writes and the session is read-only.
        """
        if self._read_only and request.writes:
            raise PermissionError(f"{request.method} may not leave this function")
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": request.accept,
            "User-Agent": _USER_AGENT,
            **request.headers,
        }
        if tenant_id:
            headers["xero-tenant-id"] = tenant_id
        body = None
        if isinstance(request.body, File):
            body = request.body.content
            headers["Content-Type"] = request.body.content_type
        elif request.body is not None:
            body = to_json(request.body).encode()
            headers["Content-Type"] = JSON
        return self._send(
            request.method,
            f"{self._api_url}{API_PATHS[request.api]}{request.path}",
            params=request.query,
            headers=headers,
            data=body,
            timeout=timeout,
        )

    def post_form(
        self, url: str, form: Mapping[str, str], *, login: tuple[str, str] | None, timeout: float
    ) -> Response:
        """Post a form, as Xero's token endpoint takes it.

        Args:
            url: where to.
            form: its fields.
            login: name and password for basic authentication; None where the form says it all.
            timeout: seconds for the answer to begin and to go on.

        Raises:
            NoAnswerError: there was no answer.
        """
        return self._send(
            "POST", url, data=form, auth=login, headers={"Accept": JSON}, timeout=timeout
        )

    def _send(self, method: str, url: str, *, timeout: float, **parts: object) -> Response:
        try:
            answer = self._session.request(
                method,
                url,
                timeout=(min(_CONNECT_TIMEOUT, timeout), timeout),
                allow_redirects=False,
                **parts,  # type: ignore[arg-type]
            )
        except requests.ConnectTimeout:
            raise NoAnswerError(sent=False) from None
        except requests.RequestException as error:
            sent = not (_never_begun(error) or _never_connected(error))
            raise NoAnswerError(sent=sent) from None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=headers, body=answer.content)


def _never_begun(error: requests.RequestException) -> bool:
    """Return whether the request itself is wrong, which requests says by ValueErrors.

    One of them is about a header of the answer too; it then has urllib3's own of this name inside.
    """
    inside = {type(one).__name__ for one in error.args}
    return isinstance(error, ValueError) and "InvalidHeader" not in inside


def _never_connected(error: BaseException | None) -> bool:
    """Return whether the cause is that no connection could be made at all."""
    reasons: list[object] = [error]
    while reasons:
        reason = reasons.pop()
        if type(reason).__name__ in _BEFORE_SENDING:
            return True
        if isinstance(reason, BaseException):
            reasons.extend([*reason.args, getattr(reason, "reason", None)])
    return False
