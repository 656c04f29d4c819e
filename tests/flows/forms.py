# SPDX-License-Identifier: Apache-2.0
"""Posts forms as a browser does, to Xero's login."""

import http.client
from urllib.parse import urlencode, urlsplit


def post(origin: str, path: str, form: dict[str, str]) -> tuple[str, bytes]:
    """Post a form, and return where the answer points and what it holds."""
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=30)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.getheader("location", ""), answer.read()
    finally:
        connection.close()
