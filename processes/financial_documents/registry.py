"""What the city may set about its documents, in force from a day on (`domain.md` §0.9).

The values stand in ``registry.toml`` with their mark and source. Tolerances of the match are
not here: two people change them in the running house (R-FIN-06, `commands.tolerances`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from engine.values import JalaliDate, Percentage, Rial


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of one key from its day on."""

    since: date
    value: Decimal
    mark: str  #: L law, D our default, X made up, L? law, not checked
    source: str


def value(key: str, on: date) -> Decimal:
    """Return the value of ``key`` in force on a day.

    Raises:
        KeyError: no such key, or nothing was in force yet.

    >>> value("vat.rate", JalaliDate(1402, 12, 29).gregorian())
    Decimal('0.09')
    """
    in_force = [each for each in settings()[key] if each.since <= on]
    if not in_force:
        raise KeyError(f"{key} has no value on {on}")
    return in_force[-1].value


def rate(key: str, on: date) -> Percentage:
    """Return a rate; the registry writes it as a fraction."""
    return Percentage.of_fraction(value(key, on))


def amount(key: str, on: date) -> Rial:
    """Return an amount in rials."""
    return Rial(int(value(key, on)))


@cache
def settings() -> dict[str, tuple[Setting, ...]]:
    """Return every key with its values, oldest first."""
    text = files(__package__).joinpath("registry.toml").read_text(encoding="utf-8")
    return {
        key: tuple(
            sorted(
                (
                    Setting(
                        JalaliDate.parse(each["from"]).gregorian(),
                        Decimal(each["value"]),
                        each["mark"],
                        each["source"],
                    )
                    for each in entries
                ),
                key=lambda each: each.since,
            )
        )
        for key, entries in tomllib.loads(text).items()
    }
