"""An area's texts as its files have them, for what is said apart from any deployed version."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FolderTexts:
    """The texts of ``texts.<language>.toml`` in one language; an area names its folder."""

    folder: ClassVar[Path]
    language: str

    def error(self, code: str) -> str | None:
        """Return the area's own text for an error code."""
        return self.of("errors", code) or None

    def element(self, process_id: str, element_id: str, model_name: str) -> str:
        """Return the name of a step; Persian stands in the model."""
        return self.of(process_id, element_id) or model_name

    def of(self, *path: str) -> str:
        """Return the text at a path, or nothing."""
        found: Any = _read(self.folder / f"texts.{self.language}.toml")
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else ""


@cache
def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
