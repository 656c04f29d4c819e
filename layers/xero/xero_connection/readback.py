# SPDX-License-Identifier: Apache-2.0
"""Whether a record of Xero's books is what a write made or changed. No I/O."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xero_connection.client import Request
from xero_connection.documents import read_moment
from xero_connection.outcomes import WINDOW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xero_connection.operation import ReadBack

ABSENT: Final = "ABSENT"
"""`StatusAttributeString` of a document of a batch that is not in the books; Xero has no such."""

CLOCKS: Final = timedelta(seconds=60)
"""By how much clocks may differ, of which Xero's tells whole seconds."""

UNDATED: Final = datetime.min.replace(tzinfo=UTC)
"""When a record was changed that does not say."""

# What Xero has changed so lately may be the work of another request that was cut, which hears so
# when it sends its key again; that takes it a minute at the most.
_YOUNG: Final = timedelta(seconds=WINDOW_SECONDS + 180)
_AFTER_APPROVAL: Final = {"PAID", "VOIDED"}
# A claim lists receipts by their ids alone, a batch payment what it pays.
_OF_A_LINE: Final = (
    *("Description", "Quantity", "UnitAmount", "LineAmount", "AccountCode"),
    *("ReceiptID", "Invoice", "Amount"),
)
_ONE_RECORD = re.compile(r"/([A-Za-z]+)/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def sent_documents(request: Request) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the collection that a write is about, and the documents in it.

    Xero takes a single document without a collection around it too.
    """
    body = request.body if isinstance(request.body, dict) else {}
    for collection, documents in body.items():
        if isinstance(documents, list):
            return collection, documents
    return request.path.split("/")[1], [body] if body else []


def records_in(document: Any, collection: str) -> list[Mapping[str, Any]]:
    """Return the records of an answer."""
    records = document.get(collection) if isinstance(document, dict) else None
    return [one for one in records if isinstance(one, dict)] if isinstance(records, list) else []


def look_by_id(request: Request) -> Request | None:
    """Return the call for the record that a write changes, None where it names none by its id."""
    if request.method != "POST" or not _ONE_RECORD.fullmatch(request.path):
        return None
    return Request(method="GET", path=request.path, api=request.api, query=request.query)


def shows(request: Request, document: Any) -> bool:
    """Return whether the record that a write changes is as the write wanted it."""
    collection, documents = sent_documents(request)
    records = records_in(document, collection)
    if not documents or not records:
        return False
    record, sent = records[0], documents[0]
    if sent.get("Status") == "AUTHORISED" and record.get("Status") in _AFTER_APPROVAL:
        sent = {**sent, "Status": record["Status"]}
    return contains(record, sent, whole=True)


def made_from(
    read_back: ReadBack,
    records: Mapping[str, Mapping[str, Any]],
    sent: Sequence[Mapping[str, Any]],
    *,
    mine: Collection[str],
) -> list[str | None]:
    """Return the id of the record that each document has become, where there is one.

    No record is two documents'. It is the one's that says most: what says less fits more records.
    A document has one that is known to be this request's, else the oldest that fits: whoever made
    that looks back far enough to find the younger one that this request may have made itself.

    Args:
        read_back: says by what a record is known.
        records: those that it can be, by id.
        sent: the documents.
        mine: ids of records that this request is known to have made.
    """
    in_order = sorted(records, key=lambda one: (one not in mine, changed_at(records[one])))
    found: list[str | None] = [None] * len(sent)
    says = [_parts(_known_by(read_back, one)) for one in sent]
    for index in sorted(range(len(sent)), key=lambda index: -says[index]):
        fitting = (one for one in in_order if is_same(read_back, records[one], sent[index]))
        found[index] = next((one for one in fitting if one not in found), None)
    return found


def exchangeable(
    read_back: ReadBack,
    records: Mapping[str, Mapping[str, Any]],
    sent: Sequence[Mapping[str, Any]],
    found: Sequence[str | None],
    *,
    mine: Collection[str],
) -> bool:
    """Return whether any other record that fits would do as well as the one found for a document.

    Whoever made the one that is found can then have the other, should it be this request's. Of two
    that differ he cannot: he would make one more.

    Args:
        read_back: says by what a record is known.
        records: those that it can be, by id.
        sent: the documents.
        found: what `made_from` has found for them.
        mine: ids of records that this request is known to have made.
    """
    for one, document in zip(found, sent, strict=True):
        if one is None or one in mine:
            continue
        names = _names(read_back, document)
        shown = [_kept(records[one].get(name)) for name in names]
        for other, record in records.items():
            fits = other not in found and is_same(read_back, record, document)
            if fits and [_kept(record.get(name)) for name in names] != shown:
                return False
    return True


def tells(read_back: ReadBack, sent: Mapping[str, Any]) -> bool:
    """Return whether the record of a document would be known from others."""
    return bool(_known_by(read_back, sent))


def is_same(
    read_back: ReadBack,
    record: Mapping[str, Any],
    sent: Mapping[str, Any],
    *,
    sent_on: date | None = None,
) -> bool:
    """Return whether a record is what a document became that was sent on a day in UTC."""
    known_by = _known_by(read_back, sent)
    record = read_back.shown(record)
    if sent_on and sent.get("Date") is None and not _dated(record, sent_on):
        return False
    left_out = [name for name in _names(read_back, sent) if name not in known_by]
    if any(record.get(name) for name in left_out if name in read_back.unfilled):
        return False
    return bool(known_by) and all(contains(record.get(name), known_by[name]) for name in known_by)


def _dated(record: Mapping[str, Any], sent_on: date) -> bool:
    """Return whether a record has the date that Xero gave it, the organisation's own day."""
    try:
        day = date.fromisoformat(str(record["Date"])[:10])
    except (KeyError, ValueError):
        return True
    return abs(day - sent_on) <= timedelta(days=1)


def is_gone(record: Mapping[str, Any]) -> bool:
    """Return whether a record was deleted or voided."""
    return record.get("Status") in {"DELETED", "VOIDED"}


def changed_after(request: Request, document: Any, moment: float) -> bool:
    """Return whether the record that a write changes was changed again after a moment."""
    records = records_in(document, sent_documents(request)[0])
    last = datetime.fromtimestamp(moment, UTC) + CLOCKS
    return bool(records) and changed_at(records[0]) > last


def still_as_read(request: Request, read: Any, document: Any) -> bool:
    """Return whether a record has, of what a write changes, what it had when it was read before."""
    collection, documents = sent_documents(request)
    before, after = records_in(read, collection), records_in(document, collection)
    if not documents or not before or not after:
        return False
    return all(before[0].get(name) == after[0].get(name) for name in documents[0])


def seconds_too_young(record: Mapping[str, Any], now: datetime) -> float:
    """Return for how long it cannot be said whose work a record is, 0 where it can."""
    return max(0.0, (changed_at(record) - (now - _YOUNG)).total_seconds())


def changed_at(record: Mapping[str, Any]) -> datetime:
    """Return when a record was last changed, the beginning of time where it does not say.

    What cannot be changed, such as a bank transfer, says when it was made.
    """
    try:
        return read_moment(record.get("UpdatedDateUTC") or record["CreatedDateUTC"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return UNDATED


def contains(have: Any, sent: Any, *, whole: bool = False) -> bool:
    """Return whether what was sent is in what the books have, which is always more.

    Args:
        have: what Xero shows.
        sent: a document or a part of it.
        whole: whether what Xero does not show is not there, as in a record asked for by its id; in
            a list it leaves members of a part out, which then say nothing.
    """
    match sent:
        case dict():
            shown = have if isinstance(have, dict) else {}
            return all(
                contains(shown.get(name), sent[name], whole=whole)
                for name in sent
                if whole or name in shown
            )
        case list():
            listed = have if isinstance(have, list) else []
            pairs = zip(listed, sent, strict=False)
            return len(listed) == len(sent) and all(contains(*one, whole=whole) for one in pairs)
        case None | "":
            return not have
        case _:
            return have is not None and bool(_plain(have) == _plain(sent))


def _known_by(read_back: ReadBack, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a document by which its record is known."""
    return {name: _kept(sent[name]) for name in _names(read_back, sent) if not _blank(sent, name)}


def _names(read_back: ReadBack, sent: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields the record of a document is known; Xero fills in what is blank."""
    return read_back.identity({name: sent[name] for name in sent if not _blank(sent, name)})


def _blank(sent: Mapping[str, Any], name: str) -> bool:
    value = sent.get(name)
    return value is None or (isinstance(value, str) and not value.strip())


def _kept(sent: Any) -> Any:
    """Return of a document's lines, or payments, what Xero keeps as it was sent.

    Taxes it works out anew.
    """
    if not isinstance(sent, list):
        return sent
    return [{name: line[name] for name in _OF_A_LINE if name in line} for line in sent]


def _parts(value: Any) -> int:
    """Return how much a value says."""
    if isinstance(value, dict):
        return sum(map(_parts, value.values()))
    if isinstance(value, list):
        return sum(map(_parts, value))
    return 1


def _plain(value: Any) -> Any:
    """Return a value as it is compared: Xero trims white space, and ids differ in case."""
    if isinstance(value, bool | int | float | Decimal):
        return value if isinstance(value, bool) else Decimal(str(value))
    return " ".join(str(value).split()).casefold()
