"""``divan model``: diagrams of other tools, looked at, taken in and given back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from engine.bpmn import interchange
from webapp.findings import lines
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    group = add("model", _nothing, "diagrams of other tools: look at, take in, give back")
    kinds = group.add_subparsers(required=True, metavar="WHAT")
    check = _one(kinds, "check", _check, "tell what import and export lose, and what cannot run")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    taken = _one(kinds, "import", _import, "take a diagram in: UTF-8, an id for everything drawn")
    taken.add_argument("file", type=Path)
    taken.add_argument("target", type=Path, help="a new file in a process folder")
    given = _one(kinds, "export", _export, "give a diagram back as its tool wrote it")
    given.add_argument("file", type=Path)
    given.add_argument("target", type=Path, help="a new file")


def _one(group: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = group.add_parser(name, help=text)
    added.set_defaults(command=run)
    return added


def _nothing(_: Site, __: argparse.Namespace) -> int:
    return 1


def _check(_: Site, options: argparse.Namespace) -> int:
    """Check each file alone: what it calls may be in another folder."""
    is_well = True
    for path in options.files:
        content = path.read_bytes()
        lost = interchange.lost(content)
        print(f"{path.name}: {_counted(lost)} lost by import and export")
        _tell(f"  {each}" for each in lost)
        obstacles = [each for each in interchange.obstacles(content) if each.refuses]
        print("  runs as it is" if not obstacles else f"  {len(obstacles)} keep it from running:")
        _tell(f"    {each}" for each in lines(obstacles))
        is_well = is_well and not lost
    return 0 if is_well else 1


def _import(_: Site, options: argparse.Namespace) -> int:
    imported = interchange.read(options.file.read_bytes())
    _write(options.target, imported.content)
    _tell(
        f"{each.kind} is now {each.element_id}" + (f", was {each.was}" if each.was else "")
        for each in imported.given
    )
    return 0


def _export(_: Site, options: argparse.Namespace) -> int:
    _write(options.target, interchange.exported(options.file.read_bytes()))
    return 0


def _write(target: Path, content: bytes) -> None:
    """Write a new file; what is there already stays.

    Raises:
        FileExistsError: there is one of that name.
    """
    with target.open("xb") as file:
        file.write(content)


def _tell(lines: Iterable[str]) -> None:
    for each in lines:
        print(each)


def _counted(found: list[interchange.Difference]) -> str:
    return str(len(found)) if found else "nothing"
