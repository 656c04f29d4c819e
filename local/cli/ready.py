# SPDX-License-Identifier: Apache-2.0
"""Commands that a person can paste: the one just given once more, or one that follows from it."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from local.calling.arguments import as_words
from local.deployed import option_of
from local.machine.environments import HOME


def again(context: typer.Context, key: str) -> str:
    """Return the command under way with an idempotency key."""
    words = sys.argv[1:]
    given = any(word == "--key" or word.startswith("--key=") for word in words)
    return _line(context, words if given else [*words, "--key", key])


def with_value(context: typer.Context, name: str, value: str) -> str:
    """Return the command under way with another value of its input."""
    kept = [word for word in sys.argv[1:] if not word.startswith(f"{name}=")]
    return _line(context, [*kept, *as_words({name: value})])


def call(context: typer.Context, invocation: Mapping[str, Any]) -> str:
    """Return the command that makes an invocation in the stack of the one under way."""
    words = ["call", str(invocation["operation"]), *as_words(invocation.get("input") or {})]
    if tenant := invocation.get("tenant_id"):
        words += ["--tenant", str(tenant)]
    return _line(context, [*words, *_where(context)])


def _where(context: typer.Context) -> list[str]:
    if name := context.params.get("stack"):
        return ["--stack", str(name)]
    return shlex.split(option_of(Path(context.params.get("directory") or HOME)))


def _line(context: typer.Context, words: list[str]) -> str:
    return f"{context.find_root().info_name} {shlex.join(words)}"
