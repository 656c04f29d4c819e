# SPDX-License-Identifier: Apache-2.0
"""Lines on a terminal that is too narrow for them."""

from local.folding import folded


def test_what_fits_stays_as_it_is() -> None:
    text = "webhook   http://127.0.0.1:1\n\n  two  columns"

    assert folded(text, 40) == text


def test_a_line_is_folded_between_words_and_keeps_its_indent() -> None:
    assert folded("    one two three", 12) == "    one two\n    three"


def test_what_is_folded_stands_below_the_words_of_a_numbered_step() -> None:
    assert folded("  1. one two three", 12) == "  1. one two\n     three"


def test_what_is_folded_stands_where_it_is_told_to() -> None:
    assert folded("  a  one two", 9, hang=5) == "  a  one\n     two"


def test_a_command_in_backticks_and_an_address_stay_whole() -> None:
    address = "http://localhost:8400/callback"

    assert folded(f"Go on: `a long command`. {address}", 12) == (
        f"Go on:\n`a long command`.\n{address}"
    )


def test_a_backtick_alone_is_a_character() -> None:
    assert folded("one `two three", 8) == "one `two\nthree"


def test_wide_characters_take_two_places() -> None:
    assert folded("日本 日本", 8) == "日本\n日本"
