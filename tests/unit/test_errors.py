# SPDX-License-Identifier: Apache-2.0
"""The tree of errors: who must do what, as data."""

import json
from collections.abc import Iterator

import pytest
from xero_connection import errors
from xero_connection.errors import XeroConnectionError, error_from

BRANCHES = {
    errors.RequestError: {
        "UnknownOperationError": "unknown_operation",
        "InputError": "invalid_input",
        "ValidationError": "refused_by_xero",
        "NotFoundError": "not_found",
        "TenantError": "tenant",
        "ResponseTooLargeError": "response_too_large",
        "IdempotencyError": "idempotency_key_reused",
    },
    errors.ConnectionBrokenError: {
        "CredentialError": "credential",
        "ScopeError": "scope",
        "DisconnectedError": "disconnected",
    },
    errors.TemporaryError: {"RateLimitedError": "rate_limited", "UnavailableError": "unavailable"},
}


def leaves(kind: type[XeroConnectionError]) -> Iterator[type[XeroConnectionError]]:
    below = kind.__subclasses__()
    for child in below:
        yield from leaves(child)
    if not below:
        yield kind


KINDS = sorted(leaves(XeroConnectionError), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.__name__)
@pytest.mark.promise("error-tree")
def test_a_branch_says_who_must_do_what(branch: type[XeroConnectionError]) -> None:
    assert {kind.__name__: kind.code for kind in leaves(branch)} == BRANCHES[branch]
    assert all(kind.retryable is (branch is errors.TemporaryError) for kind in leaves(branch))


@pytest.mark.promise("error-tree")
def test_a_lost_answer_is_a_branch_of_its_own_that_is_not_simply_repeated() -> None:
    assert errors.OutcomeUnknownError.__bases__ == (XeroConnectionError,)
    assert errors.OutcomeUnknownError.code == "outcome_unknown"
    assert not errors.OutcomeUnknownError.retryable


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.promise("error-tree")
def test_an_error_is_drawn_in_the_tree_and_advises(kind: type[XeroConnectionError]) -> None:
    assert f"── {kind.__name__} " in str(errors.__doc__)
    assert kind.__name__.endswith("Error")
    assert kind.advice.endswith(".")


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.promise("on-error")
def test_an_errors_text_is_its_object_as_json() -> None:
    error = errors.RateLimitedError("Wait…", retry_after=7, details={"limit": "minute"})

    assert json.loads(str(error)) == error.as_dict()
    assert error.as_dict() == {
        "type": "RateLimitedError",
        "code": "rate_limited",
        "message": "Wait…",
        "retryable": True,
        "retry_after": 7,
        "details": {"limit": "minute"},
        "advice": errors.RateLimitedError.advice,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.promise("error-tree")
def test_an_error_of_another_function_arrives_as_it_was(kind: type[XeroConnectionError]) -> None:
    error = kind("What happened.", retry_after=1.5, details={"a": [1]}, advice="Do this.")
    arrived = error_from(json.loads(str(error)))

    assert type(arrived) is kind
    assert arrived.as_dict() == error.as_dict()


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "KeyError", "message": None},
        # neither a class of Python's nor a branch without a code
        {"type": "XeroConnectionError"},
        {"type": "TemporaryError"},
    ],
)
def test_a_failure_that_is_none_of_ours_is_taken_for_an_outage(document: dict[str, object]) -> None:
    assert error_from(document).code == "unavailable"


def test_details_are_the_errors_own() -> None:
    details = {"scopes": ["a"]}
    error = errors.ScopeError("No.", details=details)
    error.details["more"] = 1

    assert details == {"scopes": ["a"]}
