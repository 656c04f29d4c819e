# SPDX-License-Identifier: Apache-2.0
"""How answers and errors of the functions are laid out for a person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from local.console import printable

Record = Mapping[str, Any]

_MOST_COLUMNS = 7
_WIDEST = 44
_GAP = 2
# What a record is known by, in the order in which a person looks for it.
_TELLING = (
    "Name", "Number", "Code", "Reference", "Type", "Status", "Contact.Name", "Total", "AmountDue",
    "Amount", "Date", "DueDate", "EmailAddress", "Description",
)  # fmt: skip


def records_in(output: Mapping[str, Any]) -> str:
    """Return the name of the output's list of records, or nothing where it has none."""
    lists = [
        name
        for name, value in output.items()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    ]
    return lists[0] if len(lists) == 1 else ""


def table_of(records: Sequence[Record], wanted: Sequence[str], width: int) -> Table | None:
    """Return records as a table of the few columns that tell most; None where JSON tells more.

    Args:
        records: at least one.
        wanted: the columns a person asked for; empty to have them chosen.
        width: characters there are; never is a value cut off.
    """
    columns = list(wanted) if wanted else _chosen(records, width)
    rows = [[_cell(_at(record, name)) for name in columns] for record in records]
    if not columns or any(cell is None for row in rows for cell in row):
        return None
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, name in enumerate(columns):
        amounts = all(_is_number(_at(record, name)) for record in records)
        widest = max(len(row[place] or "") for row in rows)
        table.add_column(
            Text(name, style="bold"),
            justify="right" if amounts else "left",
            overflow="fold",
            no_wrap=not wanted and widest <= _WIDEST,
        )
    for row in rows:
        table.add_row(*(Text(cell or "") for cell in row))
    return table


def closing(answer: Mapping[str, Any]) -> str:
    """Return the line below an answer: where, at what cost, and what is left."""
    usage = answer.get("usage") or {}
    parts = [str(answer["tenant_name"])] if answer.get("tenant_name") else []
    if (calls := usage.get("calls")) is not None:
        parts.append(f"{calls} call" if calls == 1 else f"{calls} calls")
    left = [
        f"{usage[name]} {words}"
        for name, words in (("minute_remaining", "this minute"), ("day_remaining", "today"))
        if usage.get(name) is not None
    ]
    if left:
        parts.append(f"left: {', '.join(left)}")
    if answer.get("replayed"):
        parts.append("was done before with this key, and not again")
    return " · ".join(parts)


def page_of(output: Mapping[str, Any]) -> str:
    """Return where a list's page stands, and why it ends early where it does."""
    page = output.get("pagination") or {}
    parts = [f"page {page['page']}"] if page.get("page") else []
    parts += [f"of {page['page_count']}"] if parts and page.get("page_count") else []
    said = [" ".join(parts)] if parts else []
    said += [f"{page['item_count']} in all"] if page.get("item_count") is not None else []
    said += [f"ended early: {output['stopped_by']}"] if output.get("stopped_by") else []
    return ", ".join(said)


def error_lines(error: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong, line by line, and what to do about it."""
    details = dict(error.get("details") or {})
    problems, messages = details.pop("problems", []), details.pop("messages", [])
    message = str(error.get("message"))
    # Of an input's problems the message repeats the first.
    if not problems or not message.startswith(problems[0]["path"]):
        yield message
    for problem in problems:
        hint = f" Did you mean {problem['suggestion']}?" if problem.get("suggestion") else ""
        yield f"{problem['path']}: {str(problem['message']).removesuffix('.')}.{hint}"
    for one in messages:
        yield from _of_element(one, len(messages))
    for name, value in details.items():
        if value not in (None, [], {}):
            yield f"{name}: {value if isinstance(value, str) else json.dumps(value, default=str)}"
    if error.get("retry_after") is not None:
        yield f"retry after: {error['retry_after']} s"
    if error.get("advice"):
        yield str(error["advice"])


def _of_element(one: Any, count: int) -> Iterator[str]:
    if not isinstance(one, dict):
        yield str(one)
        return
    where = f"[{one.get('index')}] " if count > 1 else ""
    for message in one.get("messages", []):
        yield f"Xero: {where}{message}"


def _chosen(records: Sequence[Record], width: int) -> list[str]:
    """Return the columns that tell most and fit."""
    own = _own_id(records[0])
    names = dict.fromkeys(name for record in records for name in _names(record))
    ranked = sorted(names.keys() - {own}, key=lambda name: (_rank(name, own), [*names].index(name)))
    chosen: list[str] = [own] if own else []
    left = width - (_breadth(records, own) if own else 0)
    for name in ranked:
        breadth = _breadth(records, name)
        if len(chosen) == _MOST_COLUMNS:
            break
        if breadth > left or _is_blank(records, name):
            continue
        left -= breadth
        chosen.append(name)
    return chosen


def _names(record: Record) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict):
            if isinstance(value.get("Name"), str):
                yield f"{name}.Name"
        elif not isinstance(value, list):
            yield name


def _rank(name: str, own: str) -> int:
    plain = name.removeprefix(own.removesuffix("ID"))
    return _TELLING.index(plain) if plain in _TELLING else len(_TELLING)


def _own_id(record: Record) -> str:
    """Return the field that holds the record's id: Xero puts it first, as a rule."""
    return next((name for name in record if name.endswith("ID")), "")


def _breadth(records: Sequence[Record], name: str) -> int:
    cells = [len(_cell(_at(record, name)) or "") for record in records]
    return min(max([len(name), *cells]), _WIDEST) + _GAP


def _is_blank(records: Sequence[Record], name: str) -> bool:
    return all(_at(record, name) in (None, "") for record in records)


def _at(record: Record, name: str) -> Any:
    if name in record:
        return record[name]
    outer, _, inner = name.partition(".")
    value = record.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else None


def _cell(value: Any) -> str | None:
    """Return a value as a cell shows it, or None where it is no single value."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    return printable(str(value))


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool))
