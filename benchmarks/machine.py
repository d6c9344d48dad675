"""What the machine is and how fast its disk confirms a write; no names of it."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from tests.kit.databases import TOOLS

ROOT = Path(__file__).resolve().parents[1]


def facts() -> dict[str, Any]:
    """Return what a reader needs to judge the figures."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {
            name: version(name) for name in ("SpiffWorkflow", "SQLAlchemy", "Flask", "gunicorn")
        },
        "postgresql": _postgresql(),
        "load_before": [round(each, 2) for each in os.getloadavg()],
        "flush_ms": flush_ms(),
    }


def flush_ms(times: int = 200) -> float:
    """Return the median milliseconds of writing 8 KiB and having the disk confirm it."""
    took = []
    with tempfile.NamedTemporaryFile(dir=tempfile.gettempdir()) as file:
        for _ in range(times):
            began = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 8192, 0)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return round(statistics.median(took) * 1000, 3)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, check=False
    )
    return done.stdout.decode().strip() or "unknown"


def _postgresql() -> str:
    done = subprocess.run([TOOLS / "postgres", "--version"], capture_output=True, check=False)
    return done.stdout.decode().split()[-1]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
