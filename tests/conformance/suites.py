"""Where the copies of the suites lie."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
