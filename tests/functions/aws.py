# SPDX-License-Identifier: Apache-2.0
"""The functions' clients of AWS, which note what they are asked and can fail."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.stack import Stack

TOKEN_FUNCTION: Final = "the-token-function"


@dataclass
class Client:
    """A client of an AWS service that notes its calls and can fail."""

    real: Any
    down: bool = False
    fails: Callable[[str, dict[str, Any]], bool] = lambda *_: False
    """Whether a call, by its name and parameters, is one that fails."""
    refuses: Callable[[dict[str, Any]], bool] = lambda _: False
    """Whether the bus refuses an entry inside a call that succeeds."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What some calls answer instead of the service."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """Return a call of the service."""

        def call(**parameters: Any) -> Any:
            self.calls.append((name, parameters))
            if self.down or self.fails(name, parameters):
                raise ClientError({"Error": {"Code": "InternalFailure", "Message": "down"}}, name)
            if name in self.answers:
                return self.answers[name]
            if name == "put_events":
                return self._put(parameters["Entries"])
            return getattr(self.real, name)(**parameters)

        return call

    def _put(self, entries: list[dict[str, Any]]) -> Any:
        refused = [self.refuses(entry) for entry in entries]
        taken = [entry for entry, no in zip(entries, refused, strict=True) if not no]
        results = iter(self.real.put_events(Entries=taken)["Entries"] if taken else [])
        refusal = {"ErrorCode": "ThrottlingException", "ErrorMessage": "too fast"}
        return {"Entries": [refusal if no else next(results) for no in refused]}


@dataclass(frozen=True)
class FakeLambda:
    """The Lambda service with the one function that others invoke; moto would want Docker."""

    stack: Stack

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Run the real token function and answer as Lambda does."""
        assert FunctionName == TOKEN_FUNCTION
        event = json.loads(Payload)
        self.stack.token_calls.append(event)
        try:
            answer = self.stack.invoke("token", event)
        except Exception as error:  # noqa: BLE001 - Lambda catches everything
            failure = {"errorType": type(error).__name__, "errorMessage": str(error)}
            text = json.dumps(failure).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(text)}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}
