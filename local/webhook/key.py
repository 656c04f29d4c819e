# SPDX-License-Identifier: Apache-2.0
"""The webhook key: what the secret holds, whether a text can be one, how one follows another.

No I/O. https://developer.xero.com/documentation/guides/webhooks/overview
"""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

_LENGTH = 88
_FEWEST = 20
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True)
class Keys:
    """Those that are accepted; empty where there is none."""

    current: str = field(repr=False)
    previous: str = field(repr=False)

    def as_json(self) -> str:
        """Return the text that WebhookKeySecret holds."""
        previous = {"previous": self.previous} if self.previous else {}
        return json.dumps({"current": self.current, **previous})


class Doubt(NamedTuple):
    """Why a text may be no key of Xero's."""

    text: str
    """As the end of "It …"."""
    grave: bool
    """Whether it is hardly one, so that somebody should say that it is."""


def read_keys(text: str) -> Keys:
    """Return the keys in WebhookKeySecret's text.

    Raises:
        ValueError: it is not what the secret should hold.
    """
    held = json.loads(text.strip() or "{}")
    if not isinstance(held, dict):
        raise ValueError("not an object")  # noqa: TRY004 - as malformed as any other text
    current, previous = (held.get(name) or "" for name in ("current", "previous"))
    if not isinstance(current, str) or not isinstance(previous, str):
        raise ValueError("not texts")  # noqa: TRY004
    return Keys(current.strip(), previous.strip())


def doubts(key: str) -> Doubt | None:
    """Return why a text may be no key, None where it looks like all of Xero's so far."""
    if re.search(r"\s", key):
        return Doubt("has blanks inside", grave=True)
    if not key.isprintable() or not key.isascii():
        return Doubt("has characters that no key has", grave=True)
    if len(key) < _FEWEST:
        return Doubt(f"has only {len(key)} characters", grave=True)
    if len(key) != _LENGTH or not key.endswith("==") or not _BASE64.fullmatch(key):
        return Doubt(
            f"has {len(key)} characters; Xero's have had {_LENGTH} of base64, ending in ==",
            grave=False,
        )
    return None
