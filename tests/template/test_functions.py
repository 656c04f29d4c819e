# SPDX-License-Identifier: Apache-2.0
"""The template's functions against the code they run."""

import ast
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from xero_connection import settings

from local.machine.template import Template, functions

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "WebhookFunction": settings.WebhookSettings,
    "ActionFunction": settings.ActionSettings,
    "QueryFunction": settings.QuerySettings,
    "TokenFunction": settings.TokenSettings,
    "RecordFunction": settings.RecordSettings,
    "SweepFunction": settings.SweepSettings,
    "WatchFunction": settings.WatchSettings,
}
FUNCTIONS = sorted(SETTINGS)
OPTIONAL = {"FILES_BUCKET": {"Fn::If": ["KeepsFiles", {"Ref": "Files"}, {"Ref": "AWS::NoValue"}]}}
"""Variables that are there only in a stack that has what they name."""


def _properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def _folder(name: str) -> str:
    return name.removesuffix("Function").lower()


def test_every_function_of_the_template_has_settings_and_the_other_way_round(
    template: Template,
) -> None:
    assert sorted(functions(template)) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.promise("template-variables")
def test_a_function_is_told_exactly_what_its_settings_need(template: Template, name: str) -> None:
    needed = {field.name.upper() for field in fields(SETTINGS[name]) if field.default is MISSING}
    known = {field.name.upper() for field in fields(SETTINGS[name])}
    variables = _properties(template, name)["Environment"]["Variables"]
    optional = {one: value for one, value in OPTIONAL.items() if one in known}
    shared = template["Globals"]["Function"]["Environment"]["Variables"]

    assert variables.keys() == needed | optional.keys() | {"POWERTOOLS_SERVICE_NAME"}
    assert {one: variables[one] for one in optional} == optional
    assert variables["POWERTOOLS_SERVICE_NAME"] == _folder(name)
    assert shared.keys() == {"POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
    assert shared["POWERTOOLS_METRICS_NAMESPACE"] == {"Ref": "AWS::StackName"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_code_with_a_handler_and_a_recipe(template: Template, name: str) -> None:
    code = ast.parse((ROOT / "functions" / _folder(name) / "app.py").read_text())
    defined = {node.name for node in code.body if isinstance(node, ast.FunctionDef)}
    for node in code.body:
        if isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    recipes = (ROOT / "functions" / "Makefile").read_text()

    assert template["Globals"]["Function"]["Handler"] == "app.handler"
    assert "handler" in defined
    assert f"\nbuild-{name}: {_folder(name)}\n" in recipes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_to_a_group_of_its_own_that_forgets(template: Template, name: str) -> None:
    group = _properties(template, name)["LoggingConfig"]["LogGroup"]["Ref"]
    others = [
        _properties(template, other)["LoggingConfig"]["LogGroup"]["Ref"]
        for other in FUNCTIONS
        if other != name
    ]

    assert group not in others
    assert _properties(template, group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_both_processors_are_served_by_one_parameter(template: Template) -> None:
    parameter = template["Parameters"]["Architecture"]
    layer = _properties(template, "XeroLayer")

    assert parameter["Default"] == "arm64"
    assert parameter["AllowedValues"] == ["arm64", "x86_64"]
    assert template["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]
    assert layer["CompatibleArchitectures"] == ["arm64", "x86_64"]
    assert layer["CompatibleRuntimes"] == [template["Globals"]["Function"]["Runtime"]]


def test_a_guided_deployment_has_an_answer_to_every_question(template: Template) -> None:
    for name, parameter in template["Parameters"].items():
        assert "Default" in parameter, name
        assert "Description" in parameter, name


def test_bare_commands_know_their_options() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]

    assert config["validate"]["parameters"]["lint"] is True
    assert config["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"
    assert config["deploy"]["parameters"]["resolve_s3"] is True
