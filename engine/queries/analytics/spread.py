"""How durations are spread: the middle, and what most stay under; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Some durations, in working time."""

    count: int
    least: timedelta
    low: timedelta  #: one in ten is shorter
    median: timedelta
    high: timedelta  #: one in ten is longer
    most: timedelta
    total: timedelta

    @classmethod
    def of(cls, durations: Iterable[timedelta]) -> Self | None:
        """Return how they are spread; ``None``: there are none.

        >>> spread = Spread.of(timedelta(hours=each) for each in (1, 2, 3, 4, 100))
        >>> spread.median, spread.most
        (datetime.timedelta(seconds=10800), datetime.timedelta(days=4, seconds=14400))
        """
        found = sorted(durations)
        if not found:
            return None
        return cls(
            len(found),
            found[0],
            _quantile(found, 1),
            _quantile(found, 5),
            _quantile(found, 9),
            found[-1],
            sum(found, timedelta()),
        )

    @property
    def mean(self) -> timedelta:
        """The total over the count."""
        return self.total / self.count


def _quantile(found: list[timedelta], tenths: int) -> timedelta:
    """Return the value that so many tenths are not above, between two where it falls so."""
    place = (len(found) - 1) * tenths
    at, rest = divmod(place, 10)
    if not rest:
        return found[at]
    return found[at] + (found[at + 1] - found[at]) * rest / 10
