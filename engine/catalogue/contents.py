"""Areas whose own rows name contents of the document store, which are then not swept away."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Holder: TypeAlias = "Callable[[Session, Collection[str]], Collection[str]]"
_HOLDERS: Final[dict[str, Holder]] = {}


def holds_contents(holder: Holder) -> Holder:
    """Register what tells which of some hashes an area's rows name."""
    _HOLDERS[f"{holder.__module__}.{holder.__qualname__}"] = holder
    return holder


def held_by_areas(session: Session, hashes: Collection[str]) -> set[str]:
    """Return those of some hashes that rows of areas name."""
    return {each for holder in _HOLDERS.values() for each in holder(session, hashes)}
