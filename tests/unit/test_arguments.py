# SPDX-License-Identifier: Apache-2.0
"""How words of a command line become an operation's input, and an input such words."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.catalogue import find
from xero_connection.describe import input_schema
from xero_connection.documents import to_json

from local.calling.arguments import ArgumentsError, as_words, exactly, read_document, with_words

INVOICE = input_schema(find("invoices/create_invoice"))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("x=1", 1),
        ("x=120.50", Decimal("120.50")),
        ("x=0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        ("x=true", True),
        ("x=null", None),
        ('x="1"', "1"),
        ("x=[1,2]", [1, 2]),
        ('x={"a":1.10}', {"a": Decimal("1.10")}),
        ("x=Ann", "Ann"),
        ("x=a=b", "a=b"),
        ("x=", ""),
        ("x=NaN", "NaN"),
        ("x=007", "007"),
        ("x=2026-11-22", "2026-11-22"),
        ("x={open", "{open"),
    ],
)
def test_a_value_is_json_where_it_parses_as_json_and_else_text(word: str, value: Any) -> None:
    assert with_words({}, [word], {}) == {"x": value}


@pytest.mark.promise("exact-money")
def test_a_value_is_read_as_the_operation_takes_it() -> None:
    words = ("AccountCode=200", "Description=true", "UnitAmount=1.10", 'ItemCode="7"')

    read = with_words({}, [f"invoice.LineItems[0].{word}" for word in words], INVOICE)

    assert to_json(read) == (
        '{"invoice":{"LineItems":[{"AccountCode":"200","Description":"true","UnitAmount":1.10,'
        '"ItemCode":"7"}]}}'
    )


def test_dots_make_objects_and_brackets_lists() -> None:
    words = ["a.b=1", "a.c=2", "l[]=x", "l[]=y", "o[].n=1", "o[0].m=2", "o[].n=3", "l[0]=z"]

    assert with_words({}, words, {}) == {
        "a": {"b": 1, "c": 2},
        "l": ["z", "y"],
        "o": [{"n": 1, "m": 2}, {"n": 3}],
    }


def test_words_add_to_a_document_and_leave_it_as_it_was() -> None:
    document = {"contact": {"Name": "Ann", "Phones": [{"PhoneType": "FAX"}]}}

    added = with_words(document, ["contact.Name=Bea", "contact.Phones[]={}"], {})

    assert added == {"contact": {"Name": "Bea", "Phones": [{"PhoneType": "FAX"}, {}]}}
    assert document == {"contact": {"Name": "Ann", "Phones": [{"PhoneType": "FAX"}]}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["name"], "name is no key=value"),
        (["=1"], "names no field"),
        (["a..b=1"], "a..b names no field"),
        (["a[x]=1"], "names no field"),
        (["a=1", "a=2"], "a is given twice; a list's elements are a[]=…"),
        (["a=1", "a.b=2"], "a.b: what is there already is not an object"),
        (["a.b=1", "a[]=2"], "a[]: what is there already is not a list"),
        (["a[1]=2"], "a[1]: the list has 0 elements; [1] is none"),
        (["a=@nothing-here"], "nothing-here cannot be read: No such file"),
    ],
)
def test_a_word_that_cannot_be_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ArgumentsError) as refused:
        with_words({}, words, {})

    assert said in str(refused.value)


def test_a_file_is_text_or_json_or_the_bytes_of_an_attachment(tmp_path: Path) -> None:
    for name, content in (("text", b"a note\n"), ("json", b"[1.10]"), ("bytes", b"\xff\x00")):
        (tmp_path / name).write_bytes(content)

    assert with_words({}, [f"x=@{tmp_path}/text"], {}) == {"x": "a note"}
    assert with_words({}, [f"x=@{tmp_path}/json"], {}) == {"x": [Decimal("1.10")]}
    attached = with_words({}, [f"content=@{tmp_path}/text"], {}, encoded=True)
    assert attached == {"content": "YSBub3RlCg=="}
    with pytest.raises(ArgumentsError, match="bytes holds no text"):
        with_words({}, [f"x=@{tmp_path}/bytes"], {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":\n tru}', "x.json is not JSON: Expecting value at line 2, column 2."),
        ("[]", "x.json should hold an object"),
        ('{"a": NaN}', "x.json is not JSON: NaN is not JSON."),
        ("[" * 100_000, "x.json is not JSON"),
    ],
)
def test_a_document_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(ArgumentsError) as refused:
        read_document(text, "x.json")

    assert said in str(refused.value)


@given(st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), JSON))
def test_words_say_a_document_exactly(document: dict[str, Any]) -> None:
    written = exactly(to_json(document))

    assert to_json(with_words({}, as_words(written), {})) == to_json(written)
