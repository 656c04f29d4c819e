# SPDX-License-Identifier: Apache-2.0
"""The kinds of field that inputs and documents are made of, and where each goes in a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from xero_connection.filters import Where, both

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic.json_schema import JsonSchemaValue


class Input(BaseModel):
    """What an operation is asked with; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Document(BaseModel):
    """A document that is sent to Xero, in Xero's own spelling; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
    of_xero: ClassVar[str] = ""
    """Name of its schema in Xero's API description, where it is not the class's own."""
    whole: ClassVar[bool] = True
    """Whether it has every field of the schema; what only names a record has not."""


class Record(BaseModel):
    """What Xero adds to a document; unknown names are kept, since Xero adds some over time."""

    model_config = ConfigDict(extra="allow", defer_build=True)
    of_xero: ClassVar[str] = ""
    whole: ClassVar[bool] = True


class Output(BaseModel):
    """What an operation answers."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Pagination(BaseModel):
    """Where a page stands in the whole list."""

    page: int = Field(description="This page, from 1.")
    page_size: int = Field(description="Records per page.")
    page_count: int | None = Field(
        description="Pages in the whole list; null where Xero does not say."
    )
    item_count: int | None = Field(
        description="Records in the whole list; null where Xero does not say."
    )


class ListOutput(Output):
    """What a list answers beside its records."""

    pagination: Pagination
    next_cursor: str | None = Field(
        description="Give it as cursor to go on; null at the end of the list."
    )
    stopped_by: str | None = Field(
        description=(
            "Why the answer ends before it was to: size, time, or the code of the error that came; "
            "null where it does not."
        )
    )


@dataclass(frozen=True)
class Query:
    """The field is a query parameter of this name."""

    name: str


@dataclass(frozen=True)
class Header:
    """The field is a header of this name."""

    name: str


@dataclass(frozen=True)
class Body:
    """The field is what is sent, in the collection of this name: one document or a list of them.

    Without a name it is one document that Xero takes as it is.
    """

    collection: str


@dataclass(frozen=True)
class OneOf:
    """A set that Xero has closed for what is sent; what it answers may hold more one day."""

    values: tuple[str, ...]

    def __init__(self, *values: str) -> None:
        """Take the allowed values."""
        object.__setattr__(self, "values", values)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check membership after the type."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say the set where something is sent, an open string where something is received."""
        described = handler(schema)
        return (
            described | {"enum": list(self.values)} if handler.mode == "validation" else described
        )

    def _check(self, value: str) -> str:
        if value not in self.values:
            raise PydanticCustomError(
                "one_of", "Input should be one of {values}", {"values": ", ".join(self.values)}
            )
        return value


def refusal(message: str, *path: str | int) -> ValidationError:
    """Return what a model's validator raises to refuse a field inside the model by its own path.

    Args:
        message: what to change; never the value.
        path: where the field is, from the model.
    """
    error = PydanticCustomError("refused", "{message}", {"message": message})
    return ValidationError.from_exception_data(
        "refused", [{"type": error, "loc": path, "input": None}]
    )


# A JSON number reaches a Lambda as a binary float. Its shortest text gives back the digits that
# were written as long as there are at most 15; a longer one has lost some already.
_FLOAT_DIGITS = 15


def _exact(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("decimal_type", "Input should be a number")
    if not isinstance(value, float):
        return value
    decimal = Decimal(repr(value))
    if len(decimal.as_tuple().digits) > _FLOAT_DIGITS:
        raise PydanticCustomError(
            "inexact_number", "A number of more than 15 digits is exact only as a string"
        )
    return decimal


_Number = WithJsonSchema({"type": "number"})
Amount = Annotated[
    Decimal, BeforeValidator(_exact), Field(max_digits=18, decimal_places=2), _Number
]
"""Money, exact, to two places."""
UnitPrice = Annotated[
    Decimal, BeforeValidator(_exact), Field(max_digits=18, decimal_places=4), _Number
]
"""A unit price or quantity, exact, to the four places Xero keeps with `unitdp=4`."""
Rate = Annotated[Decimal, BeforeValidator(_exact), Field(max_digits=18), _Number]
"""A percentage or an exchange rate, exact."""


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
"""The code of a currency."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _only_a_day(value: Any) -> Any:
    # pydantic would also take a number, for seconds since 1970.
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("day", "Input should be a date like 2026-11-22")


def _only_a_moment(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise PydanticCustomError("moment", "Input should be a moment like 2026-11-22T01:15:39Z")


def _in_utc(moment: datetime) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "Input should be a moment in UTC's years") from None


Day = Annotated[date, BeforeValidator(_only_a_day)]
"""A calendar date."""
Moment = Annotated[datetime, BeforeValidator(_only_a_moment), AfterValidator(_in_utc)]
"""A moment, in UTC where it has no zone."""


@dataclass(frozen=True, kw_only=True)
class RequestParts:
    """The parts of a request that an input fills."""

    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


def request_parts(asked: Input) -> RequestParts:
    """Put each field of an input where its marker says; one without a marker is for the path."""
    parts = RequestParts(path={}, query={}, headers={}, body=None)
    body = None
    clauses: list[str] = []
    for name, info in type(asked).model_fields.items():
        value = getattr(asked, name)
        if value is None:
            continue
        marker = _marker(info)
        match marker:
            case Query(name=wire):
                parts.query[wire] = wire_text(value)
            case Where():
                clauses.append(marker.clause(value))
            case Header(name=wire):
                parts.headers[wire] = wire_text(value)
            case Body(collection=collection):
                sent = value if isinstance(value, list) else [value]
                documents = [document(one) for one in sent]
                body = {collection: documents} if collection else documents[0]
            case _:
                parts.path[name] = quote(wire_text(value), safe="")
    if clauses:
        parts.query["where"] = both(parts.query.get("where"), clauses)
    return RequestParts(path=parts.path, query=parts.query, headers=parts.headers, body=body)


def document(value: Document) -> dict[str, Any]:
    """Return a document as it is sent: what was given, null where null was given, no more.

    Xero deletes line items that a document leaves out, so nothing may be added by a default;
    only a fixed value of the model itself (a bill's Type) goes along.
    """
    fixed = {
        name: info.default
        for name, info in type(value).model_fields.items()
        if isinstance(info.default, str)
    }
    return fixed | value.model_dump(exclude_unset=True)


def _marker(info: FieldInfo) -> Any:
    return next(
        (item for item in info.metadata if isinstance(item, Query | Header | Body | Where)), None
    )


def wire_text(value: Any) -> str:
    """Return a value as Xero reads it in a URL or header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(wire_text, value))
    if isinstance(value, datetime):
        # Xero reads If-Modified-Since as UTC, without a zone.
        return _in_utc(value).replace(tzinfo=None).isoformat(timespec="seconds")
    return str(value)
