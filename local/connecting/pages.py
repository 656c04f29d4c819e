# SPDX-License-Identifier: Apache-2.0
"""What the browser shows after the consent: pages that load nothing and hold no code or token."""

import base64
import hashlib
import html
from collections.abc import Sequence

_STYLE = """
:root { color-scheme: light dark; --ink: #14202b; --dim: #5b6873; --page: #f3f6f8; --card: #fff;
  --line: #dfe6eb; --good: #0b7a4b; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eef2; --dim: #9fb0bd; --page: #10171d; --card: #18222b; --line: #2a3742;
    --good: #4cc38a; --bad: #ff8a80 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 30rem; padding: 2.25rem 2.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px }
svg { width: 2.5rem; height: 2.5rem; fill: none; stroke: var(--mark); stroke-width: 2.2;
  stroke-linecap: round; stroke-linejoin: round }
.good { --mark: var(--good) } .bad { --mark: var(--bad) }
h1 { margin: .75rem 0 .25rem; font-size: 1.45rem; line-height: 1.25 }
p { margin: .5rem 0; color: var(--dim) }
ul { list-style: none; margin: 1.25rem 0; padding: 0; border-top: 1px solid var(--line) }
li { padding: .6rem 0; border-bottom: 1px solid var(--line); font-weight: 600;
  overflow-wrap: anywhere }
code { font: .9em ui-monospace, monospace; color: var(--ink); white-space: nowrap }
"""
_MARKS = {
    "good": '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.4 3 3 6-6.4"/>',
    "bad": '<circle cx="12" cy="12" r="10"/><path d="M12 7v6m0 3.5v.1"/>',
}
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
}

_CLOSE = "You can close this window."


def connected(stack: str, organisations: Sequence[str]) -> bytes:
    """Return the page after a consent that works."""
    names = organisations or ["No organisation yet"]
    listed = "".join(f"<li>{html.escape(name)}</li>" for name in names)
    return _page(
        "good",
        "Xero is connected",
        f"<p>Connected to {html.escape(stack)}:</p><ul>{listed}</ul><p>{_CLOSE}</p>",
    )


def refused(reason: str) -> bytes:
    """Return the page after a refusal."""
    return _page(
        "bad",
        "Not connected",
        f"<p>{html.escape(reason)} Nothing was changed.</p>"
        f"<p>{_CLOSE} To start again: <code>xero-connection connect</code></p>",
    )


def failed() -> bytes:
    """Return the page for a consent that came to nothing."""
    return _page("bad", "Not connected", f"<p>The terminal says why. {_CLOSE}</p>")


def foreign() -> bytes:
    """Return the page for an answer that nobody waits for."""
    return _page(
        "bad",
        "Not the answer that is waited for",
        "<p>It belongs to another consent, maybe to an earlier one. Take the address that the"
        " terminal shows.</p>",
    )


def again() -> bytes:
    """Return the page for an answer that has been taken already."""
    return _page("good", "Xero's answer is there", f"<p>The terminal goes on. {_CLOSE}</p>")


def _page(kind: str, title: str, body: str) -> bytes:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style>"
        f'<main class="{kind}"><svg viewBox="0 0 24 24" aria-hidden="true">{_MARKS[kind]}</svg>'
        f"<h1>{title}</h1>{body}</main></html>"
    ).encode()
