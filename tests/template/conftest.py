# SPDX-License-Identifier: Apache-2.0
"""The template as data."""

from pathlib import Path

import pytest

from local.machine.template import Template, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def template() -> Template:
    return load(ROOT / "template.yaml")
