# SPDX-License-Identifier: Apache-2.0
"""Builds what the stack runs on: the emulator, the functions' runtime, the layer, the functions.

Each build stands in a directory named after a hash of its inputs. What is there is current, and a
running stack keeps the builds it was deployed with.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.machine import processes

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".local"
BUILDS = HOME / "builds"

_LAYER = ROOT / "layers" / "xero"
_FUNCTIONS = ROOT / "functions"


class BuildError(Exception):
    """A command of a build failed; the message holds its output."""


@dataclass(frozen=True)
class Environments:
    """Where the builds are."""

    emulator: Path
    """Interpreter that has the emulator."""
    runtime: Path
    """Interpreter that has AWS's runtime client and nothing else."""
    layer: tuple[Path, ...]
    """What the functions find as /opt/python."""


def prepare(report: Callable[[str], None]) -> Environments:
    """Build what is missing, telling `report` what is being done.

    Raises:
        BuildError: a command failed.
    """
    with processes.alone(BUILDS / "lock"), ThreadPoolExecutor(max_workers=3) as pool:
        emulator = pool.submit(_environment, "emulator", report)
        dependencies = pool.submit(_dependencies, report)
        runtime = pool.submit(_environment, "runtime", report)
        package = pool.submit(_package)
        return Environments(
            emulator=emulator.result() / "bin" / "python",
            runtime=runtime.result() / "bin" / "python",
            layer=(package.result() / "python", dependencies.result() / "python"),
        )


def function_code(logical_id: str) -> Path:
    """Return the directory of a function's code, built by the recipe that `sam build` follows."""
    inputs = [_FUNCTIONS / "Makefile", *_sources(_FUNCTIONS)]

    def build(target: Path) -> None:
        _run(
            "make", "-s", "-C", str(_FUNCTIONS), f"build-{logical_id}",
            f"ARTIFACTS_DIR={target}", f"INTERPRETER={sys.executable}",
        )  # fmt: skip

    with processes.alone(BUILDS / "lock"):
        return _built(logical_id, inputs, build)


def _environment(name: str, report: Callable[[str], None]) -> Path:
    requirements = ROOT / "local" / f"requirements-{name}.txt"

    def build(target: Path) -> None:
        report(f"installing the {name}'s packages")
        _run(sys.executable, "-m", "venv", "--without-pip", str(target))
        # Not compiled here: only what gets imported is worth it, and the first import does it.
        _run(
            sys.executable, "-m", "pip", "--python", str(target / "bin" / "python"),
            "install", "--quiet", "--disable-pip-version-check", "--no-compile",
            "--requirement", str(requirements),
        )  # fmt: skip

    return _built(name, [requirements], build)


def _dependencies(report: Callable[[str], None]) -> Path:
    def build(target: Path) -> None:
        report("installing the layer's packages")
        _make_layer("dependencies", target)

    return _built("dependencies", [_LAYER / "Makefile", _LAYER / "requirements.txt"], build)


def _package() -> Path:
    def build(target: Path) -> None:
        _make_layer("package", target)

    return _built("package", [_LAYER / "Makefile", *_sources(_LAYER / "xero_connection")], build)


def _make_layer(goal: str, target: Path) -> None:
    _run(
        "make", "-s", "-C", str(_LAYER), goal, f"ARTIFACTS_DIR={target}",
        f"INTERPRETER={sys.executable}", "PLATFORMS=",
    )  # fmt: skip


def _built(name: str, inputs: Iterable[Path], build: Callable[[Path], None]) -> Path:
    final = BUILDS / f"{name}-{_hash(inputs)}"
    if not final.exists():
        partial = final.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        build(partial)
        partial.rename(final)
    return final


def _hash(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version}\n{sys.base_prefix}\n".encode())
    for path in inputs:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _sources(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.suffix in {".py", ".typed"})


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
