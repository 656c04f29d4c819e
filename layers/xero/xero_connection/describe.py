# SPDX-License-Identifier: Apache-2.0
"""What the catalogue says to programs: JSON Schemas, and the tools an agent gateway takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import models_json_schema

from xero_connection.invocation import ENVELOPE_OF_TOOLS, Invocation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Operation

_REF: Final = "#/$defs/"


def input_schema(operation: Operation) -> dict[str, Any]:
    """Return the JSON Schema of an operation's input."""
    schema: dict[str, Any] = _without_titles(operation.input.model_json_schema())
    return schema


def output_schema(operation: Operation) -> dict[str, Any]:
    """Return the JSON Schema of an operation's output, or of a trigger's `detail`."""
    _, together = models_json_schema([(operation.output, "serialization")])
    name = next(
        name
        for name, schema in together["$defs"].items()
        if schema.get("title") == operation.output.__name__
    )
    schema: dict[str, Any] = _open(
        _without_titles({**together["$defs"][name], "$defs": together["$defs"]})
    )
    return schema


def tool(operation: Operation) -> dict[str, Any]:
    """Return an action or query as a tool for an agent gateway's Lambda target.

    A gateway's schema has type, properties, required, items and description and nothing else, so
    references are put in place and closed sets are said in the description.
    https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html
    """
    schema = input_schema(operation)
    flat = _flat(schema, schema.get("$defs", {}))
    envelope = Invocation.model_json_schema()["properties"]
    outer = {name: _flat(_without_titles(envelope[name]), {}) for name in ENVELOPE_OF_TOOLS}
    if operation.kind == "query":
        del outer["idempotency_key"]
    flat["properties"] = {**flat.get("properties", {}), **outer}
    return {
        "name": operation.name,
        "description": f"{operation.summary} {operation.advice}".strip(),
        "inputSchema": flat,
    }


def _flat(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of the gateway's few words."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].removeprefix(_REF)]
        return _flat({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, definitions)
    if "anyOf" in schema:
        choice = next(one for one in schema["anyOf"] if one.get("type") != "null")
        rest = {k: v for k, v in schema.items() if k not in {"anyOf", "default"}}
        return _flat({**choice, **rest}, definitions)
    flat: dict[str, Any] = {"type": schema.get("type", "object")}
    if words := _words(schema):
        flat["description"] = words
    if "properties" in schema:
        flat["properties"] = {
            name: _flat(part, definitions) for name, part in schema["properties"].items()
        }
    if "required" in schema:
        flat["required"] = schema["required"]
    if "items" in schema:
        flat["items"] = _flat(schema["items"], definitions)
    return flat


def _words(schema: Mapping[str, Any]) -> str:
    """Return the description, with what the gateway's schema has no word for."""
    said = [schema["description"]] if "description" in schema else []
    if "enum" in schema:
        said.append(f"One of {', '.join(schema['enum'])}.")
    if "const" in schema:
        said.append(f"Always {schema['const']}.")
    if "maxLength" in schema:
        said.append(f"At most {schema['maxLength']} characters.")
    if (form := schema.get("format")) is not None:
        said.append({"uuid": "A UUID.", "date": "YYYY-MM-DD."}.get(form, "ISO 8601."))
    return " ".join(said)


def _open(schema: Any) -> Any:
    """Close no object: what Xero answers holds more than what is sent, at any depth."""
    if isinstance(schema, list):
        return [_open(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _open(part)
        for name, part in schema.items()
        if not (name == "additionalProperties" and part is False)
    }


def _without_titles(schema: Any) -> Any:
    """Leave out the titles that pydantic makes of names; they say nothing new."""
    if isinstance(schema, list):
        return [_without_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_titles(part)
        for name, part in schema.items()
        if not (name == "title" and isinstance(part, str))
    }
