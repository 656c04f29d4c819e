# SPDX-License-Identifier: Apache-2.0
"""Files that only their owner reads, whatever the umask is: they may hold keys."""

import json
import os
from pathlib import Path
from typing import Any


def create(path: Path) -> int:
    """Return a descriptor to write to a file that is empty now."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # One that was there before keeps its mode otherwise.
    os.fchmod(descriptor, 0o600)
    return descriptor


def write_json(path: Path, content: Any) -> None:
    """Write a file whole or not at all."""
    partial = path.with_suffix(".partial")
    with os.fdopen(create(partial), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    partial.rename(path)
