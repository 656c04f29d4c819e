# SPDX-License-Identifier: Apache-2.0
"""What is said of a dead letter, and what is not."""

import json
from typing import Any

import pytest
from xero_connection.parcels import body_parcels, entry_parcels

from local.deadletters.looking import read_letter

ENTRY = {
    "Source": "xero.webhooks",
    "DetailType": "contacts/contact_updated",
    "Detail": json.dumps({"resource_id": "r", "tenant_id": "t", "data": {"Name": "Ann"}}),
}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"id": "e", "detail-type": "a/b", "detail": {"correlation_id": "c", "input": {}}},
            ("a/b", {"correlation_id": ["c"], "id": ["e"]}),
        ),
        ({"operation": "a/b", "idempotency_key": "k"}, ("a/b", {"idempotency_key": ["k"]})),
        (
            {"swept": {"tenant_id": "t", "resource": "items", "records": [{"Name": "Ann"}]}},
            ("items, 1 found by a sweep", {"tenant_id": ["t"]}),
        ),
        (
            {"swept": {"tenant_id": "t", "resource": "items", "ids": ["1", "2"]}},
            ("items, 2 found by a sweep", {"tenant_id": ["t"], "resource_id": ["1", "2"]}),
        ),
        ({"detail-type": "\x1b[31m" + "x" * 200}, ("?[31m" + "x" * 123, {})),
        ({"something": "Ann"}, ("nothing known", {})),
        ({"kind": "part", "content": "Ann"}, ("unreadable, 34 bytes", {})),
        ([1], ("unreadable, 3 bytes", {})),
    ],
)
def test_a_letter_says_what_it_asks_for_and_nothing_of_what_it_holds(body: Any, said: Any) -> None:
    assert read_letter(json.dumps(body)) == said


def test_a_parcel_of_the_backlog_says_which_events_it_holds() -> None:
    (entries,) = entry_parcels([ENTRY, ENTRY | {"DetailType": "contacts/contact_created"}])
    (body,) = body_parcels(b"Ann")

    assert read_letter(entries.text) == (
        "contacts/contact_updated, contacts/contact_created",
        {"resource_id": ["r"], "tenant_id": ["t"]},
    )
    assert read_letter(body.text) == ("a webhook's body, 3 bytes", {})
    assert read_letter("nothing readable") == ("unreadable, 16 bytes", {})
