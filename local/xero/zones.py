# SPDX-License-Identifier: Apache-2.0
"""Time zones under the names that Xero's organisations have: those of the countries it sells in.

Names: the TimeZone values of Xero's API description, which are those of Windows without spaces.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from datetime import date, datetime

_PLACES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "CHATHAMISLANDSSTANDARDTIME": "Pacific/Chatham",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "LORDHOWESTANDARDTIME": "Australia/Lord_Howe",
    "GMTSTANDARDTIME": "Europe/London",
    "EASTERNSTANDARDTIME": "America/New_York",
    "CENTRALSTANDARDTIME": "America/Chicago",
    "MOUNTAINSTANDARDTIME": "America/Denver",
    "USMOUNTAINSTANDARDTIME": "America/Phoenix",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "ALASKANSTANDARDTIME": "America/Anchorage",
    "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "CANADACENTRALSTANDARDTIME": "America/Regina",
}
NAMES = ("UTC", *_PLACES)


def zone(name: str) -> tzinfo:
    """Return the zone of a name of Xero's.

    Raises:
        ValueError: the name is not known here, or this machine has no time zone data.
    """
    if name == "UTC":
        return UTC
    if name not in _PLACES:
        raise ValueError(f"a time zone is one of {', '.join(NAMES)}")
    try:
        return ZoneInfo(_PLACES[name])
    except ZoneInfoNotFoundError as error:
        raise ValueError(
            "this machine has no time zone data; `pip install tzdata` brings it"
        ) from error


def day_at(moment: datetime, name: str) -> date:
    """Return the calendar date that it is at a moment, in a zone of Xero's."""
    return moment.astimezone(zone(name)).date()
