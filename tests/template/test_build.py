# SPDX-License-Identifier: Apache-2.0
"""What `sam build` makes for the template's own runtime."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = "python3.13"
SAM = ROOT / ".local" / "sam" / "bin" / "sam"
FUNCTIONS = ("WebhookFunction", "ActionFunction", "QueryFunction", "TokenFunction")
UNCHECKED_HASH = 1
PLATFORMS = {"aarch64": 183, "x86_64": 62}
"""Machine numbers of ELF files."""


def _candidates() -> Iterator[str | Path]:
    yield Path(sys.executable).with_name(RUNTIME)
    yield RUNTIME
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/3.13*/bin/{RUNTIME}"))


def _answer(*command: str | Path) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@pytest.fixture(scope="session")
def interpreter() -> Path:
    """Return an interpreter of the runtime's version, with pip, under its own name."""
    for candidate in _candidates():
        if executable := _answer(candidate, "-c", "import pip, sys; print(sys.executable)"):
            named = Path(executable).with_name(RUNTIME)
            if named.exists():
                return named
    pytest.skip(f"{RUNTIME} with pip is not on this machine, so `sam build` was not proved")


@pytest.fixture(scope="session", params=["arm64", "x86_64"])
def built(
    request: pytest.FixtureRequest, interpreter: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return what `sam build` made for a processor, from a copy of the project."""
    assert SAM.exists(), "`make check` installs SAM first"
    directory = tmp_path_factory.mktemp(request.param)
    # The variables of a `make` around this test are none of the build's.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))
    } | {
        "PATH": f"{interpreter.parent}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(directory),
    }
    done = subprocess.run(
        [
            SAM, "build", "--no-cached", "--base-dir", ROOT,
            "--build-dir", directory / "build",
            "--parameter-overrides", f"Architecture={request.param}",
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return directory / "build"


@pytest.mark.promise("bytecode")
def test_every_module_carries_bytecode_that_lambda_trusts(built: Path, interpreter: Path) -> None:
    magic = bytes.fromhex(
        _answer(interpreter, "-c", "import importlib.util as u; print(u.MAGIC_NUMBER.hex())")
    )
    modules = list(built.rglob("*.py"))

    assert len(modules) > 100
    for module in modules:
        header = (module.parent / "__pycache__" / f"{module.stem}.cpython-313.pyc").read_bytes()[:8]
        assert header[:4] == magic, module
        assert int.from_bytes(header[4:], "little") == UNCHECKED_HASH, module


@pytest.mark.promise("bytecode")
def test_the_bytecode_is_what_runs(built: Path, interpreter: Path, tmp_path: Path) -> None:
    """With every source file replaced the modules are still themselves."""
    directories = [built / "QueryFunction", built / "XeroLayer" / "python" / "xero_connection"]
    for directory in directories:
        shutil.copytree(directory, tmp_path / directory.name)
    for source in tmp_path.rglob("*.py"):
        source.write_text("raise SystemExit('the source was read')\n")
    look_up = (
        "import importlib.util, sys\n"
        "sys.path[:0] = sys.argv[1:]\n"
        "for name in ('app', 'xero_connection.errors'):\n"
        "    code = importlib.util.find_spec(name).loader.get_code(name)\n"
        "    print('SystemExit' not in code.co_names)"
    )

    found = _answer(interpreter, "-I", "-S", "-c", look_up, tmp_path / "QueryFunction", tmp_path)

    assert found.split() == ["True", "True"]


def test_a_function_carries_its_own_code_only(built: Path) -> None:
    for name in FUNCTIONS:
        assert sorted(path.name for path in (built / name).rglob("*.py")) == ["app.py"]


def test_the_layer_serves_both_processors(built: Path) -> None:
    compiled = list((built / "XeroLayer" / "python" / "pydantic_core").glob("*.so"))

    assert {path.name.split("-")[2] for path in compiled} == PLATFORMS.keys()
    for path in compiled:
        machine = int.from_bytes(path.read_bytes()[18:20], "little")
        assert machine == PLATFORMS[path.name.split("-")[2]]


def test_the_layer_describes_the_services_that_the_functions_call_and_no_others(
    built: Path,
) -> None:
    data = built / "XeroLayer" / "python" / "botocore" / "data"
    wiring = "".join(path.read_text() for path in (ROOT / "functions").glob("*/app.py"))
    called = set(re.findall(r'(?:client|hurried)[(,]\s*"(\w+)"', wiring))

    assert {path.name for path in data.iterdir() if path.is_dir()} == called
