# SPDX-License-Identifier: Apache-2.0
"""Writes the files that derive from the catalogue and from the commands.

`python -m local.generate [--check]`
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from xero_connection.catalogue import all_operations
from xero_connection.documents import to_json

from local.derived import commands, metadata, pages, samples

ROOT: Final = Path(__file__).resolve().parent.parent
_FOLDERS: Final = ("events", "docs/operations", "docs/metadata")
"""Which hold derived files alone."""


def files() -> dict[Path, str]:
    """Return every derived file with the text it should have."""
    found = {ROOT / "docs/operations" / name: text for name, text in pages.pages().items()}
    for operation in all_operations():
        found[ROOT / f"events/{operation.id}.json"] = _pretty(samples.sample_event(operation))
        schemas = metadata.schemas(operation)
        found[ROOT / f"docs/metadata/schemas/{operation.id}.json"] = _compact(schemas)
    for name, event in samples.deliveries().items():
        found[ROOT / f"events/deliveries/{name}.json"] = _pretty(event)
    found[ROOT / "docs/metadata/connection.json"] = _pretty(metadata.connection())
    found[ROOT / "docs/metadata/resources.json"] = _pretty(metadata.resources())
    found[ROOT / "docs/commands.md"] = commands.page()
    readme = ROOT / "README.md"
    found[readme] = pages.with_table(readme.read_text(encoding="utf-8"))
    return found


def _pretty(value: Any) -> str:
    return json.dumps(json.loads(to_json(value)), indent=2, ensure_ascii=False) + "\n"


def _compact(members: dict[str, Any]) -> str:
    """Return an object with a line for each member; schemas in full would fill many screens."""
    lines = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in members.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    """Write the files, or with --check say which are out of step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    check = parser.parse_args().check
    wanted = files()
    present = {path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()}
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    left_over = sorted(present - wanted.keys())
    if check:
        for path in [*stale, *left_over]:
            print(f"out of step: {path.relative_to(ROOT)} (run make generate)")
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    for path in left_over:
        path.unlink()
    print(f"{len(stale)} written, {len(left_over)} removed, {len(wanted)} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
