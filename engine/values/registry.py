"""What a city may set, in force from a day on: rates, limits and periods (`domain.md` §0.9).

An area keeps its values as data in ``registry.toml``, each with its mark and source. A later
value replaces an earlier one from its day, so that an old case is computed as it was then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib.resources import files

from engine.values.jalali import JalaliDate
from engine.values.percentage import Percentage
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of one key from its day on."""

    since: date
    value: Decimal
    mark: str  #: L law, D our default, X made up, L? law, not checked
    source: str


class Registry:
    """The settings of an area, read once from the ``registry.toml`` of its package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def value(self, key: str, on: date) -> Decimal:
        """Return the value of ``key`` in force on a day.

        Raises:
            KeyError: no such key, or nothing was in force yet.
        """
        in_force = [each for each in self.settings[key] if each.since <= on]
        if not in_force:
            raise KeyError(f"{key} has no value on {on}")
        return in_force[-1].value

    def rate(self, key: str, on: date) -> Percentage:
        """Return a rate; the registry writes it as a fraction."""
        return Percentage.of_fraction(self.value(key, on))

    def amount(self, key: str, on: date) -> Rial:
        """Return an amount in rials."""
        return Rial(int(self.value(key, on)))

    @cached_property
    def settings(self) -> Mapping[str, tuple[Setting, ...]]:
        """Every key with its values, oldest first."""
        text = files(self._package).joinpath("registry.toml").read_text(encoding="utf-8")
        return {
            key: tuple(sorted(map(_setting, entries), key=lambda each: each.since))
            for key, entries in tomllib.loads(text).items()
        }


def _setting(entry: Mapping[str, str]) -> Setting:
    since = JalaliDate.parse(entry["from"]).gregorian()
    return Setting(since, Decimal(entry["value"]), entry["mark"], entry["source"])
