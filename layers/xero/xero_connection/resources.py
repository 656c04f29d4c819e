# SPDX-License-Identifier: Apache-2.0
"""The kinds of record whose changes become events: how Xero lists them, what their changes mean.

https://developer.xero.com/documentation/api/accounting/overview
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from xero_connection.client import Request
from xero_connection.meanings import unexpected
from xero_connection.scopes import BROAD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Xero gives 100 a page and up to 1,000 where it is asked: few calls, of a bearable size.
USUAL_PAGE: Final = 100
_LARGE_PAGE: Final = 500
# A query of some 2,000 characters passes every server on the way.
_IDS_LISTED: Final = 50
_IDS_FILTERED: Final = 20


_UNCHANGED: Final = frozenset({"accounting.contacts", "accounting.settings"})


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """An event that says what a change amounts to, beside the created or updated one."""

    name: str
    """The part of the trigger's id after the slash."""
    summary: str
    """When it fires, as the end of "Fires when"."""
    entered: frozenset[str] = frozenset()
    """It fires when the status becomes one of these; empty for a change of any kind."""
    happened: str = ""
    """Where it fires for a change of any kind: created or updated."""
    of_type: str = ""
    """The Type of the records it is for; empty for all."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One kind of record."""

    name: str
    """Plural, snake_case."""
    noun: str
    """One of them, snake_case."""
    collection: str
    """The last part of its path, and the member of the answer that holds the records."""
    scopes: tuple[str, ...]
    """Scopes any one of which is enough to read."""
    told: bool = False
    """Whether Xero's webhooks tell of it."""
    listed_by: Literal["IDs", "where", ""] = "where"
    """The parameter by which a list takes ids; empty where it takes none."""
    paging: Literal["none", "pages", "sized"] = "sized"
    """Whether a list comes in pages, and whether their size can be asked for."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What each list is asked with."""
    status_field: str = "Status"
    meanings: tuple[Meaning, ...] = ()

    @property
    def opened_by(self) -> frozenset[str]:
        """Scopes any one of which is enough, with the broad ones that older apps still have.

        https://developer.xero.com/documentation/guides/oauth2/scopes
        """
        if _UNCHANGED.intersection(self.scopes):
            return frozenset(self.scopes)
        broad = (one for one, parts in BROAD.items() if set(parts).intersection(self.scopes))
        return frozenset(self.scopes).union(broad)

    @property
    def id_field(self) -> str:
        """The field that holds a record's id."""
        return f"{self.collection[:-1]}ID"

    @property
    def category(self) -> str:
        """Xero's name for it in a webhook."""
        return self.noun.replace("_", "").upper()

    @property
    def page_size(self) -> int | None:
        """How many records a page of `changed_since` holds; None where all come at once."""
        return {"none": None, "pages": USUAL_PAGE, "sized": _LARGE_PAGE}[self.paging]

    @property
    def ids_per_call(self) -> int:
        """How many records are asked for by id in one call; 0 where each is got by itself."""
        return {"IDs": _IDS_LISTED, "where": _IDS_FILTERED, "": 0}[self.listed_by]

    def url(self, record_id: str) -> str:
        """Return where Xero's API has the record, as Xero's webhooks say it."""
        return f"https://api.xero.com/api.xro/2.0/{self.collection}/{record_id}"

    def with_ids(self, ids: Sequence[UUID]) -> Request:
        """Return the call that lists the records with these ids, `ids_per_call` at the most."""
        if self.listed_by == "IDs":
            named = ",".join(map(str, ids))
        else:
            named = " OR ".join(f'{self.id_field}==Guid("{one}")' for one in ids)
        # A list without a page leaves the line items out.
        paged = {"page": "1"} if self.page_size else {}
        return self._list({self.listed_by: named, **paged})

    def with_id(self, record_id: UUID) -> Request:
        """Return the call that gets one record."""
        return Request(method="GET", path=f"/{self.collection}/{record_id}", query=self.query)

    def changed_since(self, since: str, page: int, *, newest_first: bool = False) -> Request:
        """Return the call for a page of what changed since a moment.

        Args:
            since: UTC, `yyyy-mm-ddThh:mm:ss`; empty for all there is.
            page: from 1.
            newest_first: the newest change first instead of the oldest.
        """
        query = {}
        if self.page_size:
            direction = "DESC" if newest_first else "ASC"
            query = {"page": str(page), "order": f"UpdatedDateUTC {direction}"}
        if self.paging == "sized":
            query["pageSize"] = str(self.page_size)
        return self._list(query, {"If-Modified-Since": since} if since else {})

    def records(self, document: Any) -> dict[UUID, dict[str, Any]]:
        """Return the records in Xero's answer by id, in their order; an empty answer has none.

        Raises:
            UnavailableError: the answer holds no list of such records.
        """
        try:
            # Without content means that nothing changed.
            records = [] if document == {} else document[self.collection]
            return {UUID(record[self.id_field]): record for record in records}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise unexpected(Request(method="GET", path=f"/{self.collection}")) from None

    def _list(self, query: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Request:
        return Request(
            method="GET",
            path=f"/{self.collection}",
            query={**self.query, **query},
            headers=headers or {},
        )


def one_of(noun: str) -> str:
    """Return how a text speaks of one of a kind."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun.replace('_', ' ')}"


def _reading(*names: str) -> tuple[str, ...]:
    return tuple(f"accounting.{name}{suffix}" for name in names for suffix in (".read", ""))


def _statuses(noun: str, of_type: str = "") -> tuple[Meaning, ...]:
    """Return the meanings of a document's way from draft to paid or voided."""
    return tuple(
        Meaning(
            name=f"{noun}_{name}",
            summary=f"{one_of(noun)} is {name}",
            entered=frozenset(entered),
            of_type=of_type,
        )
        # What is paid has been approved, though both may have happened between two looks.
        for name, entered in (
            ("approved", {"AUTHORISED", "PAID"}),
            ("paid", {"PAID"}),
            ("voided", {"VOIDED"}),
        )
    )


_EXACT: Final = {"unitdp": "4"}
_BILLS: Final = tuple(
    Meaning(name=f"bill_{one}", summary=f"a bill is {one}", happened=one, of_type="ACCPAY")
    for one in ("created", "updated")
)

RESOURCES: Final[Mapping[str, Resource]] = {
    one.name: one
    for one in (
        Resource(
            name="contacts",
            noun="contact",
            collection="Contacts",
            scopes=_reading("contacts"),
            told=True,
            listed_by="IDs",
            # Archiving is a change too, after which Xero leaves the contact out by itself.
            query={"includeArchived": "true"},
            status_field="ContactStatus",
            meanings=(
                Meaning(
                    name="contact_archived",
                    summary="a contact is archived",
                    entered=frozenset({"ARCHIVED"}),
                ),
            ),
        ),
        Resource(
            name="invoices",
            noun="invoice",
            collection="Invoices",
            scopes=_reading("invoices"),
            told=True,
            listed_by="IDs",
            query=_EXACT,
            meanings=(*_statuses("invoice", "ACCREC"), *_BILLS, *_statuses("bill", "ACCPAY")),
        ),
        Resource(
            name="credit_notes",
            noun="credit_note",
            collection="CreditNotes",
            scopes=_reading("invoices"),
            told=True,
            query=_EXACT,
            meanings=tuple(one for one in _statuses("credit_note") if "paid" not in one.name),
        ),
        Resource(
            name="payments",
            noun="payment",
            collection="Payments",
            scopes=_reading("payments"),
            told=True,
        ),
        Resource(
            name="prepayments",
            noun="prepayment",
            collection="Prepayments",
            scopes=_reading("payments"),
            told=True,
            query=_EXACT,
        ),
        Resource(
            name="overpayments",
            noun="overpayment",
            collection="Overpayments",
            scopes=_reading("payments"),
            told=True,
            query=_EXACT,
        ),
        Resource(
            name="bank_transactions",
            noun="bank_transaction",
            collection="BankTransactions",
            scopes=_reading("banktransactions"),
            query=_EXACT,
        ),
        Resource(
            name="bank_transfers",
            noun="bank_transfer",
            collection="BankTransfers",
            scopes=_reading("banktransactions"),
            paging="none",
            query={"includeDeleted": "true"},
        ),
        Resource(
            name="purchase_orders",
            noun="purchase_order",
            collection="PurchaseOrders",
            scopes=_reading("invoices"),
            listed_by="",
        ),
        Resource(
            name="quotes",
            noun="quote",
            collection="Quotes",
            scopes=_reading("invoices"),
            listed_by="",
            paging="pages",
        ),
        Resource(
            name="items",
            noun="item",
            collection="Items",
            scopes=_reading("settings", "invoices"),
            paging="none",
            query=_EXACT,
        ),
        Resource(
            name="accounts",
            noun="account",
            collection="Accounts",
            scopes=_reading("settings"),
            paging="none",
        ),
        Resource(
            name="manual_journals",
            noun="manual_journal",
            collection="ManualJournals",
            scopes=_reading("manualjournals"),
        ),
    )
}
"""By name. Tax rates are not among them: Xero gives them neither a date nor a list of changes."""
