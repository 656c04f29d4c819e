# SPDX-License-Identifier: Apache-2.0
"""The schemas and tools that derive from every operation, in the words their readers know."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from xero_connection.catalogue import all_operations
from xero_connection.describe import input_schema, output_schema, tool
from xero_connection.documents import to_json
from xero_connection.operation import Operation

from tests.catalogue.driving import drive

OPERATIONS = list(all_operations())
INVOKED = [operation for operation in OPERATIONS if operation.kind != "trigger"]
SINGLE = [operation for operation in INVOKED if operation.batch is None]
# https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html
WORDS = {"type", "properties", "required", "items", "description"}
TYPES = {"string", "number", "integer", "boolean", "array", "object"}
SELF_EXPLAINING = {"contact_number", "email_address", "name", "invoice_number"}

each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
each_invoked = pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)


each_single = pytest.mark.parametrize("operation", SINGLE, ids=lambda operation: operation.id)


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    as_sent = json.loads(to_json(value))
    return [str(error.message) for error in Draft202012Validator(schema).iter_errors(as_sent)]


@each
@pytest.mark.promise("one-declaration")
def test_input_and_output_have_valid_schemas_that_stand_alone(operation: Operation) -> None:
    for schema in (input_schema(operation), output_schema(operation)):
        Draft202012Validator.check_schema(schema)
        references = set(re.findall(r'"\$ref": "(.*?)"', json.dumps(schema)))
        assert references <= {f"#/$defs/{name}" for name in schema.get("$defs", {})}


@each_invoked
@pytest.mark.promise("one-declaration")
def test_an_example_fits_the_schema_of_the_input(operation: Operation) -> None:
    assert not problems(input_schema(operation), operation.example)


@each_single
@pytest.mark.promise("one-declaration")
def test_an_answer_fits_the_schema_of_the_output(operation: Operation) -> None:
    done = drive(operation, operation.example).done

    assert done is not None
    assert not problems(output_schema(operation), done.output)


@each_invoked
@pytest.mark.promise("typed-input")
def test_an_agent_is_told_what_every_field_of_ours_is(operation: Operation) -> None:
    for name, part in input_schema(operation).get("properties", {}).items():
        documented = "description" in part or "$ref" in part or part.get("format") == "uuid"
        assert documented or name in SELF_EXPLAINING, f"{operation.id}: describe {name}"


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in [*schema.get("properties", {}).values(), schema.get("items")]:
        if part:
            yield from parts(part)


@each_invoked
@pytest.mark.promise("tool-calls")
def test_a_tool_says_everything_in_the_gateways_few_words(operation: Operation) -> None:
    made = tool(operation)

    assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", made["name"])
    assert made["description"].startswith(operation.summary)
    for part in parts(made["inputSchema"]):
        assert part.keys() <= WORDS, f"the gateway knows no {part.keys() - WORDS}"
        assert part["type"] in TYPES
        assert ("items" in part) is (part["type"] == "array")
        assert set(part.get("required", [])) <= part.get("properties", {}).keys()


@each_invoked
@pytest.mark.promise("tool-calls")
def test_a_tools_arguments_are_the_inputs_fields_and_the_envelopes(operation: Operation) -> None:
    arguments = tool(operation)["inputSchema"]

    assert operation.input.model_fields.keys() <= arguments["properties"].keys()
    assert arguments.get("required", []) == input_schema(operation).get("required", [])
    assert ("idempotency_key" in arguments["properties"]) is (operation.kind == "action")
