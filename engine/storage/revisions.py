"""Which migrations a release has, read from their files without running them.

A server that starts asks each time whether its tables are current, and nearly always they
are. Alembic, which would have to import every migration and itself, is needed only where
one has to be run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SAYS: Final = re.compile(r"^(revision|down_revision|depends_on)\b[^=\n]*= (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """One migration: its id, and those it comes after, in its own branch and in others."""

    id: str
    after: tuple[str, ...]


def read_revisions(folders: Iterable[Path]) -> dict[str, Revision]:
    """Return the migrations of folders by id, each after all that it comes after.

    Raises:
        ValueError: a file says no revision, or they come after each other in a circle.
    """
    files = [each for folder in folders for each in sorted(folder.glob("[0-9]*.py"))]
    return _in_order([_read(each) for each in files])


def seen_by(current: Iterable[str], known: Mapping[str, Revision]) -> frozenset[str]:
    """Return the revisions a database has seen that stands at these."""
    seen: set[str] = set()
    waiting = [each for each in current if each in known]
    while waiting:
        revision = waiting.pop()
        if revision not in seen:
            seen.add(revision)
            waiting += known[revision].after
    return frozenset(seen)


def _read(file: Path) -> Revision:
    said = {name: ast.literal_eval(value) for name, value in _SAYS.findall(file.read_text("utf-8"))}
    if not said.get("revision"):
        raise ValueError(f"{file} says no revision")
    after = [said.get("down_revision"), said.get("depends_on")]
    return Revision(said["revision"], tuple(id_ for each in after for id_ in _ids(each)))


def _ids(said: object) -> tuple[str, ...]:
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


def _in_order(revisions: list[Revision]) -> dict[str, Revision]:
    waiting, known = list(revisions), dict[str, Revision]()
    while waiting:
        ready = [each for each in waiting if all(id_ in known for id_ in each.after)]
        if not ready:
            raise ValueError(f"{', '.join(each.id for each in waiting)} come after one another")
        known |= {each.id: each for each in ready}
        waiting = [each for each in waiting if each.id not in known]
    return known
