"""Which contents of documents are looked at next, and which were found damaged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.damage import DamagedContent
from engine.model.document import DocumentVersion

ROUND: Final = "contents"
#: in which every content is looked at once (`domain.md` R-ARC-03)
QUARTER: Final = timedelta(days=90)
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DIGITS: Final = 16  #: hexadecimal ones of a place


class Place(NamedTuple):
    """How far all contents were looked at; hashes are spread evenly, so a quarter is, too."""

    turn: int  #: quarters since 2020
    sha256: str  #: of this turn everything up to this hash

    @classmethod
    def due(cls, at: datetime) -> Self:
        """Return how far one should be at a moment.

        >>> Place.due(_EPOCH + QUARTER + QUARTER / 2)
        Place(turn=1, sha256='8000000000000000')
        """
        turn, rest = divmod(at - _EPOCH, QUARTER)
        part = (rest // _MICROSECOND << 4 * _DIGITS) // (QUARTER // _MICROSECOND)
        return cls(turn, f"{part:0{_DIGITS}x}")

    def behind(self, at: datetime) -> timedelta:
        """Return how long ago one should have been here."""
        part = int((self.sha256 or "0")[:_DIGITS].ljust(_DIGITS, "0"), 16)
        since = self.turn * QUARTER + (QUARTER // _MICROSECOND * part >> 4 * _DIGITS) * _MICROSECOND
        return at - _EPOCH - since

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a place as `__str__` writes it."""
        turn, _, sha256 = text.partition(" ")
        return cls(int(turn), sha256)

    def __str__(self) -> str:
        return f"{self.turn} {self.sha256}"


class Portion(NamedTuple):
    """What one round looks at."""

    most: int  #: contents
    size: int  #: bytes; one content may be larger


def next_due(
    session: Session, after: Place, until: Place, portion: Portion
) -> tuple[list[str], Place]:
    """Return the contents to be looked at next, and how far one is then."""
    sha256 = DocumentVersion.sha256
    asked = select(sha256, func.max(DocumentVersion.size)).where(sha256 > after.sha256)
    if after.turn == until.turn:
        asked = asked.where(sha256 <= until.sha256)
    asked = asked.group_by(sha256).order_by(sha256).limit(portion.most)
    rows = [(each, size) for each, size in session.execute(asked)]
    taken = _within(rows, portion.size)
    if taken and (len(taken) < len(rows) or len(rows) == portion.most):
        return taken, Place(after.turn, taken[-1])
    return taken, until if after.turn == until.turn else Place(after.turn + 1, "")


def damaged_first_looked_at(session: Session, portion: Portion) -> list[str]:
    """Return those known to be damaged that nobody looked at for the longest time."""
    size = select(func.max(DocumentVersion.size)).where(
        DocumentVersion.sha256 == DamagedContent.sha256
    )
    asked = (
        select(DamagedContent.sha256, func.coalesce(size.scalar_subquery(), 0))
        .order_by(DamagedContent.looked_at, DamagedContent.sha256)
        .limit(portion.most)
    )
    return _within([(each, size) for each, size in session.execute(asked)], portion.size)


def damaged_among(session: Session, hashes: Collection[str]) -> dict[str, DamagedContent]:
    """Return what is known of those of some contents that were found damaged before."""
    asked = select(DamagedContent).where(DamagedContent.sha256.in_(list(hashes)))
    return {each.sha256: each for each in session.scalars(asked)}


def _within(rows: Iterable[tuple[str, int]], size: int) -> list[str]:
    """Return the first of some contents, until they are too many bytes; at least one."""
    taken: list[str] = []
    for sha256, each in rows:
        size -= each
        if taken and size < 0:
            break
        taken.append(sha256)
    return taken
