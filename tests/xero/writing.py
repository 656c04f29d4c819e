# SPDX-License-Identifier: Apache-2.0
"""Writes records one by one and reads them back, each answer held to Xero's description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.published import problems

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client


def make(client: Client, name: str, element: Document) -> Document:
    answer = client.write("PUT", name, {name: [element]})
    assert not problems(name, answer)
    made: Document = answer[name][0]
    return made


def change(client: Client, name: str, key: str, **fields: Any) -> Document:
    answer = client.write("POST", f"{name}/{key}", {name: [fields]})
    assert not problems(name, answer)
    changed: Document = answer[name][0]
    return changed


def read(client: Client, name: str, key: str) -> Document:
    found: Document = client.read(f"{name}/{key}")[name][0]
    return found


def latest(client: Client, offset: int) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return what made each journal after a number, with its accounts and net amounts."""
    journals = client.read("Journals", offset=offset)["Journals"]
    for one in journals:
        assert sum(line["NetAmount"] for line in one["JournalLines"]) == pytest.approx(0)
    return [
        (one["SourceType"], [(at["AccountCode"], at["NetAmount"]) for at in one["JournalLines"]])
        for one in journals
    ]


def last_number(client: Client) -> int:
    return max(int(one["JournalNumber"]) for one in client.read("Journals")["Journals"])
