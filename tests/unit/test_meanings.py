# SPDX-License-Identifier: Apache-2.0
"""What each answer of Xero's means, in the shapes that Xero sends."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.client import BYTES, PDF, NoAnswerError, Request, Response, TokenRefusedError
from xero_connection.errors import (
    DisconnectedError,
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ScopeError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.lessons import Said
from xero_connection.meanings import element_messages, no_answer, read_answer, remaining, said

from tests.unit.books import JSON

READ = Request(method="GET", path="/Invoices/1")
WRITE = Request(method="POST", path="/Invoices/1", body={"Invoices": [{}]})


def response(status: int, document: Any = None, **headers: str) -> Response:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=status, headers=named, body=body)


def problem(title: str, detail: str) -> dict[str, Any]:
    return {"Type": None, "Title": title, "Detail": detail, "Instance": "6f75", "Extensions": {}}


def refused(request: Request, answer: Response) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        read_answer(request, answer)
    return caught.value


# Success


def test_a_document_is_read() -> None:
    assert read_answer(READ, response(200, {"Invoices": [{"Total": 1}]})) == {
        "Invoices": [{"Total": 1}]
    }
    assert read_answer(READ, response(200, [{"tenantId": "a"}])) == [{"tenantId": "a"}]


@pytest.mark.parametrize(("status", "body"), [(204, b""), (204, b" \r\n"), (304, b"")])
def test_an_empty_answer_is_an_empty_document(status: int, body: bytes) -> None:
    assert read_answer(WRITE, response(status, body)) == {}


def test_a_pdf_is_its_bytes() -> None:
    request = Request(method="GET", path="/Invoices/1", accept=PDF)

    assert read_answer(request, response(200, b"%PDF-1.4")) == b"%PDF-1.4"
    with pytest.raises(NotFoundError):
        read_answer(request, response(404, b"gone"))


@pytest.mark.parametrize("content", [b"[]", b" \n", b"\xff", b"<html>"])
def test_a_file_is_its_bytes_whatever_they_are(content: bytes) -> None:
    request = Request(method="GET", path="/Invoices/1/Attachments/a.json", accept=BYTES)

    assert read_answer(request, response(200, content)) == content
    with pytest.raises(UnavailableError):
        read_answer(request, response(200, b""))


@given(
    st.sampled_from([READ, WRITE]),
    st.sampled_from([200, 201, 400, 401, 403, 404, 429, 500, 503]),
    JSON
    | st.dictionaries(
        st.sampled_from(["Elements", "Message", "Detail", "ErrorNumber", "Invoices"]),
        JSON
        | st.lists(
            st.dictionaries(
                st.sampled_from(["StatusAttributeString", "ValidationErrors", "LineItems"]),
                JSON | st.just("ERROR") | st.lists(st.fixed_dictionaries({"Message": JSON})),
            )
        ),
    ),
)
@pytest.mark.promise("error-tree")
def test_any_document_is_itself_or_one_of_our_errors(
    request: Request, status: int, document: Any
) -> None:
    said = ""
    try:
        read_answer(request, response(status, document))
    except TokenRefusedError:
        assert status == 401
    except XeroConnectionError as error:
        said = str(error)
    assert not said or json.loads(said)["code"]


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.promise("error-tree")
def test_a_refusal_nested_beyond_reading_is_a_refusal_all_the_same(status: int) -> None:
    deep: Any = {"ValidationErrors": [{"Message": "No."}]}
    for _ in range(700):
        deep = {"a": deep}
    document = {"Elements": [deep | {"StatusAttributeString": "ERROR"}]}

    assert refused(WRITE, response(status, document)).details["messages"]


# Statuses


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        # the token
        (response(401, problem("Unauthorized", "TokenExpired: expired at …")), TokenRefusedError),
        (response(401, problem("Unauthorized", "AuthenticationUnsuccessful")), TokenRefusedError),
        (response(401, b""), TokenRefusedError),
        (response(401, [1]), TokenRefusedError),
        # its scope, which Xero says in two ways and with two statuses
        (response(401, problem("Unauthorized", "AuthorizationUnsuccessful")), ScopeError),
        (response(401, {}, www_authenticate='Bearer error="insufficient_scope"'), ScopeError),
        (response(403, {}, www_authenticate='Bearer error="insufficient_scope"'), ScopeError),
        # the organisation
        (response(403, problem("Forbidden", "AuthenticationUnsuccessful")), DisconnectedError),
        # plain text
        (response(404, b"The resource you're looking for cannot be found"), NotFoundError),
        # limits and outages
        (response(429, b""), RateLimitedError),
        # nothing was carried out
        (response(501, b"<html>"), ValidationError),
        # the caller's side, in whatever way
        (response(400, b"<html>"), ValidationError),
        (response(413, {}), ValidationError),
        (response(412, b""), ValidationError),
        (response(499, b""), ValidationError),
    ],
)
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
@pytest.mark.promise("error-tree")
def test_a_status_means_one_error(
    request_: Request, answer: Response, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_answer(request_, answer)


@pytest.mark.parametrize(
    "answer",
    [
        # failures behind which the write may have been done
        response(500, {"Message": "An error occurred"}),
        response(502, b"<html>"),
        response(503, b"The organisation is offline"),
        response(504, b""),
        response(599, b""),
        # successes that do not say of what
        response(200, b"<html>"),
        response(200, b'{"Invoices": ['),
        response(302, b"moved"),
    ],
)
@pytest.mark.promise("error-tree")
def test_an_answer_that_says_nothing_leaves_a_write_unknown_and_a_read_unavailable(
    answer: Response,
) -> None:
    with pytest.raises(OutcomeUnknownError):
        read_answer(WRITE, answer)
    with pytest.raises(UnavailableError):
        read_answer(READ, answer)


@given(
    st.sampled_from([READ, WRITE]),
    st.integers(200, 599),
    st.binary() | st.sampled_from([b"[]", b"{}", b"null", b'{"Elements":[1]}', b'{"a":[[{}]]}']),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-rate-limit-problem", "www-authenticate"]), st.text()
    ),
)
@pytest.mark.promise("error-tree")
def test_any_answer_is_a_document_or_one_of_our_errors(
    request: Request, status: int, body: bytes, headers: dict[str, str]
) -> None:
    try:
        read_answer(request, Response(status=status, headers=headers, body=body))
    except (XeroConnectionError, TokenRefusedError):
        return
    assert status < 400


@pytest.mark.promise("error-tree")
def test_no_answer_leaves_only_a_sent_write_unknown() -> None:
    assert isinstance(no_answer(WRITE, sent=True), OutcomeUnknownError)
    assert isinstance(no_answer(WRITE, sent=False), UnavailableError)
    assert isinstance(no_answer(READ, sent=True), UnavailableError)
    assert NoAnswerError(sent=True).sent


# Refusals


def test_the_messages_of_a_refused_document_are_xeros_own() -> None:
    line = {"ValidationErrors": [{"Message": "Account code '9' is not valid"}], "LineAmount": 1}
    element = {
        "LineItems": [{}, line, line],
        "Contact": {"Name": "A", "ValidationErrors": []},
        "ValidationErrors": [
            {"Message": "Due date is missing"},
            {"Message": "Due date is missing"},
        ],
        "Warnings": [{"Message": "A warning is no reason"}],
    }
    error = refused(
        WRITE,
        response(
            400,
            {
                "ErrorNumber": 10,
                "Type": "ValidationException",
                "Message": "A validation exception occurred",
                "Elements": [element],
            },
        ),
    )

    assert error.details == {
        "messages": [
            {"index": 0, "messages": ["Due date is missing", "Account code '9' is not valid"]}
        ],
        "error_number": 10,
    }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        # no elements: the message of the whole
        ({"ErrorNumber": 14, "Message": "The string 'x' is no date"}, "The string 'x' is no date"),
        ({"Message": "No.", "Elements": []}, "No."),
        ({"Message": "No.", "Elements": [None, {"ValidationErrors": None}]}, "No."),
        ({"Message": "No.", "Elements": [{"ValidationErrors": ["?"]}]}, "No."),
        (problem("Bad Request", "No such tenant"), "No such tenant"),
    ],
)
def test_a_refusal_without_elements_has_the_message_of_the_whole(
    document: Any, message: str
) -> None:
    assert refused(WRITE, response(400, document)).details["messages"] == [
        {"index": 0, "messages": [message]}
    ]


@pytest.mark.parametrize("document", [{}, b"<html>", []])
def test_a_refusal_that_is_none_of_xeros_has_no_messages(document: Any) -> None:
    assert refused(WRITE, response(400, document)).details == {}


def test_a_refused_element_of_a_batch_is_a_refusal_though_the_status_is_200() -> None:
    invoices = [
        {"StatusAttributeString": "OK", "InvoiceID": "a"},
        {
            "StatusAttributeString": "ERROR",
            "ValidationErrors": [{"Message": "Invoice not of valid status"}],
        },
        {"StatusAttributeString": "WARNING", "Warnings": [{"Message": "Rounded"}]},
    ]
    error = refused(WRITE, response(200, {"Id": "b", "Invoices": invoices}))

    assert error.details["messages"] == [{"index": 1, "messages": ["Invoice not of valid status"]}]


def test_whoever_reads_the_elements_errors_itself_gets_the_document() -> None:
    refused_one = {
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": "Invoice not of valid status"}],
    }
    document = {"Invoices": [{"StatusAttributeString": "OK"}, refused_one]}

    assert read_answer(replace(WRITE, each=True), response(200, document)) == document
    assert element_messages(refused_one) == ["Invoice not of valid status"]
    with pytest.raises(ValidationError):
        read_answer(replace(WRITE, each=True), response(400, {"Elements": [refused_one]}))


def test_errors_that_a_record_carries_are_no_refusal_of_the_call() -> None:
    document = {
        "Invoices": [{"StatusAttributeString": "OK", "ValidationErrors": [{"Message": "a"}]}]
    }

    assert read_answer(READ, response(200, document)) == document


def test_a_key_used_for_another_request_is_said_to_be_so() -> None:
    message = "The Idempotency-Key provided is used with a different request."
    with pytest.raises(IdempotencyError):
        read_answer(WRITE, response(400, {"Message": message}))


# Limits


@pytest.mark.parametrize(
    ("headers", "limit", "retry_after"),
    [
        ({"x_rate_limit_problem": "minute", "retry_after": "27"}, "minute", 27),
        ({"x_rate_limit_problem": "Minute", "retry_after": "0"}, "minute", 0),
        ({"x_rate_limit_problem": "day", "retry_after": "40000"}, "day", 40000),
        ({"x_rate_limit_problem": "Daily", "retry_after": "40000"}, "day", 40000),
        ({"x_rate_limit_problem": "appminute", "retry_after": "3"}, "app", 3),
        ({"x_rate_limit_problem": "app-minute", "retry_after": "3"}, "app", 3),
        # a slot is soon free, and Xero says nothing
        ({"x_rate_limit_problem": "concurrent"}, "concurrent", 1),
        # what we cannot read
        ({"x_rate_limit_problem": "fortnight", "retry_after": "soon"}, "minute", 60),
        ({"retry_after": "-1"}, "minute", 60),
        ({"retry_after": "\N{SUPERSCRIPT TWO}"}, "minute", 60),
        ({}, "minute", 60),
    ],
)
@pytest.mark.promise("error-tree")
def test_a_limit_is_named_with_the_seconds_to_wait(
    headers: dict[str, str], limit: str, retry_after: float
) -> None:
    with pytest.raises(RateLimitedError) as caught:
        read_answer(READ, response(429, b"", **headers))

    assert caught.value.details == {"limit": limit}
    assert caught.value.retry_after == retry_after


@pytest.mark.parametrize(("headers", "wait"), [({"retry_after": "30"}, 30), ({}, None)])
def test_an_organisation_that_is_offline_is_asked_again_when_xero_says(
    headers: dict[str, str], wait: float | None
) -> None:
    with pytest.raises(UnavailableError) as caught:
        read_answer(READ, response(503, b"The organisation is offline", **headers))

    assert caught.value.retry_after == wait


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (
            {"x_minlimit_remaining": "57", "x_daylimit_remaining": "4950"},
            {"minute_remaining": 57, "day_remaining": 4950},
        ),
        ({"x_minlimit_remaining": "0"}, {"minute_remaining": 0}),
        ({"x_minlimit_remaining": "9" * 5000}, {}),
        ({"x_minlimit_remaining": "-1", "x_daylimit_remaining": ""}, {}),
        ({}, {}),
    ],
)
def test_the_calls_left_are_said_as_far_as_xero_says_them(
    headers: dict[str, str], found: dict[str, int]
) -> None:
    assert remaining(response(200, b"", **headers)) == found


def test_what_an_answer_says_of_the_limits() -> None:
    left = {
        "x_minlimit_remaining": "57",
        "x_daylimit_remaining": "4950",
        "x_appminlimit_remaining": "9950",
    }
    spent = {"x_rate_limit_problem": "day", "retry_after": "3000"}

    assert said(response(200, b"", **left)) == Said(minute=57, day=4950, app=9950)
    assert said(response(429, b"", **spent)) == Said(refused="day", retry_after=3000)
    assert said(response(500, b"", **spent)) == Said()


@pytest.mark.promise("no-secrets-said")
def test_no_error_and_no_repr_says_what_was_sent_or_answered() -> None:
    request = Request(
        method="PUT",
        path="/Contacts",
        query={"where": 'Name=="Harbour Lights"'},
        headers={"Idempotency-Key": "order-1047"},
        body={"Contacts": [{"Name": "Harbour Lights"}]},
    )
    answers = [
        response(status, b"Harbour Lights", set_cookie="Harbour Lights")
        for status in (200, 302, 401, 403, 404, 409, 429, 500, 503)
    ]

    said = repr((request, answers))
    for answer in answers:
        with pytest.raises((XeroConnectionError, TokenRefusedError)) as caught:
            read_answer(request, answer)
        said += str(caught.value) + repr(caught.value)
    assert "Harbour" not in said
    assert "order-1047" not in said
