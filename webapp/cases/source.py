"""The text of a module that is given away to be run elsewhere."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType


def source_of(module: ModuleType) -> bytes:
    """Return the text of a module that stands in one file."""
    assert module.__file__ is not None
    return Path(module.__file__).read_bytes()
