# SPDX-License-Identifier: Apache-2.0
"""The page on which a person allows an app: what it asks for, for which organisations."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.xero.identity import Form
    from local.xero.wire import Document

_STYLE = """
:root { color-scheme: light dark; --ink: #101820; --dim: #5c6a75; --page: #e9f3f8; --card: #fff;
  --line: #dbe4ea; --act: #0b63c5; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7eef3; --dim: #9badb9; --page: #0e151b; --card: #17212a; --line: #2b3843;
    --act: #6db3ff; --on: #06213f }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 44rem; padding: 2rem 2.25rem; background: var(--card);
  border-radius: 14px; border: 1px solid var(--line) }
.mark { margin: 0 0 1.25rem; color: var(--dim); font-size: .85rem }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.3 }
h2 { margin: 1.5rem 0 .5rem; font-size: .95rem }
p { margin: .4rem 0; color: var(--dim); overflow-wrap: anywhere }
ul { margin: 0; padding: .6rem .8rem; list-style: none; display: grid; gap: .2rem 1rem;
  grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));
  border: 1px solid var(--line); border-radius: 8px }
li { font: .75rem/1.6 ui-monospace, monospace }
label { display: flex; gap: .6rem; align-items: center; padding: .55rem .8rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; margin-bottom: .4rem }
input { accent-color: var(--act) }
.ends { display: flex; gap: .75rem; margin-top: 1.75rem }
button, .ends a { flex: 1; padding: .7rem; border-radius: 8px; font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer; border: 1px solid var(--act) }
button { background: var(--act); color: var(--on) }
.ends a { color: var(--act) }
"""


def page(asked: Form, connections: Sequence[Document], cancelled: str) -> str:
    """Return the page.

    Args:
        asked: the parameters of the request, which the form sends again.
        connections: of the organisations that the person may choose from.
        cancelled: where the browser goes when the person does not allow it.
    """
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in asked.items()
    )
    scopes = "".join(f"<li>{html.escape(one)}</li>" for one in asked["scope"].split())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Allow access · simulated Xero</title><style>{_STYLE}</style><main>"
        '<p class="mark">Simulated Xero. Nothing here is real.</p>'
        "<h1>An app wants to access your organisation data</h1>"
        f"<p>Client id {html.escape(asked['client_id'])}</p>"
        f"<h2>It asks for</h2><ul>{scopes}</ul>"
        f'<form method="post">{hidden}{_choice(connections)}<div class="ends">'
        f'<button>Allow access</button><a href="{html.escape(cancelled)}">Cancel</a>'
        "</div></form></main></html>"
    )


def _choice(connections: Sequence[Document]) -> str:
    names = [(html.escape(one["tenantName"]), html.escape(one["tenantId"])) for one in connections]
    if len(names) == 1:
        return f"<h2>Organisation</h2><p>{names[0][0]}</p>"
    boxes = "".join(
        f'<label><input type="checkbox" name="tenant" checked value="{tenant}">{name}</label>'
        for name, tenant in names
    )
    return f"<h2>Organisations</h2>{boxes}"
