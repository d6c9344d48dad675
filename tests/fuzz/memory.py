"""How much memory a process may have, and has had."""

from __future__ import annotations

import re
import resource
from pathlib import Path
from typing import Final

MOST: Final = 512 * 1024 * 1024  #: bytes of a process, everything it loads included


def bound() -> None:
    """Let this process ask for no more."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST, MOST))


def peak() -> int:
    """Return the most bytes this process has had (not who began it, as `getrusage` counts)."""
    told = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert told is not None
    return int(told[1]) * 1024
