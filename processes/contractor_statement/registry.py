"""The configuration registry: what the city may set, in force from a day on (`domain.md` §0.9).

The values stand in ``registry.toml`` with their mark and source; a later entry replaces an
earlier one from its day, so that an old statement is computed as it was then.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from engine.values import JalaliDate, Percentage, Rial
from processes.contractor_statement.rules.deadlines import ReviewTimes
from processes.contractor_statement.rules.taxes import DatedRate


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
    """Return a rate; the registry writes it as a fraction.

    >>> rate("vat.rate", JalaliDate(1404, 1, 1).gregorian())
    Percentage(percent=Decimal('10'))
    """
    return Percentage.of_fraction(value(key, on))


def amount(key: str, on: date) -> Rial:
    """Return an amount in rials."""
    return Rial(int(value(key, on)))


def dated_rates(key: str) -> tuple[DatedRate, ...]:
    """Return every rate of ``key`` with its first day."""
    return tuple(
        DatedRate(each.since, Percentage.of_fraction(each.value)) for each in settings()[key]
    )


def review_times(on: date) -> ReviewTimes:
    """Return the periods that reviewers have for what they receive on a day."""
    return ReviewTimes(
        supervisor_days=int(value("stm.review.days.supervisor", on)),
        consultant_days=int(value("stm.review.days.consultant", on)),
        employer_days=int(value("stm.review.days.employer", on)),
        objection_days=int(value("stm.objection.days", on)),
        guarantee_warning_days=int(value("guarantee.warning.days", on)),
    )


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
