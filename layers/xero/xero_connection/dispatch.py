# SPDX-License-Identifier: Apache-2.0
"""Carries invocations out: which operation, for which organisation, with what answer.

Everything that reaches `action` and `query` comes through here; the connection, the table and the
clocks are passed in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.answers import envelope, failed, fitting, picked
from xero_connection.batching import Many
from xero_connection.catalogue import find, find_tool
from xero_connection.client import File
from xero_connection.connection import Connection
from xero_connection.cutting import shortened
from xero_connection.documents import read_json, to_json
from xero_connection.errors import UnknownOperationError, XeroConnectionError
from xero_connection.invocation import (
    Invocation,
    check_fields,
    read_input,
    read_invocation,
    read_tool_call,
)
from xero_connection.jobs import Job
from xero_connection.limits import PEOPLE
from xero_connection.tokens import Tenant, choose_tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_connection.connection import Budget, Send, TokenSource
    from xero_connection.fields import Input
    from xero_connection.jobs import Jobs
    from xero_connection.limits import Share
    from xero_connection.observe import Observer
    from xero_connection.operation import Operation

# Time kept for the answer itself, for what is kept of it, and for the result event of a request.
_MARGIN_SECONDS: Final = 3.0
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
    jobs: Jobs
    observer: Observer
    guarded: bool = False
    """Whether operations are carried out that an owner has to switch on."""
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
                shortened(error)
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
        job = Job(
            operation=operation,
            asked=asked,
            invocation=invocation,
            connection=connection,
            tenant=tenant,
            seconds=deadline - self.clock(),
        )
        kept, replayed = self.jobs.do(job)
        answer = envelope(operation, tenant) | {
            **kept,
            "output": picked(operation, kept["output"], invocation.fields),
            "usage": connection.usage.as_dict(),
            "replayed": replayed,
        }
        answer = fitting(operation, answer)
        self.observer.record(
            operation=operation.id,
            tenant_id=tenant.tenant_id if tenant else None,
            outcome="replayed" if replayed else "ok",
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
        if operation.guarded and not self.guarded:
            raise UnknownOperationError(
                f"{operation_id} is switched off in this stack: deploy it with RawWrites=true."
            )
        return operation

    def _rehearse(
        self, operation: Operation, invocation: Invocation, asked: Input
    ) -> dict[str, Any]:
        """Return the first request that the operation would send; nothing is sent."""
        token = self.tokens.peek()
        tenant = Tenant(tenant_id=invocation.tenant_id) if invocation.tenant_id else None
        foreseen = None
        if operation.tenant and token and token.tenants is not None:
            tenant = choose_tenant(invocation.tenant_id, token.tenants)
            foreseen = self.jobs.foresee(
                operation,
                asked,
                key=invocation.idempotency_key or "",
                tenant_id=tenant.tenant_id,
            )
        many = Many(operation, operation.batch, asked, {}) if operation.batch else None
        request = next(many.flow() if many else operation.run(asked))
        calls = many.calls() if many else operation.calls
        sent = {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": {"Accept": request.accept, **request.headers},
            "body": _shown(request.body),
            "more_requests": calls > 1,
        }
        if request.keyed:
            sent["headers"]["Idempotency-Key"] = invocation.idempotency_key
        if tenant:
            sent["headers"]["xero-tenant-id"] = tenant.tenant_id
        cost = {"calls": calls, **(self.budget.left(tenant.tenant_id) if tenant else {})}
        output: dict[str, Any] = {"request": sent, "cost": cost}
        if operation.kind == "action":
            output["idempotency"] = foreseen
        return envelope(operation, tenant) | {"output": output, "dry_run": True}

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


def _shown(body: Any) -> Any:
    """Return a request's body as Lambda can write it: neither dates nor ids, no file's bytes."""
    if isinstance(body, File):
        return {"content_type": body.content_type, "size": len(body.content) or None}
    return read_json(to_json(body))


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
