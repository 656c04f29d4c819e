# SPDX-License-Identifier: Apache-2.0
"""The bus: what is put there how often, and what is given back when it refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.bus import Bus, Refusal, entry_bytes
from xero_connection.webhooks import event_entry

EVENT = {
    "resourceId": "6f7594f2",
    "eventDateUtc": "2026-11-22T01:15:39.902",
    "eventType": "UPDATE",
    "eventCategory": "INVOICE",
    "tenantId": "c2cc9b6e",
}
ENTRY = {"Source": "xero.webhooks", "DetailType": "invoices/invoice_updated", "Detail": "{}"}
NAMES = len("xero.webhooks") + len("invoices/invoice_updated")


def failure(code: str, status: int) -> ClientError:
    parts: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(parts, "PutEvents")


TOO_MANY = failure("ThrottlingException", 400)


class Clock:
    """Seconds that go forward when they are told to."""

    def __init__(self) -> None:
        """Start anywhere."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Events:
    """EventBridge, which does with each call what the script says; then it takes everything."""

    def __init__(self, *script: Any) -> None:
        """Take the positions refused by call, or an exception, in order of the calls."""
        self.script = list(script)
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Answer as EventBridge does: an element per entry, in their order."""
        self.calls.append(Entries)
        step = self.script.pop(0) if self.script else ()
        if isinstance(step, Exception):
            raise step
        results = [
            {"ErrorCode": "InternalFailure", "ErrorMessage": "x"} if place in step else {}
            for place in range(len(Entries))
        ]
        return {"FailedEntryCount": len(step), "Entries": results}


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        yield Aws()


def bus(client: Any, *, pauses: list[float] | None = None, clock: Clock | None = None) -> Bus:
    sleep = pauses.append if pauses is not None else lambda _: None
    return Bus(client, "the-bus", sleep=sleep, clock=clock or Clock())


def test_eventbridge_takes_an_event_and_refuses_what_is_none(aws: Aws) -> None:
    client = aws.client("events")
    client.create_event_bus(Name="the-bus")
    malformed = ENTRY | {"Detail": "no json"}

    assert bus(client).put([event_entry(EVENT, sequence=1), malformed], until=1060) == [
        Refusal(malformed, for_good=True)
    ]


def test_no_entries_are_no_call() -> None:
    client = Events()

    assert bus(client).put([], until=1060) == []
    assert client.calls == []


@given(st.integers(1, 250))
@pytest.mark.promise("large-batches")
def test_entries_go_ten_a_call_and_each_once(count: int) -> None:
    client = Events()
    entries = [ENTRY | {"Detail": str(n)} for n in range(count)]

    assert bus(client).put(entries, until=1060) == []
    assert max(map(len, client.calls)) <= 10
    assert len(client.calls) == -(-count // 10)
    sent = [entry for call in client.calls for entry in call]
    assert sorted(int(entry["Detail"]) for entry in sent) == list(range(count))
    assert {entry["EventBusName"] for entry in sent} == {"the-bus"}
    assert all("EventBusName" not in entry for entry in entries)


@pytest.mark.promise("bus-refuses")
def test_only_what_was_refused_inside_a_call_is_put_again() -> None:
    client, pauses = Events({1, 3}, {0}), list[float]()
    entries = [ENTRY | {"Detail": str(n)} for n in range(5)]

    assert bus(client, pauses=pauses).put(entries, until=1060) == []
    assert [[entry["Detail"] for entry in call] for call in client.calls] == [
        ["0", "1", "2", "3", "4"],
        ["1", "3"],
        ["1"],
    ]
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


@pytest.mark.parametrize("step", [{0, 1}, TOO_MANY, ConnectTimeoutError(endpoint_url="x")])
@pytest.mark.promise("bus-refuses")
def test_what_is_refused_to_the_end_is_given_back_as_it_came(step: Any) -> None:
    client = Events(step, step, step)
    entries = [ENTRY | {"Detail": str(n)} for n in range(2)]

    assert bus(client).put(entries, until=1060) == [
        Refusal(entry, for_good=False) for entry in entries
    ]
    assert len(client.calls) == 3


@pytest.mark.promise("bus-refuses")
def test_a_call_that_failed_does_not_hold_up_the_others() -> None:
    client = Events(TOO_MANY)
    entries = [ENTRY | {"Detail": str(n)} for n in range(25)]

    assert bus(client).put(entries, until=1060) == []
    assert len(client.calls) == 4


@pytest.mark.promise("bus-refuses")
def test_no_call_is_begun_when_the_time_is_up() -> None:
    clock = Clock()
    client = Events({0}, {0}, {0})

    class SlowEvents:
        def put_events(self, **parts: Any) -> Any:
            clock.now += 61
            return client.put_events(**parts)

    assert bus(SlowEvents(), clock=clock).put([ENTRY], until=1060) == [
        Refusal(ENTRY, for_good=False)
    ]
    assert len(client.calls) == 1


def test_the_bus_reads_the_answer_that_eventbridge_describes(aws: Aws) -> None:
    client = aws.client("events")
    with Stubber(client) as stub:
        refusal = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down."}
        for results in ([{"EventId": "1"}, refusal], [{"EventId": "2"}]):
            stub.add_response(
                "put_events", {"FailedEntryCount": 1, "Entries": results}, {"Entries": ANY}
            )
        assert bus(client).put([ENTRY, ENTRY], until=1060) == []
        stub.assert_no_pending_responses()


class Picky(Events):
    """EventBridge that refuses a whole call for the sake of the entries it does not like."""

    def __init__(self, *bad: str, error: Exception) -> None:
        """Take the details it does not like, and what it says to them."""
        super().__init__()
        self.bad = set(bad)
        self.error = error

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Answer, or fail as a whole."""
        answer = super().put_events(Entries=Entries)
        if self.bad & {entry["Detail"] for entry in Entries}:
            raise self.error
        return answer


@pytest.mark.parametrize(
    ("error", "for_good"),
    [
        (failure("ValidationException", 400), True),
        (failure("RequestEntityTooLarge", 413), True),
        (ParamValidationError(report="no time"), True),
        (failure("AccessDeniedException", 400), False),
    ],
)
@pytest.mark.promise("one-bad-entry")
def test_one_bad_entry_does_not_hold_nine_good_ones(error: Exception, for_good: bool) -> None:
    client = Picky("3", error=error)
    entries = [ENTRY | {"Detail": str(n)} for n in range(10)]

    assert bus(client).put(entries, until=1060) == [Refusal(entries[3], for_good=for_good)]
    assert {entry["Detail"] for call in client.calls[1:] for entry in call} >= {
        str(n) for n in range(10)
    }


@pytest.mark.parametrize(
    "error", [failure("InternalFailure", 500), failure("SlowDown", 429), TOO_MANY]
)
def test_a_call_that_failed_for_another_reason_is_not_taken_apart(error: Exception) -> None:
    client = Events(error, error, error)
    entries = [ENTRY | {"Detail": str(n)} for n in range(10)]

    assert [one.for_good for one in bus(client).put(entries, until=1060)] == [False] * 10
    assert [len(call) for call in client.calls] == [10, 10, 10]


@pytest.mark.promise("one-bad-entry")
def test_an_entry_that_is_malformed_is_not_put_again_and_the_others_are() -> None:
    class Refusing(Events):
        def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            super().put_events(Entries=Entries)
            codes = {"bad": "MalformedDetail", "busy": "ThrottlingException"}
            return {"Entries": [{"ErrorCode": codes.get(one["Detail"])} for one in Entries]}

    client = Refusing()
    entries = [ENTRY | {"Detail": detail} for detail in ("good", "bad", "busy")]

    assert bus(client).put(entries, until=1060) == [
        Refusal(entries[1], for_good=True),
        Refusal(entries[2], for_good=False),
    ]
    assert [[one["Detail"] for one in call] for call in client.calls] == [
        ["good", "bad", "busy"],
        ["busy"],
        ["busy"],
    ]


@pytest.mark.parametrize(("more", "calls"), [(0, 1), (1, 0)])
@pytest.mark.promise("one-bad-entry")
def test_what_is_larger_than_eventbridge_takes_is_not_even_put(more: int, calls: int) -> None:
    client = Events()
    entry = ENTRY | {"Detail": "x" * (1_048_576 - NAMES + more)}

    refused = bus(client).put([entry, entry], until=1060)
    assert [one.for_good for one in refused] == [True] * (2 * more)
    assert len(client.calls) == 2 * calls


def test_a_call_holds_no_more_than_eventbridge_takes_of_a_single_entry() -> None:
    client = Events()
    entries = [ENTRY | {"Detail": "x" * 300_000}] * 7

    assert bus(client).put(entries, until=1060) == []
    assert sorted(len(call) for call in client.calls) == [1, 3, 3]


def test_an_entry_is_as_large_as_eventbridge_counts_it() -> None:
    assert entry_bytes({"Source": "é", "DetailType": "ab", "Detail": "{}"}) == 2 + 2 + 2
    assert entry_bytes({"Source": "", "DetailType": "", "Detail": "", "Time": "now"}) == 14
