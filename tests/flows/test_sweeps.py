# SPDX-License-Identifier: Apache-2.0
"""What no webhook told of is found by a sweep, whatever stops it, in every organisation.

One stack whose token reaches two organisations, and whose functions find AWS through a front that
fails as it is told. The count is taken over the whole module, after its last test.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls, control
from local.machine.stack import Stack
from tests.flows.forms import post
from tests.flows.scenes import QUEUES, Scene, playing

COLLECTIONS = {
    "Contacts": "contacts/contact",
    "Invoices": "invoices/invoice",
    "CreditNotes": "credit_notes/credit_note",
    "Payments": "payments/payment",
    "Prepayments": "prepayments/prepayment",
    "Overpayments": "overpayments/overpayment",
    "BankTransactions": "bank_transactions/bank_transaction",
    "BankTransfers": "bank_transfers/bank_transfer",
    "PurchaseOrders": "purchase_orders/purchase_order",
    "Quotes": "quotes/quote",
    "Items": "items/item",
    "Accounts": "accounts/account",
    "ManualJournals": "manual_journals/manual_journal",
}
OLD = 10
"""Records of each kind that were there before the first sweep."""
MANY = 8_000


class SweepScene(Scene):
    """With two organisations, and what the first sweep found."""

    old: dict[str, list[str]]
    first: calls.Invocation
    published_by_first: int
    missed: Listener

    @property
    def second(self) -> str:
        """The id of the other organisation."""
        tenants = self.xero("GET", "state")["tenants"]
        (other,) = {one["tenant_id"] for one in tenants} - {self.stack.tenant_id}
        return str(other)

    def sweep(self) -> dict[str, Any]:
        """Sweep, and return what came of it."""
        invocation = calls.invoke(self.stack, "sweep", {"source": "aws.events"})
        assert not invocation.failed, invocation.payload
        answer: dict[str, Any] = invocation.payload
        return answer

    def cursor(self, resource: str, tenant_id: str = "") -> dict[str, str]:
        """Return the row that keeps how far the sweep has come."""
        key = f"cursor#{tenant_id or self.stack.tenant_id}#{resource}"
        (row,) = control.rows(self.stack, key)
        return {name: value["S"] for name, value in row.items()}


@pytest.fixture(scope="module")
def whole_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SweepScene]:
    directory = tmp_path_factory.mktemp("sweeps")
    with playing(directory, SweepScene, organisations=2) as scene:
        pattern = {"source": ["xero.webhooks"], "detail-type": ["webhooks/events_missed"]}
        with listening(here(scene.stack), pattern) as scene.missed:
            _connect_all(scene.stack)
            control.gather(scene.stack, "sweep", messages=1000, seconds=1)
            for queue in ("sweeps", "records"):
                # Longer than anything takes, so that nothing comes twice that did not fail.
                control.come_again_after(scene.stack, queue, 20)
            # Starting the stack has swept the one organisation of its own token.
            scene.settle()
            control.forget(scene.stack, "cursor#")
            scene.old = {one: scene.make(one, OLD, spread_seconds=3600) for one in COLLECTIONS}
            scene.first = calls.invoke(scene.stack, "sweep", {})
            scene.settle()
            scene.published_by_first = len(scene.listener.events)
            # Before its first delivery nobody knows which the next is.
            scene.wait_for(*scene.change("Invoices"))
            yield scene
            scene.front.mend()
            scene.settle()
        lost = scene.lost()
        print(  # noqa: T201 - the count is what the module is for
            f"\nchanges {len(scene.sent)}, events {len(scene.listener.events)}, "
            f"repeated {scene.repeated()}, "
            f"parked {sum(control.waiting(scene.stack, one) for one in QUEUES)}, lost {len(lost)}"
        )
        assert lost == set()
        assert scene.repeated() == 0


@pytest.fixture
def scene(whole_scene: SweepScene) -> Iterator[SweepScene]:
    yield whole_scene
    whole_scene.front.mend()
    whole_scene.xero("DELETE", "faults")
    whole_scene.xero("POST", "webhook/on")


def _connect_all(stack: Stack) -> None:
    """Put a token there that a person gave, which reaches every organisation."""
    manager = stack.account.client("secretsmanager")
    credential = json.loads(
        manager.get_secret_value(SecretId=stack.secrets["credential"])["SecretString"]
    )
    app = {name: credential[name] for name in ("client_id", "client_secret")}
    where = {"redirect_uri": "https://app.example/"}
    asked = {"response_type": "code", "scope": " ".join(credential["scopes"]), **app, **where}
    location, _ = post(stack.xero_url, "/identity/connect/authorize", asked)
    code = parse_qs(urlsplit(location).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, **app, **where}
    _, granted = post(stack.xero_url, "/connect/token", form)
    text = {
        "access_token": json.loads(granted)["access_token"],
        "expires_at": (datetime.now(UTC) + timedelta(minutes=25)).isoformat(),
    }
    for name in ("token", "read_token"):
        manager.put_secret_value(SecretId=stack.secrets[name], SecretString=json.dumps(text))
    for function in ("record", "sweep"):
        control.end_copies(stack, function)


@pytest.mark.promise("baseline")
def test_the_first_sweep_reads_everything_and_publishes_nothing(scene: SweepScene) -> None:
    answer = scene.first.payload
    known = {row["pk"]["S"].rpartition("#")[2] for row in control.rows(scene.stack, "record#")}

    assert answer["complete"] == 2 * len(COLLECTIONS)
    assert (answer["left"], answer["refused"]) == ([], [])
    assert [kind for kind, ids in scene.old.items() if not known.issuperset(ids)] == []
    assert scene.published_by_first == 0


@pytest.mark.promise("sweep")
@pytest.mark.promise("record-once")
def test_what_changed_while_the_webhook_was_off_is_published_once_by_one_sweep(
    scene: SweepScene,
) -> None:
    scene.settle()
    scene.xero("POST", "webhook/off")
    changed: dict[str, str] = {}
    for collection in COLLECTIONS:
        marks = scene.change(collection, *scene.old[collection], *scene.make(collection, 20))
        new = scene.make(collection, 9, tenant_id=scene.second)
        marks += scene.change(collection, *new, tenant_id=scene.second)
        changed |= dict.fromkeys(marks, collection)
    assert len(changed) >= 500

    answer = scene.sweep()
    scene.xero("POST", "webhook/on")
    assert answer["left"] == []
    scene.wait_for(*changed)
    before = len(scene.listener.events)
    again = scene.sweep()
    scene.settle()

    assert again["left"] == []
    assert len(scene.listener.events) == before
    for mark, collection in changed.items():
        plain = [
            event["detail-type"].removeprefix(COLLECTIONS[collection])
            for event in scene.heard(mark)
            if event["detail-type"].startswith(COLLECTIONS[collection])
        ]
        happened = [one for one in plain if one in {"_created", "_updated"}]
        assert len(happened) == 1, (collection, plain)
    assert {event["detail"]["found_by"] for event in scene.heard(*changed)} == {"sweep"}
    tenants = {event["detail"]["tenant_id"] for event in scene.heard(*changed)}
    assert tenants == {scene.stack.tenant_id, scene.second}
    for collection, trigger in COLLECTIONS.items():
        about = {
            event["detail"]["resource_id"]
            for event in scene.heard(*changed)
            if event["detail-type"] == f"{trigger}_updated"
        }
        assert about == set(scene.old[collection])


@pytest.mark.promise("record-once")
def test_what_webhook_and_sweep_both_found_is_published_once(scene: SweepScene) -> None:
    marks = scene.change("Invoices", *scene.make("Invoices", 20))
    with ThreadPoolExecutor() as pool:
        swept = [pool.submit(scene.sweep) for _ in range(2)]
        assert [one.result()["left"] for one in swept] == [[], []]
    scene.wait_for(*marks)
    scene.settle()
    plain = {"invoices/invoice_created", "invoices/invoice_updated"}
    for mark in marks:
        assert sum(event["detail-type"] in plain for event in scene.heard(mark)) == 1


@pytest.mark.promise("sequence-gap")
def test_a_gap_in_xeros_sequence_is_said_and_what_was_missed_is_found_at_once(
    scene: SweepScene,
) -> None:
    scene.settle()
    seen = len(scene.missed.collect())
    missed = [*scene.change("Invoices", quiet=True), *scene.change("Contacts", quiet=True)]
    scene.xero("POST", "webhook/lose", {"events": 2})
    told = scene.change("Invoices")

    scene.wait_for(*missed, *told)
    assert {event["detail"]["found_by"] for event in scene.heard(*missed)} == {"sweep"}
    event = scene.missed.wait_for(seen + 1)[seen]
    assert event["detail-type"] == "webhooks/events_missed"
    scene.settle()


@pytest.mark.promise("sequence-gap")
def test_a_burst_of_gaps_is_one_sweep_or_two(scene: SweepScene) -> None:
    scene.settle()
    control.gather(scene.stack, "sweep", messages=1000, seconds=3)
    seen, sweeps = len(scene.missed.collect()), len(scene.calls("/connections"))
    ids = scene.make("Invoices", 10)
    marks = scene.change("Invoices", *ids, quiet=True)
    for one in ids:
        scene.xero("POST", "webhook/lose", {"events": 2})
        scene.tell(one)

    scene.missed.wait_for(seen + len(ids))
    scene.wait_for(*marks)
    scene.settle()
    control.gather(scene.stack, "sweep", messages=1000, seconds=1)
    assert 1 <= len(scene.calls("/connections")) - sweeps <= 2


@pytest.mark.promise("sweep-cursor")
@pytest.mark.parametrize("kind", ["refuse", "drop"])
def test_while_the_record_queue_refuses_the_cursor_stays_and_the_others_go_on(
    scene: SweepScene, kind: str
) -> None:
    kept, others = scene.cursor("invoices"), scene.cursor("quotes")
    marks = scene.change("Invoices", quiet=True)
    scene.front.add(kind, "sqs", "SendMessage", text=marks[0])

    assert scene.sweep()["left"] == ["invoices"]
    assert scene.cursor("invoices") == kept
    assert scene.cursor("quotes") != others
    scene.front.mend()
    assert scene.sweep()["left"] == []
    scene.wait_for(*marks)
    assert scene.cursor("invoices") != kept


@pytest.mark.promise("sweep-cursor")
def test_a_sweep_that_xero_stops_in_the_middle_goes_on_from_there(scene: SweepScene) -> None:
    tenant = {"tenant_id": scene.second}
    ids = scene.make("BankTransactions", 1500, spread_seconds=60, **tenant)
    start = scene.cursor("bank_transactions", scene.second)
    scene.front.add("hang", "sqs", "SendMessage", text=ids[750])
    with ThreadPoolExecutor() as pool:
        swept = pool.submit(scene.sweep)
        scene.wait_until(lambda: any(one.fault == "hang" for one in scene.front.asked))
        scene.xero("POST", "faults", {"fault": "503", "times": 3, "path": "/BankTransactions"})
        scene.front.mend()
        assert swept.result()["left"] == ["bank_transactions"]
    scene.xero("DELETE", "faults")
    middle = scene.cursor("bank_transactions", scene.second)
    assert start["since"] < middle["since"]

    before = len(scene.calls("/BankTransactions"))
    assert scene.sweep()["left"] == []
    # What is left of the second organisation, and what is new in the first.
    assert len(scene.calls("/BankTransactions")) - before <= 4
    scene.wait_until(
        lambda: set(ids) <= {event["detail"]["resource_id"] for event in scene.listener.events}
    )


@pytest.mark.promise("sweep-cursor")
@pytest.mark.promise("baseline")
def test_a_large_organisation_s_baseline_that_is_ended_in_the_middle_leaves_nothing_out(
    scene: SweepScene,
) -> None:
    scene.settle()
    ids = scene.make("Contacts", MANY, spread_seconds=24 * 3600)
    control.forget(scene.stack, f"cursor#{scene.stack.tenant_id}#contacts")
    scene.front.add("hang", "sqs", "SendMessage", text=ids[MANY // 2])
    with ThreadPoolExecutor() as pool:
        swept = pool.submit(calls.invoke, scene.stack, "sweep", {})
        scene.wait_until(lambda: scene.front.asked[-1].fault == "hang")
        control.end_copies(scene.stack, "sweep")
        scene.front.mend()
        assert swept.result().failed
    # On AWS nothing else ends a copy than its time, with which its turn is over.
    control.forget(scene.stack, "cursor#turn")
    assert scene.cursor("contacts")["baseline_until"]

    before = len(scene.calls("/Contacts"))
    assert scene.sweep()["left"] == []
    assert len(scene.calls("/Contacts")) - before < MANY / 500 * 0.6 + 2
    assert scene.cursor("contacts")["baseline_until"] == ""
    scene.settle()
    known = {row["pk"]["S"].rpartition("#")[2] for row in control.rows(scene.stack, "record#")}
    assert set(ids) <= known
    about = {event["detail"]["resource_id"] for event in scene.listener.events}
    assert not about & set(ids)
