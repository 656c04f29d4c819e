# SPDX-License-Identifier: Apache-2.0
"""What is asked of Xero for a consent, and what is taken as its answer."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from local.connecting.consent import (
    DeniedError,
    ForeignAnswerError,
    begin,
    code_in,
    pasted_code,
)

LOGIN = "https://login.xero.com/identity/connect/authorize"
STATE = "the-state"
BACK = f"http://localhost:8400/callback?code=a1_b-2&scope=openid&state={STATE}"


def test_the_address_asks_with_pkce_a_state_and_for_a_refresh_token() -> None:
    consent = begin("ID", ["accounting.contacts", "offline_access"], 8400)

    address = urlsplit(consent.address(LOGIN))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    proof = base64.urlsafe_b64encode(hashlib.sha256(consent.verifier.encode()).digest()).decode()

    assert f"{address.scheme}://{address.netloc}{address.path}" == LOGIN
    assert asked == {
        "response_type": "code",
        "client_id": "ID",
        "redirect_uri": "http://localhost:8400/callback",
        "scope": "accounting.contacts offline_access",
        "state": consent.state,
        "code_challenge": proof.rstrip("="),
        "code_challenge_method": "S256",
    }
    assert 43 <= len(consent.verifier) <= 128
    assert consent.verifier not in address.query


def test_every_consent_has_a_state_and_a_verifier_of_its_own_and_shows_neither() -> None:
    consents = [begin("ID", [], 8400) for _ in range(2)]

    words = {word for one in consents for word in (one.state, one.verifier)}

    assert len(words) == 4
    assert not any(word in repr(consents) for word in words)


def test_the_exchange_names_what_the_consent_was_asked_with() -> None:
    consent = begin("ID", [], 8400)

    assert consent.form("CODE") == {
        "grant_type": "authorization_code",
        "code": "CODE",
        "redirect_uri": consent.redirect_uri,
        "code_verifier": consent.verifier,
    }


@pytest.mark.parametrize(
    "pasted",
    [
        BACK,
        f"  '{BACK}'\n",
        f"<{BACK}>",
        f"code=a1_b-2&state={STATE}",
        f"?code=a1_b-2&state={STATE}",
    ],
)
def test_a_code_is_found_in_whatever_a_person_copies(pasted: str) -> None:
    assert pasted_code(pasted, STATE) == "a1_b-2"


@pytest.mark.promise("consent")
@pytest.mark.parametrize(
    "pasted",
    [
        BACK.replace(STATE, "another"),
        f"http://localhost:8400/callback?state={STATE}",
        "http://localhost:8400/callback",
        "http://localhost:8400/callback?code=a1_b-2",
        "http://localhost:8400/callback?error=access_denied",
        "a1_b-2",
        "https://login.xero.com/identity/user/login?ReturnUrl=x",
        "",
    ],
)
def test_what_holds_no_code_or_another_state_is_no_answer(pasted: str) -> None:
    with pytest.raises(ForeignAnswerError):
        pasted_code(pasted, STATE)


@pytest.mark.promise("consent")
@pytest.mark.parametrize(
    "query",
    ["", "code=x", "code=x&state=", "code=x&state=é", f"state={STATE}", "error=access_denied"],
)
def test_a_browser_that_brings_no_code_with_the_right_state_brings_nothing(query: str) -> None:
    with pytest.raises(ForeignAnswerError):
        code_in(query, STATE)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("error=access_denied", "Access was not allowed"),
        ("error=invalid_scope&error_description=No+such+scope", "invalid_scope: No such scope"),
    ],
)
def test_a_refusal_says_why(query: str, said: str) -> None:
    with pytest.raises(DeniedError, match=said):
        code_in(f"{query}&state={STATE}", STATE)
    with pytest.raises(DeniedError, match=said):
        pasted_code(f"http://localhost:8400/callback?{query}&state={STATE}", STATE)
