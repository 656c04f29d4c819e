# SPDX-License-Identifier: Apache-2.0
"""The deployed stack in one process: the real handlers, moto as AWS, the simulated Xero as Xero."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import boto3
import requests
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends
from xero_connection.resources import RESOURCES

from local.derived.samples import SAMPLE_KEY, delivery
from local.machine.template import load
from local.xero.adapter import SimulatorAdapter
from local.xero.identity import Code
from local.xero.wire import Request, new_id
from tests.functions.aws import TOKEN_FUNCTION, Client, FakeLambda

if TYPE_CHECKING:
    from types import ModuleType

    from local.xero import XeroSimulator

ROOT: Final = Path(__file__).parents[2]
REGION: Final = "ap-southeast-2"
BUS: Final = "the-bus"
TABLE: Final = "the-table"
MAX_RECEIVES: Final = 20
_SECRETS: Final = {"full": "token", "read": "read-token"}
"""What two of the secrets are called for short."""
_MOMENTS: Final = count()
"""So that no event is like another."""
SESSION: Final = boto3.Session()
_TEMPLATE: Final = load(ROOT / "template.yaml")


@cache
def client_of(service: str) -> Any:
    """Return a client of one of moto's services.

    One for all tests, as the template is: making them anew takes longer than most of them.
    """
    return SESSION.client(service)  # type: ignore[call-overload]


def _pattern(rule: str) -> Any:
    return _TEMPLATE["Resources"][rule]["Properties"]["EventPattern"]


@dataclass
class Context:
    """What Lambda says about an invocation."""

    aws_request_id: str = field(default_factory=new_id)
    client_context: Any = None
    milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""
        return self.milliseconds


@dataclass
class ClientContext:
    """What an agent gateway says about a tool call."""

    custom: dict[str, Any]


def tool_context(tool: str) -> Context:
    """Return the context of a gateway's call of a tool."""
    return Context(client_context=ClientContext({"bedrockAgentCoreToolName": tool}))


def as_record(message: Any) -> dict[str, Any]:
    """Return one of moto's messages as Lambda hands it to a function."""
    return {
        "messageId": message.id,
        "eventSource": "aws:sqs",
        "body": message.body,
        "attributes": {"MessageGroupId": message.group_id},
    }


def sample(name: str) -> Any:
    """Return a file of events/ as Lambda hands it to a function."""
    return json.loads((ROOT / f"events/{name}.json").read_text("utf-8"))


def as_written(answer: Any) -> Any:
    """Return an answer as its caller reads it.

    Lambda's own client writes these kinds and no other, and a decimal digit by digit; dates and
    ids fail there: https://github.com/aws/aws-lambda-python-runtime-interface-client
    """
    if answer is None or type(answer) in {str, bool, int, Decimal}:
        return answer
    if isinstance(answer, dict):
        assert all(isinstance(name, str) for name in answer), answer.keys()
        return {name: as_written(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [as_written(value) for value in answer]
    raise TypeError(f"Lambda cannot write a {type(answer).__name__}")


def token_secret(token: str, *, minutes: float = 25, **more: Any) -> dict[str, Any]:
    """Return what TokenSecret holds for a token that ends in so many minutes."""
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    return {"access_token": token, "expires_at": ends.isoformat(), **more}


@dataclass
class Stack:
    """The functions with what they are deployed beside."""

    xero: XeroSimulator
    slept: list[float]
    waited: list[float]
    """Seconds waited for a place among an organisation's calls."""
    aws: dict[str, Client] = field(default_factory=dict)
    """The functions' clients, by service."""
    secrets: Any = field(init=False)
    sqs: Any = field(init=False)
    events: Any = field(init=False)
    arns: dict[str, str] = field(init=False)
    urls: dict[str, str] = field(init=False)
    receives: dict[str, int] = field(default_factory=dict)
    """How often each message of a queue has come."""
    token_calls: list[Any] = field(default_factory=list)
    """The payloads that the token function was invoked with."""
    functions: dict[str, ModuleType] = field(default_factory=dict)
    raw_writes: str = "false"
    """The parameter RawWrites."""
    files_bucket: str = "the-files"
    """Empty for a stack that is deployed without."""

    def __post_init__(self) -> None:
        """Make what the template makes, and a rule and a queue of the user's."""
        self.secrets = client_of("secretsmanager")
        self.sqs = client_of("sqs")
        self.events = client_of("events")
        self.arns = {
            name: self.secrets.create_secret(Name=name, SecretString="{}")["ARN"]
            for name in ("webhook-secret", "credential-secret", "token-secret", "read-token-secret")
        }
        self.urls = {
            name: self.sqs.create_queue(QueueName=name)["QueueUrl"]
            for name in ("seen", "requests", "records", "record-dead-letters", "sweeps")
        }
        fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        for name in ("backlog", "backlog-dead-letters"):
            queue = self.sqs.create_queue(QueueName=f"{name}.fifo", Attributes=fifo)
            self.urls[name] = queue["QueueUrl"]
        client_of("dynamodb").create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        self.events.create_event_bus(Name=BUS)
        self._rule("seen", {"source": [{"prefix": ""}]})
        self._rule("records", _pattern("RecordRule"))
        self._rule("sweeps", _pattern("MissedRule"))

    def _rule(self, queue: str, pattern: Any) -> None:
        """Have the bus send what matches a pattern to a queue."""
        arn = f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:{queue}"
        self.events.put_rule(Name=queue, EventBusName=BUS, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=queue, EventBusName=BUS, Targets=[{"Id": queue, "Arn": arn}])

    def bucket(self) -> Any:
        """Return the bucket of files, which few tests need."""
        s3 = SESSION.resource("s3")
        where: Any = {"LocationConstraint": REGION}
        try:
            return s3.create_bucket(Bucket="the-files", CreateBucketConfiguration=where)
        except s3.meta.client.exceptions.BucketAlreadyOwnedByYou:
            return s3.Bucket("the-files")

    def client(self, service: str) -> Client:
        """Return the functions' client of a service."""
        if service not in self.aws:
            real = FakeLambda(self) if service == "lambda" else client_of(service)
            self.aws[service] = Client(real)
        return self.aws[service]

    def fill(self, **secrets: Any) -> None:
        """Put values into secrets: webhook or credential; full or read, or token for both of these.

        So a token is there as the token function leaves it for a kind that has but one.
        """
        for name, value in secrets.items():
            text = value if isinstance(value, str) else json.dumps(value)
            for one in ("full", "read") if name == "token" else (name,):
                self.secrets.put_secret_value(SecretId=self._arn(one), SecretString=text)

    def _arn(self, name: str) -> str:
        return self.arns[f"{_SECRETS.get(name, name)}-secret"]

    def held(self, name: str) -> Any:
        """Return what a secret holds."""
        answer = self.secrets.get_secret_value(SecretId=self._arn(name))
        return json.loads(answer["SecretString"])

    def connect(self) -> str:
        """Fill every secret as a connected stack has them, and return the access token."""
        config = self.xero.config
        self.fill(
            webhook={"current": SAMPLE_KEY},
            credential={
                "kind": "custom_connection",
                "client_id": config.client_id,
                "client_secret": config.client_secret,
            },
        )
        books = next(iter(self.xero.books.values()))
        tenant = {"tenant_id": books.tenant_id, "tenant_name": books.organisation["Name"]}
        token = self.log_in()
        self.fill(token=token_secret(token, tenants=[tenant]))
        self.xero.log.clear()
        return token

    def function(self, name: str) -> ModuleType:
        """Return a function's module, loaded as Lambda loads it when a copy starts."""
        if name not in self.functions:
            service = f"xero-{name}"
            # Powertools keeps a logger, and the output it has found, by its service's name.
            logging.Logger.manager.loggerDict.pop(service, None)
            os.environ.update(self._variables(name), POWERTOOLS_SERVICE_NAME=service)
            path = ROOT / f"functions/{name}/app.py"
            spec = importlib.util.spec_from_file_location(f"{name}_app", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.functions[name] = module
        return self.functions[name]

    def start_again(self) -> None:
        """Forget the functions, so that the next invocation is a cold start."""
        self.functions.clear()

    def invoke(self, name: str, event: Any, context: Context | None = None) -> Any:
        """Return what a function answers to an event, both by way of JSON."""
        handler = self.function(name).handler
        return as_written(handler(json.loads(json.dumps(event)), context or Context()))

    def ask(self, name: str, operation: str, given: Any = None, **envelope: Any) -> Any:
        """Return a function's answer to an invocation, whose output alone is often wanted."""
        return self.invoke(name, {"operation": operation, "input": given or {}, **envelope})

    def act(self, operation: str, given: Any = None, **envelope: Any) -> Any:
        """Return the output of an action."""
        return self.ask("action", operation, given, **envelope)["output"]

    def read(self, operation: str, given: Any = None, **envelope: Any) -> Any:
        """Return the output of a query."""
        return self.ask("query", operation, given, **envelope)["output"]

    def seen(self) -> list[dict[str, Any]]:
        """Return the events that a rule of the user's has caught, in order."""
        return self._messages("seen")

    def backlog(self) -> list[dict[str, Any]]:
        """Return what was parked."""
        return self._messages("backlog.fifo")

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return what of the backlog a person has to deal with."""
        return self._messages("backlog-dead-letters.fifo")

    def replay(self, context: Context | None = None) -> int:
        """Hand the backlog to its function, ten messages at a time, as Lambda does.

        Return how many messages are left: those that are to come again.
        """
        held = self._held("backlog.fifo")
        waiting, left = list(held.messages), []
        while waiting:
            batch, waiting = waiting[:10], waiting[10:]
            answer = self.invoke("webhook", {"Records": list(map(as_record, batch))}, context)
            again = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            left += [message for message in batch if message.id in again]
        held._messages[:] = left  # noqa: SLF001 - deleting by receipts would take moto a minute
        return len(left)

    def work_off(self, queue: str = "records", function: str = "record", times: int = 1) -> int:
        """Hand all of a queue to its function, so often, as Lambda does with what comes again.

        Return how many messages are left: those that are to come again.
        """
        held = self._held(queue)
        for _ in range(times):
            records = [
                as_record(message) | {"attributes": {"ApproximateReceiveCount": str(receives)}}
                for message, receives in ((one, self._receive(one)) for one in held.messages)
            ]
            if not records:
                return 0
            context = Context(milliseconds=60_000)
            answer = self.invoke(function, {"Records": records}, context)
            again = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            held._messages[:] = [one for one in held.messages if one.id in again]  # noqa: SLF001
        return len(held._messages)  # noqa: SLF001

    def _receive(self, message: Any) -> int:
        self.receives[message.id] = self.receives.get(message.id, 0) + 1
        return self.receives[message.id]

    def news(self) -> list[dict[str, Any]]:
        """Return the events about records that a rule of the user's has caught, in order."""
        return [event for event in self.seen() if event["source"] == "xero.records"]

    def told(self) -> list[str]:
        """Return the ids of the triggers that the events about records have, in order."""
        return [event["detail-type"] for event in self.news()]

    def buried(self) -> list[tuple[str, str]]:
        """Return what the record function put among the dead letters: reason and text."""
        return [
            (message.message_attributes["reason"]["StringValue"], message.body)
            for message in self._held("record-dead-letters").messages
        ]

    def row(self, key: str) -> dict[str, str]:
        """Return the texts of a row of the table; none where there is no such row."""
        answer = client_of("dynamodb").get_item(TableName=TABLE, Key={"pk": {"S": key}})
        item = answer.get("Item", {})
        return {name: value["S"] for name, value in item.items() if "S" in value and name != "pk"}

    def keep(self, key: str, **texts: str) -> None:
        """Put a row into the table."""
        item = {name: {"S": text} for name, text in (texts | {"pk": key}).items()}
        client_of("dynamodb").put_item(TableName=TABLE, Item=item)

    def admin(self, method: str, path: str, wish: Any = None) -> Any:
        """Ask the simulated Xero's own routes, and return the answer."""
        target = f"https://api.xero.com/_simulator/{path}"
        answer = self.xero.handle(
            Request.build(method, target, [], json.dumps(wish or {}).encode())
        )
        assert answer.status < 300, answer.body
        return json.loads(answer.body or b"null")

    def change(self, resource: str, *records: dict[str, Any]) -> list[str]:
        """Change or make records in the simulated Xero, and return their ids."""
        wish = {"resource": resource, "records": list(records), "quiet": True}
        return list(self.admin("POST", "records", wish)["ids"])

    def tell(self, category: str, *ids: str, happened: str = "UPDATE", first: int = 1) -> None:
        """Deliver a webhook with an event about each of the records."""
        events = [
            {
                "resourceUrl": f"https://api.xero.com/api.xro/2.0/X/{one}",
                "resourceId": one,
                "eventDateUtc": f"2026-11-22T01:15:39.{next(_MOMENTS):06}",
                "eventType": happened,
                "eventCategory": category,
                "tenantId": next(iter(self.xero.books)),
                "tenantType": "ORGANISATION",
            }
            for one in ids
        ]
        self.invoke("webhook", delivery(events, first=first))

    def sent(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """Return the simulated Xero's log of the requests it got."""
        return [one for one in self.xero.log if method in one["method"] and path in one["path"]]

    def fault(self, kind: str, times: int = 1, *, method: str = "", path: str = "") -> None:
        """Have the simulated Xero fail so often."""
        self.xero.faults.add({"fault": kind, "times": times, "method": method, "path": path})

    def log_in(self, *scopes: str) -> str:
        """Return a token of the custom connection, with all its scopes where none is named."""
        named = {"scope": " ".join(scopes)} if scopes else {}
        return self._token({"grant_type": "client_credentials", **named})

    def consent(self, *scopes: str) -> str:
        """Return a token that a person gave to an app: it reaches every organisation."""
        return str(self._consented(scopes)["access_token"])

    def consented(self, *, native: bool = False) -> dict[str, Any]:
        """Return the credential that a person's consent makes, for all of the app's scopes."""
        config = self.xero.config
        granted = self._consented(("offline_access", *config.scopes), native=native)
        app = {} if native else {"client_secret": config.client_secret}
        return {
            "kind": "oauth2",
            "client_id": config.client_id,
            **app,
            "refresh_token": granted["refresh_token"],
            "scopes": granted["scope"],
        }

    def expire_tokens(self) -> None:
        """Have the simulated Xero refuse every token it has given."""
        target = "https://api.xero.com/_simulator/expire-tokens"
        self.xero.handle(Request.build("POST", target, [], b""))

    def session(self) -> requests.Session:
        """Return a session whose every request the simulated Xero answers."""
        session = requests.Session()
        session.mount("https://", SimulatorAdapter(self.xero))
        return session

    def _consented(self, scopes: tuple[str, ...], *, native: bool = False) -> dict[str, Any]:
        until = datetime.now(UTC) + timedelta(minutes=5)
        verifier = "v" * 43 if native else ""
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        challenge = digest.decode().rstrip("=") if native else ""
        code = Code(scopes, "https://app.example/", challenge, until)
        return self._granted(
            {
                "grant_type": "authorization_code",
                "code": self.xero.identity.issue_code(code),
                "redirect_uri": code.redirect_uri,
                **({"code_verifier": verifier} if native else {}),
            },
            native=native,
        )

    def _token(self, form: dict[str, str]) -> str:
        return str(self._granted(form)["access_token"])

    def _granted(self, form: dict[str, str], *, native: bool = False) -> dict[str, Any]:
        config = self.xero.config
        app = {"client_id": config.client_id}
        if not native:
            app["client_secret"] = config.client_secret
        body = urlencode(form | app).encode()
        answer = self.xero.handle(
            Request.build("POST", "https://identity.xero.com/connect/token", [], body)
        )
        granted: dict[str, Any] = json.loads(answer.body)
        return granted

    def _messages(self, queue: str) -> list[dict[str, Any]]:
        return [json.loads(message.body) for message in self._held(queue).messages]

    @staticmethod
    def _held(queue: str) -> Any:
        """Return moto's own queue: receiving a thousand messages takes moto a minute."""
        return sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[queue]

    def _variables(self, name: str) -> dict[str, str]:
        tokens = {
            "TOKEN_SECRET": self.arns["read-token-secret"],
            "TOKEN_FUNCTION": TOKEN_FUNCTION,
            "TABLE_NAME": TABLE,
        }
        return {
            "webhook": {
                "BUS_NAME": BUS,
                "WEBHOOK_KEY_SECRET": self.arns["webhook-secret"],
                "BACKLOG_QUEUE_URL": self.urls["backlog"],
                "BACKLOG_DEAD_LETTER_QUEUE_URL": self.urls["backlog-dead-letters"],
                "TABLE_NAME": TABLE,
            },
            "query": tokens | {"FILES_BUCKET": self.files_bucket, "FILES_DAYS": "7"},
            "action": tokens
            | {
                "TOKEN_SECRET": self.arns["token-secret"],
                "FILES_BUCKET": self.files_bucket,
                "BUS_NAME": BUS,
                "REQUEST_QUEUE_URL": self.urls["requests"],
                "REQUEST_MAX_RECEIVES": str(MAX_RECEIVES),
                "TABLE_NAME": TABLE,
                "OUTCOME_HOURS": "24",
                "RAW_WRITES": self.raw_writes,
            },
            "record": tokens
            | {
                "BUS_NAME": BUS,
                "RECORD_DEAD_LETTER_QUEUE_URL": self.urls["record-dead-letters"],
            },
            "sweep": tokens
            | {
                "RECORD_QUEUE_URL": self.urls["records"],
                "SWEEP_RESOURCES": ",".join(RESOURCES),
            },
            "watch": {
                "BUS_NAME": BUS,
                "TABLE_NAME": TABLE,
                "WEBHOOK_KEY_SECRET": self.arns["webhook-secret"],
            },
            "token": {
                "CREDENTIAL_SECRET": self.arns["credential-secret"],
                "TOKEN_SECRET": self.arns["token-secret"],
                "READ_TOKEN_SECRET": self.arns["read-token-secret"],
                "TABLE_NAME": TABLE,
            },
        }[name]
