"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class AreaTexts:
    """The texts in one language."""

    language: str

    def error(self, code: str) -> str | None:
        """Return the area's own text for an error code."""
        found = _texts(self.language)["errors"].get(code)
        return found if isinstance(found, str) else None


@cache
def _texts(language: str) -> Mapping[str, Any]:
    path = _FOLDER / f"texts.{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))
