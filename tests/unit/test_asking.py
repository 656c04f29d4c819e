# SPDX-License-Identifier: Apache-2.0
"""What a command asks where there is nobody to ask, and what it takes instead."""

import io
import sys

import pytest
import typer

from local.cli.asking import Asking
from local.problems import Problem


class Screen(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" first \nsecond\n"))
    return Asking(as_json=False)


def test_secrets_are_the_lines_of_standard_input_in_their_order(piped: Asking) -> None:
    assert piped.secret("client secret") == "first"
    assert piped.pasted("address") == "second"
    assert piped.secret("access token", empty="none") == ""
    with pytest.raises(Problem, match=r"access token is missing.*standard input"):
        piped.secret("access token")


def test_what_is_no_secret_is_named_by_an_option(piped: Asking) -> None:
    assert piped.text("client id", option="--client-id", default="known") == "known"
    with pytest.raises(Problem, match="client id is missing: name it with --client-id"):
        piped.text("client id", option="--client-id")
    with pytest.raises(Problem, match="kind is missing: name it with --kind"):
        piped.one_of("kind", {"app": "an app"}, option="--kind")


def test_nobody_agrees_where_nobody_is(piped: Asking) -> None:
    assert not piped.agreed("Empty it?")


def test_a_program_is_asked_nothing_at_a_terminal_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Screen("typed\n"))
    asking = Asking(as_json=True)

    assert (asking.interactive, asking.may_paste) == (False, False)
    with pytest.raises(Problem, match="standard input"):
        asking.secret("client secret")


@pytest.mark.promise("connect-secrets")
def test_a_secret_that_was_not_copied_whole_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("half of it\n"))

    with pytest.raises(Problem, match="holds a character that none has") as error:
        Asking(as_json=False).secret("client secret")
    assert "half" not in str(error.value)


@pytest.mark.parametrize(("typed", "chosen"), [("2", "app"), (" APP ", "app"), ("", "custom")])
def test_an_answer_is_chosen_by_its_number_its_word_or_by_default(
    monkeypatch: pytest.MonkeyPatch, typed: str, chosen: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Screen(f"9\nboth\n{typed}\n"))

    answers = {"custom": "one", "app": "several"}

    assert Asking(as_json=False).one_of("kind", answers, option="--kind") == chosen


def test_an_answer_that_a_check_has_a_problem_with_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Screen("soon\n90\n"))

    def check(text: str) -> None:
        if text == "soon":
            raise Problem("soon is no time")

    assert Asking(as_json=False).text("end", option="--expires", check=check) == "90"
    assert "soon is no time" in capsys.readouterr().err


def test_ctrl_d_and_ctrl_c_at_a_question_are_an_interruption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def abort(*_: object, **__: object) -> None:
        raise typer.Abort

    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(typer, "confirm", abort)

    with pytest.raises(KeyboardInterrupt):
        Asking(as_json=False).agreed("Empty it?")
