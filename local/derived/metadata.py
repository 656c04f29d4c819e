# SPDX-License-Identifier: Apache-2.0
"""What programs read about the connection: how to connect, which resources there are, schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xero_connection.catalogue import RESOURCES, all_operations, operations_of
from xero_connection.client import API_PATHS
from xero_connection.describe import input_schema, output_schema
from xero_connection.events import CONNECTION, RECORDS, REQUESTS, RESULTS, WEBHOOKS
from xero_connection.resources import RESOURCES as RECORDED
from xero_connection.settings import API_URL, IDENTITY_URL

if TYPE_CHECKING:
    from xero_connection.operation import Operation

_NAME: Final = "Xero"
_LICENSE: Final = "Apache-2.0"


def connection() -> dict[str, Any]:
    """Return how to connect: credentials, scopes, webhooks, functions, events."""
    return {
        "name": _NAME,
        "license": _LICENSE,
        "generated": "from the catalogue by `make generate`; do not edit",
        "apis": {name: f"{API_URL}{path}" for name, path in sorted(API_PATHS.items()) if path},
        "credentials": {
            "secret": "CredentialSecretArn",
            "token_url": f"{IDENTITY_URL}/connect/token",
            "kinds": [
                {
                    "kind": "custom_connection",
                    "grant": "client_credentials",
                    "organisations": "one",
                    "fields": ["client_id", "client_secret", "scopes"],
                    "guide": (
                        "https://developer.xero.com/documentation/guides/oauth2/custom-connections"
                    ),
                },
                {
                    "kind": "oauth2",
                    "grant": "refresh_token",
                    "organisations": "those that the person has chosen",
                    "fields": ["client_id", "client_secret", "refresh_token", "scopes"],
                    "optional": ["client_secret"],
                    "guide": "https://developer.xero.com/documentation/guides/oauth2/auth-flow",
                },
                {
                    "kind": "token",
                    "secret": "TokenSecretArn",
                    "organisations": "those that the token reaches",
                    "fields": ["access_token", "expires_at"],
                },
            ],
        },
        "scopes": _scopes(),
        "webhooks": {
            "path": "/webhooks/xero",
            "url": "WebhookUrl",
            "key_secret": "WebhookKeySecretArn",
            "signature": {"header": "x-xero-signature", "algorithm": "HMAC-SHA256, base64"},
            "answers": {"genuine": 200, "not genuine": 401},
            "guide": "https://developer.xero.com/documentation/guides/webhooks/overview",
        },
        "functions": {
            "action": "ActionFunctionName",
            "query": "QueryFunctionName",
            "token": "TokenFunctionName",
            "sweep": "SweepFunctionName",
            "watch": "WatchFunctionName",
        },
        "events": {
            "bus": "BusName",
            "sources": {
                WEBHOOKS: "what Xero's webhooks tell of, by id",
                RECORDS: "records as they now are, with what changed",
                REQUESTS: "actions asked for; put by you",
                RESULTS: "how the requested actions ended",
                CONNECTION: "what a person has to see to, and that it is over",
            },
        },
    }


def resources() -> dict[str, Any]:
    """Return Xero's resources with ours, and the operations on them."""
    return {
        "license": _LICENSE,
        "generated": "from the catalogue by `make generate`; do not edit",
        "resources": [_resource(name) for name in RESOURCES],
    }


def described(operation: Operation) -> dict[str, Any]:
    """Return everything about one operation."""
    return _operation(operation) | {
        "advice": operation.advice,
        "example": operation.example,
        "schemas": schemas(operation),
    }


def schemas(operation: Operation) -> dict[str, Any]:
    """Return the JSON Schemas of an operation, or of a trigger's `detail`."""
    if operation.kind == "trigger":
        return {"detail": output_schema(operation)}
    return {"input": input_schema(operation), "output": output_schema(operation)}


def _scopes() -> dict[str, list[str]]:
    """Return each scope with the operations that it opens."""
    opened: dict[str, list[str]] = {}
    for operation in all_operations():
        for scope in operation.scopes:
            opened.setdefault(scope, []).append(operation.id)
    return dict(sorted(opened.items()))


def _resource(name: str) -> dict[str, Any]:
    operations = operations_of(name)
    recorded = RECORDED.get(name)
    collections = sorted({one.call.collection for one in operations if one.call})
    if recorded:
        collections = [recorded.collection]
    return {
        "name": name,
        "xero": collections,
        "webhook_category": recorded.category if recorded and recorded.told else None,
        "swept": recorded is not None,
        "operations": [_operation(one) for one in operations],
    }


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": operation.id,
        "kind": operation.kind,
        "summary": operation.summary,
        "schemas": f"schemas/{operation.id}.json",
    }
    if operation.kind == "trigger":
        return found | {"sources": list(operation.sources)}
    found |= {"scopes": list(operation.scopes), "xero_calls": list(operation.covers)}
    if operation.kind == "action":
        found |= {
            "idempotency": operation.idempotency,
            "destructive": operation.destructive,
            "undo": [one.operation for one in operation.undo],
        }
    return found
