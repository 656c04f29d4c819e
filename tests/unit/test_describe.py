# SPDX-License-Identifier: Apache-2.0
"""Schemas and tools, where a schema needs putting into other words."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from xero_connection.describe import input_schema, output_schema, tool
from xero_connection.fields import Amount, Document, Input, OneOf, Output, Record
from xero_connection.operation import Operation

Shade = Annotated[str, OneOf("RED", "GREEN")]


class Line(Document):
    """A line."""

    Price: Amount | None = None


class Paper(Document):
    """A paper."""

    Type: Literal["PAPER"] = "PAPER"
    title: str = Field(max_length=9, description="Its title.")
    Colour: Shade | None = None
    Lines: list[Line] | None = Field(default=None, description="Its lines.")


class Asked(Input):
    """What is asked."""

    paper: Paper
    paper_id: UUID | None = None
    day: date | None = None
    since: datetime | None = None
    colours: list[Shade] | None = None


class PaperRecord(Paper, Record):
    """A paper as it is answered."""


class Answer(Output):
    """What is answered."""

    paper: PaperRecord


def operation(kind: Any) -> Operation:
    return Operation(
        id="papers/write_paper",
        kind=kind,
        summary="Write.",
        input=Asked,
        output=Answer,
        advice="Think.",
    )


def test_a_tool_says_in_its_few_words_what_the_input_is() -> None:
    made = tool(operation("action"))
    properties = made["inputSchema"]["properties"]

    assert made["name"] == "write_paper"
    assert made["description"] == "Write. Think."
    assert made["inputSchema"]["required"] == ["paper"]
    assert properties["paper"] == {
        "type": "object",
        "description": "A paper.",
        "properties": {
            "Type": {"type": "string", "description": "Always PAPER."},
            "title": {"type": "string", "description": "Its title. At most 9 characters."},
            "Colour": {"type": "string", "description": "One of RED, GREEN."},
            "Lines": {
                "type": "array",
                "description": "Its lines.",
                "items": {
                    "type": "object",
                    "description": "A line.",
                    "properties": {"Price": {"type": "number"}},
                },
            },
        },
        "required": ["title"],
    }
    assert properties["paper_id"] == {"type": "string", "description": "A UUID."}
    assert properties["day"] == {"type": "string", "description": "YYYY-MM-DD."}
    assert properties["since"] == {"type": "string", "description": "ISO 8601."}
    assert properties["colours"]["items"] == {"type": "string", "description": "One of RED, GREEN."}


def test_a_tool_takes_what_the_envelope_has_for_it() -> None:
    action, query = (
        tool(operation(kind))["inputSchema"]["properties"] for kind in ("action", "query")
    )

    assert action.keys() - query.keys() == {"idempotency_key"}
    assert {"tenant_id", "fields", "dry_run"} < query.keys()


def test_an_input_schema_refuses_unknown_names_and_an_output_schema_takes_them() -> None:
    given, answered = input_schema(operation("action")), output_schema(operation("action"))

    assert given["additionalProperties"] is False
    assert given["$defs"]["Paper"]["properties"]["Colour"]["anyOf"][0]["enum"] == ["RED", "GREEN"]
    assert "'additionalProperties': False" not in str(answered)
    assert "enum" not in str(answered["$defs"]["PaperRecord"]["properties"]["Colour"])


def test_a_property_called_title_is_kept_when_titles_are_left_out() -> None:
    paper = input_schema(operation("action"))["$defs"]["Paper"]

    assert "title" not in paper
    assert paper["properties"]["title"]["maxLength"] == 9
