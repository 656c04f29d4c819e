# SPDX-License-Identifier: Apache-2.0
"""Every promise has a test, and every test's promise is one."""

import ast
from pathlib import Path

from tests.promises import PROMISES

TESTS = Path(__file__).parent


def kept() -> dict[str, list[str]]:
    """Return the promises that tests are marked with, each with the files they are in."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.promise":
                (promise,) = map(ast.literal_eval, node.args)
                found.setdefault(promise, []).append(path.name)
    return found


def test_every_promise_has_a_test() -> None:
    missing = PROMISES.keys() - kept().keys()

    assert not missing, "nothing proves these; mark their tests with @pytest.mark.promise"


def test_every_mark_names_a_promise() -> None:
    unknown = {name: files for name, files in kept().items() if name not in PROMISES}

    assert not unknown, "say what these promise in tests/promises.py"


def test_every_promise_is_a_sentence() -> None:
    assert not [words for words in PROMISES.values() if not words.endswith(".")]
