# SPDX-License-Identifier: Apache-2.0
"""Carries invocations out: which operation, for which organisation, with what answer.

Everything that reaches `action` and `query` comes through here; the connection, the bus and the
queue are passed in.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.catalogue import find, find_tool
from xero_connection.client import unexpected
from xero_connection.connection import Connection
from xero_connection.documents import read_json, to_json
from xero_connection.errors import (
    IdempotencyError,
    OutcomeUnknownError,
    ResponseTooLargeError,
    ScopeError,
    UnknownOperationError,
    XeroConnectionError,
)
from xero_connection.invocation import (
    Invocation,
    check_fields,
    read_input,
    read_invocation,
    read_tool_call,
)
from xero_connection.limits import PEOPLE
from xero_connection.tokens import Tenant, choose_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.client import Request
    from xero_connection.connection import Budget, Send, TokenSource
    from xero_connection.limits import Share
    from xero_connection.observe import Observer
    from xero_connection.operation import Done, Operation

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST_ANSWER: Final = 6_000_000
# Time kept for the answer itself, and for the result event of a request.
_MARGIN_SECONDS: Final = 2.0
# The name of the tool as AgentCore Gateway hands it on, after the target's name and `___`.
# https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html
_TOOL_NAME: Final = "bedrockAgentCoreToolName"


class Context(Protocol):
    """What Lambda says about an invocation."""

    aws_request_id: str
    client_context: Any

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """Carries out the operations of one kind."""

    kind: str
    tokens: TokenSource
    send: Send
    budget: Budget
    observer: Observer
    clock: Callable[[], float] = time.monotonic

    def handle(self, event: Any, context: Context) -> dict[str, Any]:
        """Return the answer to a direct invocation, an EventBridge event or a tool call.

        Raises:
            XeroConnectionError: it failed, and the invocation did not ask to have that returned.
        """
        invocation: Invocation | None = None
        try:
            invocation = self._read(event, context)
            return self.carry_out(invocation, context)
        except XeroConnectionError as error:
            self.observe_refusal(invocation, error, context)
            if not _wants_answer(invocation, event, context):
                raise
            return failed(invocation.operation if invocation else None, error)

    def carry_out(
        self, invocation: Invocation, context: Context, *, share: Share = PEOPLE
    ) -> dict[str, Any]:
        """Return the answer to a valid invocation, whose calls may use so much of the limits.

        Raises:
            XeroConnectionError: it failed.
        """
        started = self.clock()
        deadline = started + context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS
        connection = Connection(
            tokens=self.tokens,
            send=self.send,
            deadline=deadline,
            budget=self.budget,
            share=share,
        )
        operation = self._operation(invocation.operation)
        asked = read_input(operation, invocation.input)
        check_fields(operation, invocation.fields)
        if invocation.dry_run:
            rehearsal = self._rehearse(operation, invocation, asked)
            self.observer.record(
                operation=operation.id,
                outcome="rehearsed",
                correlation_id=invocation.correlation_id,
                request_id=context.aws_request_id,
            )
            return rehearsal
        tenant = connection.tenant(invocation.tenant_id) if operation.tenant else None
        done = self._drive(operation, asked, invocation, connection, tenant)
        answer = _envelope(operation, tenant) | {
            "output": _picked(operation, done.output, invocation.fields),
            "usage": connection.usage.as_dict(),
            "undo": _addressed(operation.way_back(done), tenant),
            "replayed": False,
        }
        answer = _fitting(operation, answer)
        self.observer.record(
            operation=operation.id,
            tenant_id=tenant.tenant_id if tenant else None,
            outcome="ok",
            calls=connection.usage.calls,
            attempts=connection.usage.attempts,
            duration_ms=round((self.clock() - started) * 1000),
            correlation_id=invocation.correlation_id,
            request_id=context.aws_request_id,
        )
        return answer

    def _read(self, event: Any, context: Context) -> Invocation:
        key = context.aws_request_id
        if tool := _tool(context):
            operation = find_tool(tool)
            return read_tool_call(tool, event, operation_id=operation.id, key=key)
        return read_invocation(event, key=key)

    def _operation(self, operation_id: str) -> Operation:
        operation = find(operation_id)
        if operation.kind != self.kind:
            article = "an" if operation.kind == "action" else "a"
            where = (
                "it happens by itself; match its events with a rule on the bus"
                if operation.kind == "trigger"
                else f"invoke the {operation.kind} function"
            )
            raise UnknownOperationError(f"{operation_id} is {article} {operation.kind}: {where}.")
        return operation

    def _drive(
        self,
        operation: Operation,
        asked: Any,
        invocation: Invocation,
        connection: Connection,
        tenant: Tenant | None,
    ) -> Done:
        """Send each request of the operation's flow and hand it Xero's answer."""
        flow = operation.run(asked)
        reads = writes = 0
        tenant_id = tenant.tenant_id if tenant else None
        request = next(flow)
        while True:
            writes += request.writes
            reads += not request.writes
            keyed = _with_key(request, invocation.idempotency_key or "", writes)
            try:
                document = connection.call(keyed, tenant_id=tenant_id)
                try:
                    request = flow.send(document)
                except (AttributeError, IndexError, KeyError, TypeError) as error:
                    self.observer.failure(error)
                    raise unexpected(keyed) from None
            except StopIteration as end:
                done: Done = end.value
                return done
            except ScopeError as error:
                error.details["scopes"] = list(operation.scopes)
                raise
            except IdempotencyError:
                if not reads:
                    raise
                # What is written follows from what was read, and that has changed since the key
                # was first used: most likely by the very write that is being repeated.
                raise OutcomeUnknownError(
                    "An earlier attempt with this key may have been carried out.",
                    details={"idempotency_key": invocation.idempotency_key},
                    advice="Read the record back; use a new key only if the change is missing.",
                ) from None
            except OutcomeUnknownError as error:
                error.details["idempotency_key"] = invocation.idempotency_key
                raise

    def _rehearse(self, operation: Operation, invocation: Invocation, asked: Any) -> dict[str, Any]:
        """Return the first request that the operation would send; nothing is sent."""
        token = self.tokens.peek()
        tenant = Tenant(tenant_id=invocation.tenant_id) if invocation.tenant_id else None
        if operation.tenant and token and token.tenants is not None:
            tenant = choose_tenant(invocation.tenant_id, token.tenants)
        request = _with_key(next(operation.run(asked)), invocation.idempotency_key or "", 1)
        sent = {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": {"Accept": request.accept, **request.headers},
            # Lambda writes neither dates nor ids.
            "body": read_json(to_json(request.body)),
            "more_requests": operation.flow is not None,
        }
        if tenant:
            sent["headers"]["xero-tenant-id"] = tenant.tenant_id
        return _envelope(operation, tenant) | {"output": {"request": sent}, "dry_run": True}

    def observe_refusal(
        self, invocation: Invocation | None, error: XeroConnectionError, context: Context
    ) -> None:
        """Write down how an invocation failed."""
        # An operation that does not exist is not made a dimension: anybody can invent more.
        known = invocation and not isinstance(error, UnknownOperationError)
        # A credential's message names the secret and what to put there: that is for the log too.
        self.observer.record(
            failed=True,
            operation=invocation.operation if invocation and known else None,
            outcome=error.code,
            reason=error.message if error.code == "credential" else None,
            correlation_id=invocation.correlation_id if invocation else None,
            request_id=context.aws_request_id,
        )


def failed(operation_id: str | None, error: XeroConnectionError) -> dict[str, Any]:
    """Return the answer that says how an invocation failed."""
    return {"operation": operation_id, "error": error.as_dict()}


def _wants_answer(invocation: Invocation | None, event: Any, context: Context) -> bool:
    """Return whether an error is to be returned, also where the envelope itself is at fault."""
    if invocation:
        return invocation.on_error == "return"
    envelope = event.get("detail", event) if isinstance(event, dict) else None
    asked = isinstance(envelope, dict) and envelope.get("on_error") == "return"
    return asked or bool(_tool(context))


def _tool(context: Context) -> str:
    """Return the name of the tool an agent gateway calls, or nothing where none does."""
    custom = getattr(context.client_context, "custom", None)
    name = custom.get(_TOOL_NAME) if isinstance(custom, dict) else None
    return str(name).rpartition("___")[2] if name else ""


def _with_key(request: Request, key: str, writes: int) -> Request:
    """Return a write with its idempotency key; a flow's later writes have keys of their own."""
    if not request.writes:
        return request
    own = key if writes <= 1 else f"{key}-{writes}"
    return replace(request, headers={**request.headers, "Idempotency-Key": own})


def _envelope(operation: Operation, tenant: Tenant | None) -> dict[str, Any]:
    return {
        "operation": operation.id,
        "tenant_id": tenant.tenant_id if tenant else None,
        "tenant_name": tenant.tenant_name if tenant else None,
    }


def _addressed(undo: dict[str, Any] | None, tenant: Tenant | None) -> dict[str, Any] | None:
    """Return the call that undoes, for the very organisation in which something was done."""
    if undo is None or tenant is None:
        return undo
    return {**undo, "tenant_id": tenant.tenant_id}


def _picked(
    operation: Operation, output: Mapping[str, Any], wanted: list[str] | None
) -> dict[str, Any]:
    """Return the output with only the wanted fields of its records."""
    records = output.get(operation.record_key)
    if wanted is None or not isinstance(records, dict | list):
        return dict(output)
    picked = (
        [_only(record, wanted) for record in records]
        if isinstance(records, list)
        else _only(records, wanted)
    )
    return {**output, operation.record_key: picked}


def _only(record: Mapping[str, Any], wanted: list[str]) -> dict[str, Any]:
    return {name: record[name] for name in wanted if name in record}


def _fitting(operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer if Lambda can; of an action that is done, at least that it is."""
    if answer["usage"]["bytes"] < _LARGEST_ANSWER // 2:
        return answer
    # As Lambda writes it, with a space behind each comma and colon.
    written = json.dumps(answer, ensure_ascii=False, default=str)
    if len(written.encode(errors="surrogatepass")) <= _LARGEST_ANSWER:
        return answer
    if operation.kind == "action":
        return answer | {"output": {}, "output_omitted": True}
    raise ResponseTooLargeError("The answer is larger than the 6 MB that Lambda returns.")
