# SPDX-License-Identifier: Apache-2.0
"""What Xero has published: its API description, where its file is at hand, and its SDK."""

from __future__ import annotations

import inspect
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from xero_python.accounting import AccountingApi

FILE = "xero_accounting.yaml"
BESIDE_THE_PROJECT = Path(__file__).parents[1].parent / "shared" / "xero-openapi"


@cache
def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader


def description() -> Any:
    """Return the description, or skip the test and say what is missing."""
    path = Path(os.environ.get("XERO_OPENAPI_DIR", BESIDE_THE_PROJECT)) / FILE
    if not path.is_file():
        pytest.skip(f"Xero's {FILE} is not here; set XERO_OPENAPI_DIR to its folder")
    return _read(path)


def problems(schema: str, document: Any) -> list[str]:
    """Return where a document departs from a schema of the description."""
    resource = Resource.from_contents(description(), default_specification=DRAFT4)
    registry: Any = Registry().with_resource("urn:xero", resource)
    reference = {"$ref": f"urn:xero#/components/schemas/{schema}"}
    validator = OAS30Validator(reference, registry=registry)
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in validator.iter_errors(document)
    ]


def same_path(template: str, path: str) -> bool:
    """Return whether a path is one that a template of Xero's describes."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None


@cache
def sdk_calls() -> dict[str, tuple[str, str, str]]:
    """Return method, path and source of each call of Xero's SDK, by operationId in lower case."""
    found = {}
    for name, method in inspect.getmembers(AccountingApi, inspect.isfunction):
        source = inspect.getsource(method)
        url = re.search(r'get_resource_url\(\s*"([^"]+)"', source)
        verb = re.search(r'"(GET|PUT|POST|DELETE)",', source)
        if url and verb:
            found[name.replace("_", "")] = (verb[1], url[1], source)
    return found
