# SPDX-License-Identifier: Apache-2.0
"""HTTP API: what a function gets of a request, through the address that the stack gives out."""

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.machine.aws import Account
from local.machine.front import Front

from .conftest import MakeFunction

pytestmark = pytest.mark.promise("emulator")

ECHO = """
import json
def handler(event, context):
    if event.get("body") == "fail":
        raise ValueError("a secret detail")
    if event.get("body") == "empty":
        return {"statusCode": 401}
    return {"statusCode": 200, "headers": {"x-answer": "yes"}, "body": json.dumps(event)}
"""

Answer = tuple[int, dict[str, str], bytes]
Send = Callable[..., Answer]


@pytest.fixture(scope="module")
def send(account: Account, make_function: MakeFunction) -> Iterator[Send]:
    """Return a sender to an API in front of a function that answers with its event."""
    name = make_function(ECHO)
    function = account.client("lambda").get_function(FunctionName=name)["Configuration"]
    gateway = account.client("apigatewayv2")
    api = gateway.create_api(Name="echo", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function["FunctionArn"],
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(
        ApiId=api, RouteKey="POST /webhooks/xero", Target=f"integrations/{integration}"
    )
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    front = Front(0, f"{account.endpoint}/_aws/execute-api/{api}/$default")
    thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def request(body: Any, path: str = "/webhooks/xero", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", front.server_port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, body, named)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    yield request
    front.shutdown()
    thread.join()
    front.server_close()


def test_an_event_has_the_shape_of_payload_version_2(send: Send) -> None:
    _, _, content = send(b'{"a": 1}', content_type="application/json", X_Xero_Signature="s")

    event = json.loads(content)
    assert event["version"] == "2.0"
    assert event["routeKey"] == "POST /webhooks/xero"
    assert event["rawPath"] == "/webhooks/xero"
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["headers"]["x-xero-signature"] == "s"
    assert event["isBase64Encoded"] is False
    assert event["body"] == '{"a": 1}'


@pytest.mark.parametrize("body", [b'{"n":"\xc3\xa9 \xf0\x9f\x8d\x8b"}', b' {"a" :1}\r\n', b""])
def test_the_bytes_of_a_text_body_survive(send: Send, body: bytes) -> None:
    _, _, content = send(body, content_type="application/json; charset=utf-8")

    assert (json.loads(content).get("body") or "").encode() == body


def test_the_bytes_of_any_other_body_arrive_in_base64(send: Send) -> None:
    body = bytes(range(256))

    _, _, content = send(body, content_type="application/octet-stream")

    event = json.loads(content)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_a_body_in_chunks_arrives_whole(send: Send) -> None:
    _, _, content = send(iter([b'{"a"', b": 1}"]), content_type="application/json")

    assert json.loads(content)["body"] == '{"a": 1}'


def test_status_headers_and_body_of_the_answer_arrive(send: Send) -> None:
    status, headers, _ = send(b"{}", content_type="application/json")

    assert (status, headers["x-answer"]) == (200, "yes")
    status, _, content = send(b"empty", content_type="text/plain")
    assert (status, content) == (401, b"")


def test_a_function_that_fails_is_a_500_that_tells_nothing(send: Send) -> None:
    status, _, content = send(b"fail", content_type="text/plain")

    assert (status, json.loads(content)) == (500, {"message": "Internal Server Error"})


def test_another_path_is_not_found(send: Send) -> None:
    assert send(b"{}", path="/other")[0] == 404
