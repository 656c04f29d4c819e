# SPDX-License-Identifier: Apache-2.0
"""Whether a delivery is genuine: the right value passes, and nothing else at all."""

import hashlib
import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from xero_connection.webhooks import is_genuine

# A key looks like base64 and is used as its text.
KEY = b64encode(bytes(range(64))).decode()
BODY = b'{"events": [], "lastEventSequence": 0, "firstEventSequence": 0, "entropy": "SXKR"}'


def sign(body: bytes, key: str) -> str:
    return b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


RIGHT = sign(BODY, KEY)


def test_a_signature_known_from_elsewhere_is_right() -> None:
    # RFC 4231, test case 2
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")

    assert is_genuine(
        b"what do ya want for nothing?", signature=b64encode(digest).decode(), keys=["Jefe"]
    )


@given(st.binary(), st.text(min_size=1).filter(lambda key: key.isprintable()))
@pytest.mark.promise("signature")
def test_the_right_signature_passes_for_any_body_and_key(body: bytes, key: str) -> None:
    assert is_genuine(body, signature=sign(body, key), keys=[key])


@given(st.binary(), st.integers(0, 43), st.characters())
@pytest.mark.promise("signature")
def test_a_signature_with_one_character_changed_never_passes(
    body: bytes, place: int, character: str
) -> None:
    right = sign(body, KEY)
    assume(right[place] != character)

    wrong = right[:place] + character + right[place + 1 :]

    assert not is_genuine(body, signature=wrong, keys=[KEY])


@given(st.binary(min_size=1))
@pytest.mark.promise("signature")
def test_the_right_digest_in_another_alphabet_never_passes(body: bytes) -> None:
    right = sign(body, KEY)
    other = urlsafe_b64encode(b64decode(right)).decode()

    assert is_genuine(body, signature=other, keys=[KEY]) is (other == right)


@given(st.binary(), st.binary())
@pytest.mark.promise("signature")
def test_the_signature_of_another_body_never_passes(body: bytes, other: bytes) -> None:
    assume(body != other)

    assert not is_genuine(body, signature=sign(other, KEY), keys=[KEY])


@given(st.binary(), st.text())
@pytest.mark.promise("signature")
def test_no_text_made_without_the_key_passes(body: bytes, signature: str) -> None:
    assert not is_genuine(body, signature=signature, keys=[KEY])


@pytest.mark.parametrize(
    "signature",
    [
        # nothing, or less than all of it
        "",
        RIGHT[:-1],
        RIGHT[:10],
        RIGHT.rstrip("="),
        # one character off, as Xero's own probes are: last, first, case
        RIGHT[:-2] + ("A" if RIGHT[-2] != "A" else "B") + "=",
        ("A" if RIGHT[0] != "A" else "B") + RIGHT[1:],
        RIGHT.swapcase(),
        # the right one with something around it
        f" {RIGHT}",
        f"{RIGHT}\n",
        f"sha256={RIGHT}",
        # two headers, as a gateway makes one of them
        f"{RIGHT},{RIGHT}",
        f"{RIGHT}, {RIGHT}",
        f"{sign(BODY, 'another key')},{RIGHT}",
        f"{RIGHT},",
        # the right digest in another form
        b64decode(RIGHT).hex(),
        b64decode(RIGHT).decode("latin-1"),
        b64encode(b64decode(RIGHT).hex().encode()).decode(),
        b64encode(b64decode(RIGHT)[:-1]).decode(),
        b64encode(b64decode(RIGHT) + b"\0").decode(),
        # the right form over something else
        sign(BODY + b"\n", KEY),
        sign(b"", KEY),
        sign(BODY, KEY + " "),
        sign(BODY, ""),
        b64encode(hashlib.sha256(KEY.encode() + BODY).digest()).decode(),
        # under the key decoded from base64, which it is not meant to be
        b64encode(hmac.digest(b64decode(KEY), BODY, "sha256")).decode(),
        # no ASCII
        "…" * 44,
        "\ud800",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}" + RIGHT[1:],
        RIGHT + "\N{ZERO WIDTH SPACE}",
        "\ufeff" + RIGHT,
    ],
)
@pytest.mark.promise("signature")
def test_a_wrong_signature_does_not_pass(signature: str) -> None:
    assert is_genuine(BODY, signature=RIGHT, keys=[KEY])
    assert not is_genuine(BODY, signature=signature, keys=[KEY])


@pytest.mark.promise("key-change")
def test_each_of_the_keys_counts_and_no_other() -> None:
    keys = ["the current key", "the previous key"]

    assert is_genuine(BODY, signature=sign(BODY, "the current key"), keys=keys)
    assert is_genuine(BODY, signature=sign(BODY, "the previous key"), keys=keys)
    assert not is_genuine(BODY, signature=sign(BODY, "the key before that"), keys=keys)
    assert not is_genuine(BODY, signature=sign(BODY, "the current key"), keys=[])


def test_a_key_that_utf_8_cannot_say_is_a_key_like_any_other() -> None:
    assert not is_genuine(BODY, signature=RIGHT, keys=["\ud800"])
    assert not is_genuine(BODY, signature=sign(BODY, "?"), keys=["\ud800"])
