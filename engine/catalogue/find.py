"""Finds the process folders of the release and of the site, and loads their Python."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

#: the modules of an area that register something when imported
REGISTERING = (
    "records",
    "queries",
    "answers",
    "handlers",
    "hearing",
    "pages",
    "console",
    "demo",
)


@dataclass(frozen=True, slots=True)
class Area:
    """One process folder and the package its Python is imported as."""

    name: str
    folder: Path
    package: str

    @property
    def migrations(self) -> Path | None:
        """The folder of the area's own table migrations, if it has tables."""
        folder = self.folder / "migrations"
        return folder if folder.is_dir() else None

    def module(self, name: str) -> ModuleType | None:
        """Import one module of the area; ``None`` when there is no such file."""
        if not (self.folder / f"{name}.py").exists() and not (self.folder / name).is_dir():
            return None
        return importlib.import_module(f"{self.package}.{name}")


def find_areas(site_folders: Iterable[Path] = ()) -> tuple[Area, ...]:
    """Return every area: those of the ``processes`` package, then the site's own."""
    release = importlib.import_module("processes")
    roots = [Path(each) for each in release.__path__]
    areas = [
        Area(each.name, each, f"processes.{each.name}") for root in roots for each in _folders(root)
    ]
    for root in site_folders:
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
        areas += [Area(each.name, each, each.name) for each in _folders(root)]
    return tuple(areas)


def load_areas(areas: Iterable[Area], *, pages: bool = True) -> None:
    """Import what the areas register; a worker leaves the pages out."""
    for area in areas:
        for name in REGISTERING:
            if pages or name != "pages":
                area.module(name)


def _folders(root: Path) -> list[Path]:
    return sorted(each for each in root.iterdir() if (each / "process.toml").is_file())
