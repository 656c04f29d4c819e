# SPDX-License-Identifier: Apache-2.0
"""How records of a kind are heard of: by webhooks, or by a sweep that they left it to. No I/O."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from xero_connection.documents import iso, read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when webhooks come: a write a minute instead of one a turn."""


def heard_key(tenant_id: str, resource: str) -> str:
    """Return the key of the row about an organisation's records of a kind.

    `webhook_at`: when a webhook about one was worked off. `missed_at`: the date of the newest
    change that a sweep found and no webhook had told of. ISO 8601 in UTC, absent where none is.
    """
    return f"record#heard#{tenant_id}#{resource}"


def heard(
    kept: Mapping[str, str], *, told: bool, missed: Iterable[str], now: datetime
) -> dict[str, str] | None:
    """Return the row that is to be kept, or None where the one there is will do.

    Args:
        kept: the row there is; empty for none.
        told: whether webhooks told of any of the records.
        missed: the dates of the changes that they did not tell of.
        now: the time.
    """
    row = {name: kept[name] for name in ("webhook_at", "missed_at") if name in kept}
    missed_at = max((*missed, row.get("missed_at", "")), key=_order)
    if missed_at:
        row["missed_at"] = missed_at
    if told:
        last = row.get("webhook_at", "")
        doubted = _order(missed_at) > _order(last)
        if doubted or not last or now >= read_moment(last) + _EVERY:
            row["webhook_at"] = iso(now)
    return row if row != {name: kept[name] for name in row if name in kept} else None


def _order(moment: str) -> float:
    return read_moment(moment).timestamp() if moment else float("-inf")
