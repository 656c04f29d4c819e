# SPDX-License-Identifier: Apache-2.0
"""Reads template.yaml as data and makes the few changes that this machine needs.

CloudFormation's short tags come out in their long form, which is plain JSON.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]

UNSUPPORTED = {
    "AWS::Events::Archive": "the bus's archive is made beside the stack, whose emulator refuses it",
    "AWS::S3::BucketPolicy": "the bucket of files is reached without TLS, as all on this machine",
}
"""Resource types that are left out here, and what follows from it."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix in {"Ref", "Condition"}:
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


def load(path: Path) -> Template:
    """Return the template at `path`, its tags in their long form."""
    loaded: Template = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506, it is a SafeLoader
    return loaded


def functions(template: Template) -> list[str]:
    """Return the logical ids of the template's functions."""
    return [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    ]


def localised(
    template: Template,
    code: Mapping[str, Mapping[str, str]],
    variables: Mapping[str, str],
) -> tuple[Template, list[str]]:
    """Return the template as the emulator takes it, and what had to be left out.

    `code` has the uploaded zip (Bucket, Key) of each function. Each zip starts its own interpreter
    with the layer on its path, so the runtime becomes a custom one and the layer goes.
    """
    local = copy.deepcopy(template)
    resources = local["Resources"]
    left_out = [name for name, resource in resources.items() if resource["Type"] in UNSUPPORTED]
    layers = [
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::LayerVersion"
    ]
    said = [UNSUPPORTED[resources[name]["Type"]] for name in left_out]
    for name in [*left_out, *layers]:
        del resources[name]
    shared = local["Globals"]["Function"]
    del shared["Layers"], shared["CodeUri"]
    shared["Runtime"] = "provided.al2023"
    shared["Environment"]["Variables"].update(variables)
    for name in functions(local):
        resources[name]["Properties"]["CodeUri"] = dict(code[name])
    return local, said
