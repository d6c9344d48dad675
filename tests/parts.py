"""Run every check, then every test, and say how long each part took.

All parts run even when one fails, so that one run shows everything there is to repair. The checks
run beside each other: they are one process each, and none takes as long as the types.
The tests come last and print the table of times, so that pytest's line closes the output.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CORES = os.cpu_count() or 1
WORKERS = CORES + 2 if CORES <= 4 else 4  #: two beside those of the cores, see `tests.kit.sharing`
SLOWEST = ("--durations=30", "--durations-min=10")  #: what to look at when a run takes long

CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "mypy": [str(BIN / "mypy")],
    "import contracts": ["make", "--no-print-directory", "imports"],
}


def main(arguments: list[str]) -> int:
    """Run the checks, the front end's tests and pytest with ``arguments``; return the exit code."""
    took: dict[str, float] = {}
    failed: list[str] = []
    checks = {**CHECKS, "front end": front_end_tests()}
    with ThreadPoolExecutor(len(checks)) as beside:
        for part, check in zip(checks, beside.map(run, checks.values()), strict=True):
            print(f"== {part}\n{check.told}", end="", flush=True)
            took[part] = check.seconds
            if check.code:
                failed.append(part)
    print("== tests", flush=True)
    table = ";".join(f"{part}={seconds:.1f}" for part, seconds in took.items())
    shared = ["-n", str(WORKERS), "--dist", "loadgroup", *SLOWEST]
    tests = [sys.executable, "-m", "pytest", "-q", *shared]
    told = environment() | {"DIVAN_PARTS": table, "DIVAN_PARTS_FAILED": ", ".join(failed)}
    code = subprocess.run([*tests, *arguments], cwd=ROOT, env=told, check=False).returncode
    return code or (1 if failed else 0)


class Check(NamedTuple):
    """How a check ended."""

    code: int
    told: str
    seconds: float


def run(command: list[str]) -> Check:
    """Run a check to its end."""
    began = time.monotonic()
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Check(ended.returncode, ended.stdout, time.monotonic() - began)


def environment() -> dict[str, str]:
    """Return the environment of a part: nothing of a deployment, nothing of somebody's shell."""
    return {name: value for name, value in os.environ.items() if not _is_of_a_deployment(name)}


def front_end_tests() -> list[str]:
    """Return the command of the front end's tests, with the node that built it."""
    own = BIN / "node"
    node = str(own) if own.exists() else "node"
    tests = sorted(str(each) for each in (ROOT / "frontend" / "test").rglob("*.test.*js"))
    return [node, "--test", *tests]


def _is_of_a_deployment(name: str) -> bool:
    return name == "PYTHONPATH" or (
        name.startswith("DIVAN_") and not name.startswith("DIVAN_REQUIRE_")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
