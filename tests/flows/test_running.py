# SPDX-License-Identifier: Apache-2.0
"""The commands that a person runs, and the file that tells other programs where things are."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from local.console import Console
from local.machine import demo, processes
from local.machine.environments import ROOT
from local.machine.stack import PROCESSES, Options, Stack, StackError, up

KEYS = {
    "webhook_url", "aws_endpoint", "region", "aws_access_key_id", "aws_secret_access_key", "bus",
    "functions", "secrets", "table", "queues", "files_bucket", "xero_url", "tenant_id",
    "webhook_key",
}  # fmt: skip
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Run `python -m local run` until it serves; yield its directory and what it printed."""
    directory = tmp_path_factory.mktemp("run")
    output = directory / "output"
    with output.open("wb") as file:
        process = _start("run", directory, file.fileno())
    try:
        _wait_for(output, "Ctrl-C stops it.", process)
        yield directory, output.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert not any(processes.pid(directory, name) for name in PROCESSES)
    assert not (directory / "stack.json").exists()


def _start(
    command: str, directory: Path, output: int, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "local", command, "--directory", directory],
        cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip


def _wait_for(output: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.05)


@pytest.mark.promise("run-shows")
def test_a_run_shows_each_step_of_the_main_job(served: tuple[Path, str]) -> None:
    _, output = served
    shown = [
        "intent to receive",
        "POST /webhooks/xero -> 401, body of 0 bytes",
        '"source": "xero.webhooks"',
        '"operation": "organisations/get_organisation"',
        '"operation": "invoices/create_invoice"',
        '"detail-type": "invoices/invoice_created"',
        '"source": "xero.records"',
        '"source": "xero.results"',
        '"detail-type": "items/item_created"',
        "Serving",
    ]

    positions = [output.find(text) for text in shown]

    assert -1 not in positions
    assert positions == sorted(positions)


def _kept(directory: Path) -> list[Path]:
    """Return the files of a stack that is up, without what its processes write for themselves."""
    folders = (directory, directory / "logs", directory / "pids")
    files = [one for folder in folders for one in folder.iterdir() if one.is_file()]
    # That one is `make run`'s own standard output.
    return [one for one in files if one.name != "output"]


@pytest.mark.promise("stack-file")
def test_the_stack_file_tells_its_owner_where_everything_is(served: tuple[Path, str]) -> None:
    path = served[0] / "stack.json"
    described = json.loads(path.read_text())

    assert {stat.S_IMODE(one.stat().st_mode) for one in _kept(served[0])} == {0o600}
    assert stat.S_IMODE((served[0] / "tmp").stat().st_mode) == 0o700
    assert described.keys() == KEYS
    functions = {"webhook", "action", "query", "token", "record", "sweep", "watch"}
    assert described["functions"].keys() == functions
    assert described["secrets"].keys() == {
        "webhook_key",
        "credential",
        "token",
        "read_token",
    }
    assert described["webhook_url"].startswith("http://127.0.0.1:")
    assert described["webhook_url"].endswith("/webhooks/xero")


def test_what_is_up_is_found_again_and_left_alone(served: tuple[Path, str]) -> None:
    directory, _ = served
    before = {name: processes.pid(directory, name) for name in PROCESSES}

    _, started = up(directory, Options(), Console(quiet=True))

    with pytest.raises(StackError, match="down first"):
        up(directory, Options(xero_url="http://127.0.0.1:9"), Console(quiet=True))

    assert not started
    assert before == {name: processes.pid(directory, name) for name in PROCESSES}


def test_two_stacks_do_not_meet(served: tuple[Path, str], stack: Stack) -> None:
    other = json.loads((served[0] / "stack.json").read_text())

    assert stack.aws_endpoint != other["aws_endpoint"]
    assert stack.xero_url != other["xero_url"]
    assert stack.webhook_key != other["webhook_key"]


def test_everything_listens_on_the_loopback_interface_only(stack: Stack) -> None:
    for url in (stack.webhook_url, stack.aws_endpoint, stack.xero_url):
        assert url.startswith("http://127.0.0.1:")


def test_another_xero_is_used_as_it_is_and_the_secrets_are_left_to_the_person(
    tmp_path: Path,
) -> None:
    with (tmp_path / "output").open("wb") as file:
        process = _start(
            "up",
            tmp_path,
            file.fileno(),
            {"XERO_API_URL": "http://127.0.0.1:9", "AWS_PROFILE": "x"},
        )
    try:
        assert process.wait(PATIENCE_SECONDS) == 0, (tmp_path / "output").read_text()
        stack = Stack(**json.loads((tmp_path / "stack.json").read_text()))
        configuration = stack.account.client("lambda").get_function_configuration(
            FunctionName=stack.functions["token"]
        )
        credential = stack.account.client("secretsmanager").get_secret_value(
            SecretId=stack.secrets["credential"]
        )
        variables = configuration["Environment"]["Variables"]

        assert variables["XERO_API_URL"] == variables["XERO_IDENTITY_URL"] == "http://127.0.0.1:9"
        assert stack.xero_url == "http://127.0.0.1:9"
        assert credential["SecretString"] == "{}"
        assert "The secrets are empty" in (tmp_path / "output").read_text()
    finally:
        with (tmp_path / "output").open("ab") as file:
            assert _start("down", tmp_path, file.fileno()).wait(PATIENCE_SECONDS) == 0


@pytest.mark.promise("no-secrets-said")
def test_no_log_of_a_run_holds_a_key_a_token_or_a_name(stack: Stack, stack_directory: Path) -> None:
    demo.show(stack, Console(quiet=True))
    manager = stack.account.client("secretsmanager")
    credential, token = (
        json.loads(manager.get_secret_value(SecretId=stack.secrets[name])["SecretString"])
        for name in ("credential", "token")
    )
    sensitive = {
        "webhook key": stack.webhook_key,
        "client id": credential["client_id"],
        "client secret": credential["client_secret"],
        "access token": token["access_token"],
        "organisation": token["tenants"][0]["tenant_name"],
        "contact": demo.CONTACT,
        "AWS key": stack.aws_secret_access_key,
    }

    logs = "".join(
        path.read_text(errors="replace") for path in (stack_directory / "logs").iterdir()
    )
    logs += "".join(_function_logs(stack))

    assert '"outcome":"ok"' in logs.replace(" ", "")
    assert [what for what, value in sensitive.items() if value in logs] == []


def _function_logs(stack: Stack) -> Iterator[str]:
    logs = stack.account.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        found = logs.filter_log_events(logGroupName=group["logGroupName"])
        yield from (event["message"] for event in found["events"])
