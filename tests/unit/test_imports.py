# SPDX-License-Identifier: Apache-2.0
"""Imports point one way, I/O stays where it belongs, and the webhook function stays light."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers/xero/xero_connection"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}
CATALOGUE = [name for name in MODULES if name.startswith("catalogue.")]
# Whose parts other models share, in the order in which they do.
SHARED_MODELS = (
    "models.lines",
    "models.contacts",
    "models.accounts",
    "models.tracking_categories",
    "models.invoices",
    "models.payments",
    "models.allocations",
    "models.bank_transactions",
    "models.receipts",
)
WITHIN_A_RESOURCE = (".shapes", ".options", ".reading", ".changing", ".creating")
# A module imports only from the lines above its own.
ARROW = [
    {
        "errors",
        "documents",
        "settings",
        "observe",
        "batches",
        "leases",
        "reports",
        "limits",
        "money",
        "filters",
        "identities",
        "problems",
        "scopes",
    },
    {"booking", "held", "lessons", "outcomes", "retries"},
    {"client", "fields", "events", "parcels", "deliveries", "hearing"},
    {"elements", "files", "lists", "meanings", "paging", "alarms", "notices"},
    {"models", "tokens", "webhooks", "resources", "aws", "http"},
    {
        "bucket",
        "budgets",
        "bus",
        "handover",
        "table",
        "rows",
        "receiver",
        "repeats",
        "findings",
        "records",
        "sweeps",
        "credentials",
    },
    *({name} for name in SHARED_MODELS if name in MODULES),
    {name for name in MODULES if name.startswith("models.")} - {*SHARED_MODELS},
    {"backlog", "operation", "connection", "invocation", "publishing", "outcome_rows"},
    {"login", "renewal", "standing"},
    {"filling"},
    {
        "trigger",
        "trouble",
        "describe",
        "forms",
        "pdfs",
        "refresh",
        "turns",
        "sweeper",
        "watcher",
        "catalogue",
        "readback",
        "cutting",
    },
    {"answers", "endpoint", "batching", "beside", "searching"},
    {"allocations"},
    {"looking"},
    {"driving"},
    {"once"},
    {"jobs"},
    # A wide resource is a folder of these.
    *({name for name in CATALOGUE if name.endswith(part)} for part in WITHIN_A_RESOURCE),
    {name for name in CATALOGUE if not name.endswith(WITHIN_A_RESOURCE)},
    {"dispatch", "recorder"},
    {"queued"},
]
IO = {"aws", "bucket", "budgets", "bus", "table", "rows", "outcome_rows", "http"}
SEQUENCE = {
    "backlog",
    "dispatch",
    "driving",
    "filling",
    "handover",
    "jobs",
    "login",
    "looking",
    "once",
    "queued",
    "recorder",
    "refresh",
    "sweeper",
    "turns",
    "watcher",
}
WITHOUT_IO = sorted(MODULES.keys() - IO - SEQUENCE - {"observe"})
# Each of these is known to one module alone.
KEEPERS = {
    "boto3": {"aws"},
    "botocore": {"aws", "bucket", "budgets", "bus", "outcome_rows", "rows", "table"},
    "requests": {"http"},
    "urllib3": set[str](),
    "aws_lambda_powertools": {"observe"},
}
FUNCTIONS = sorted(ROOT.glob("functions/*/app.py"))
WEBHOOK_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "ap-southeast-2",
    "BUS_NAME": "bus",
    "WEBHOOK_KEY_SECRET": "secret",
    "BACKLOG_QUEUE_URL": "queue",
    "BACKLOG_DEAD_LETTER_QUEUE_URL": "dead letters",
    "TABLE_NAME": "table",
    "POWERTOOLS_SERVICE_NAME": "webhook",
    "POWERTOOLS_METRICS_NAMESPACE": "test",
}


def imported(path: Path, *, for_types: bool) -> Iterator[str]:
    """Yield the modules a file imports, with those that only type checkers see if asked."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in skipped and not for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield str(node.module)


@cache
def inside(name: str, *, for_types: bool) -> frozenset[str]:
    """Return the layer's modules that one of them imports."""
    found = imported(MODULES[name], for_types=for_types)
    return frozenset(
        module.removeprefix("xero_connection.")
        for module in found
        if module.startswith("xero_connection.")
    )


def rank(name: str) -> int:
    return next(place for place, line in enumerate(ARROW) if name in line)


def test_every_module_has_its_place_in_the_arrow() -> None:
    assert {name for line in ARROW for name in line} == MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.promise("imports-one-way")
def test_a_module_imports_only_from_behind_it(name: str) -> None:
    wrong = [module for module in inside(name, for_types=False) if rank(module) >= rank(name)]

    assert not wrong, f"{name} imports {wrong}, against the arrow"


@pytest.mark.parametrize("name", WITHOUT_IO)
@pytest.mark.promise("imports-one-way")
def test_what_decides_knows_no_io(name: str) -> None:
    known = inside(name, for_types=True) & IO

    assert not known, f"{name} decides: pass it what {known} would do"


@pytest.mark.parametrize("name", sorted(SEQUENCE))
@pytest.mark.promise("imports-one-way")
def test_what_sequences_is_given_its_io(name: str) -> None:
    assert not inside(name, for_types=False) & IO


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.promise("imports-one-way")
def test_a_library_that_does_io_is_known_to_its_keeper_alone(name: str) -> None:
    for module in imported(MODULES[name], for_types=True):
        library = module.partition(".")[0]
        assert name in KEEPERS.get(library, {name}), f"{name} imports {library}"


@pytest.mark.parametrize("path", FUNCTIONS, ids=lambda path: path.parent.name)
@pytest.mark.promise("imports-one-way")
def test_a_function_imports_the_layer_and_nothing_else(path: Path) -> None:
    foreign = {
        module
        for module in imported(path, for_types=True)
        if module.partition(".")[0] not in {"xero_connection", *sys.stdlib_module_names}
    }

    assert not foreign


def run(code: str, environment: dict[str, str]) -> str:
    """Return what the code prints in an interpreter of its own, where no connection is made."""
    guard = (
        "import sys\n"
        "def forbid(event, _):\n"
        "    assert event not in {'socket.connect', 'socket.getaddrinfo'}, event\n"
        "sys.addaudithook(forbid)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", guard + code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.promise("light-webhook")
def test_the_webhook_function_loads_nothing_heavy_and_connects_to_nothing() -> None:
    code = (
        f"sys.path.insert(0, {str(ROOT / 'functions/webhook')!r})\n"
        "import app, json\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    loaded = {name.partition(".")[0] for name in json.loads(run(code, WEBHOOK_ENVIRONMENT))}

    assert {"xero_connection", "boto3"} <= loaded
    assert not loaded & {"pydantic", "pydantic_core", "requests", "aws_xray_sdk", "jsonschema"}


@pytest.mark.promise("imports-one-way")
def test_importing_the_layer_needs_no_environment_and_no_network() -> None:
    names = [f"xero_connection.{name}" for name in MODULES]
    code = f"import importlib\nfor name in {names!r}: importlib.import_module(name)\nprint('done')"

    assert run(code, {}) == "done\n"
