"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.sdk import Json
from engine.values import LANGUAGES, in_language

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class AreaTexts:
    """The texts in one language."""

    language: str

    def error(self, code: str) -> str | None:
        """Return the area's own text for an error code."""
        return self.of("errors", code) or None

    def element(self, process_id: str, element_id: str, model_name: str) -> str:
        """Return the name of a step; Persian stands in the model."""
        return self.of(process_id, element_id) or model_name

    def of(self, *path: str) -> str:
        """Return the text at a path, or nothing."""
        found: Any = _texts(self.language)
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else ""


def in_each_language(*path: str, **facts: object) -> dict[str, Json]:
    """Return the text at a path in every language, filled in, for whoever reads it later.

    Args:
        facts: what is filled in; a mapping of languages is filled in as each says it.
    """
    return {
        each: AreaTexts(each)
        .of(*path)
        .format(**{key: in_language(fact, each) for key, fact in facts.items()})
        for each in LANGUAGES
    }


@cache
def _texts(language: str) -> Mapping[str, Any]:
    path = _FOLDER / f"texts.{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
