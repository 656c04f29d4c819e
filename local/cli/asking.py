# SPDX-License-Identifier: Apache-2.0
"""What a command asks the person: only where there is one, secrets without echo.

Where standard input is no terminal a secret is its next line, and what else is missing is a problem
whose message names the option.
"""

import re
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import typer

from local.folding import folded
from local.problems import Problem

_INDENT = "    "


class Asking:
    """The questions of one command."""

    def __init__(self, *, as_json: bool) -> None:
        """Ask nothing of a program."""
        self.may_paste = not as_json
        self.interactive = sys.stdin.isatty() and not as_json

    def text(
        self, what: str, *, option: str, default: str = "", check: Callable[[str], Any] = str
    ) -> str:
        """Return a text that is no secret; one that `check` has a problem with is asked again."""
        if not self.interactive:
            if default:
                return default
            raise Problem(f"The {what} is missing: name it with {option}.")

        def checked(text: str) -> str:
            try:
                check(text)
            except Problem as problem:
                raise typer.BadParameter(str(problem)) from None
            return text.strip()

        return str(_prompt(_label(what), default=default or None, value_proc=checked))

    def secret(self, what: str, *, empty: str = "") -> str:
        """Return a secret, or nothing where `empty` says what nothing means.

        Raises:
            Problem: there is none, or standard input is a terminal that may not be asked.
        """
        if self.interactive:
            label = _label(what) + (f" (Enter: {empty})" if empty else "")
            default = "" if empty else None
            found = _prompt(label, hide_input=True, show_default=False, default=default).strip()
        else:
            found = "" if sys.stdin.isatty() else sys.stdin.readline().strip()
        if not found and not empty:
            raise Problem(f"The {what} is missing: give it as the first line of standard input.")
        if not re.fullmatch(r"[\x21-\x7e]*", found):
            raise Problem(f"The {what} holds a character that none has: copy it once more.")
        return str(found)

    def pasted(self, what: str) -> str:
        """Return what a person copied from elsewhere, however long it is."""
        if not self.interactive:
            return sys.stdin.readline().strip()
        # A terminal takes no line beyond 1,024 characters on macOS, readline does.
        with suppress(ImportError):
            import readline  # noqa: F401, PLC0415
        return str(_prompt(_label(what))).strip()

    def agreed(self, question: str) -> bool:
        """Return whether the person says yes; where there is none, nobody does."""
        if not self.interactive:
            return False
        return bool(_asked(lambda: typer.confirm(_INDENT + question, err=True)))

    def one_of(self, question: str, answers: Mapping[Any, str], *, option: str) -> str:
        """Return the one of several answers that is chosen, by its number or its word."""
        if not self.interactive:
            raise Problem(f"The {question} is missing: name it with {option}.")
        words = [str(one) for one in answers]
        width = shutil.get_terminal_size().columns
        for number, (word, meaning) in enumerate(zip(words, answers.values(), strict=True), 1):
            lead = f"{_INDENT}{number}  {word:<8}"
            typer.echo(folded(lead + meaning, width, hang=len(lead)), err=True)

        def chosen(text: str) -> str:
            text = text.strip().lower()
            if text.isdecimal() and 1 <= int(text) <= len(words):
                return words[int(text) - 1]
            if text in words:
                return text
            raise typer.BadParameter(f"one of 1 to {len(words)}, or {', '.join(words)}")

        return str(_prompt(_label(question), default=words[0], value_proc=chosen))


def _label(what: str) -> str:
    return what[:1].upper() + what[1:]


def _prompt(text: str, **how: Any) -> Any:
    return _asked(lambda: typer.prompt(_INDENT + text, err=True, **how))


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except typer.Abort:
        # What is said next does not belong behind the question.
        typer.echo(err=True)
        raise KeyboardInterrupt from None
