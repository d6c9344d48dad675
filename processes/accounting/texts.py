"""The area's own texts, for its pages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class AreaTexts:
    """The texts in one language."""

    language: str

    def error(self, code: str) -> str | None:
        """Return the area's own text for an error code."""
        return _errors(self.language).get(code)


@cache
def _errors(language: str) -> dict[str, str]:
    text = files(__package__).joinpath(f"texts.{language}.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["errors"])
