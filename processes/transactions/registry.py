"""Rule packs and what the city may set, in force from a day on (`domain.md` §0.9, §3.1).

A unit follows one pack; every number of a pack stands in ``packs/*.toml`` with its mark and
source. What holds whichever pack a unit follows stands in ``registry.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from engine.values import JalaliDate, Percentage, Rial


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of one key from its day on."""

    since: date
    value: str
    mark: str  #: L law, D our default, X made up, L? law, not checked
    source: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """A share of what lies above the last bracket up to ``to`` rials, or of all the rest."""

    since: date
    to: Rial | None
    share: Percentage
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one regulation: classes and their names, numbers by key, tables of brackets."""

    id: str  #: such as ``TEH-MUN-1355``
    title: Mapping[str, str]  #: by language
    classes: Mapping[str, Mapping[str, str]]  #: names by class and language
    settings: Mapping[str, tuple[Setting, ...]]  #: oldest first
    brackets: Mapping[str, tuple[Bracket, ...]]

    def setting(self, key: str, on: date) -> Setting:
        """Return what is in force of a key on a day, with its mark and source.

        Raises:
            KeyError: no such key, or nothing was in force yet.
        """
        return _in_force(self.settings[key], key, on)

    def text(self, key: str, on: date) -> str:
        """Return a value as it is written."""
        return self.setting(key, on).value

    def value(self, key: str, on: date) -> Decimal:
        """Return a number.

        >>> pack("TEH-MUN-1355").value("class.medium.factor", date(2026, 1, 1))
        Decimal('10')
        """
        return Decimal(self.text(key, on))

    def whole(self, key: str, on: date) -> int:
        """Return a whole number: of days, bids, members."""
        return int(self.text(key, on))

    def rate(self, key: str, on: date) -> Percentage:
        """Return a rate; the pack writes it as a fraction."""
        return Percentage.of_fraction(self.value(key, on))

    def amount(self, key: str, on: date) -> Rial:
        """Return an amount in rials."""
        return Rial(self.whole(key, on))

    def brackets_of(self, key: str, on: date) -> tuple[Bracket, ...]:
        """Return the brackets in force on a day, the lowest first; empty where there are none."""
        days = {each.since for each in self.brackets.get(key, ()) if each.since <= on}
        newest = max(days, default=None)
        return tuple(each for each in self.brackets.get(key, ()) if each.since == newest)


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """A paper that is asked of who registers as a bidder."""

    paper: str  #: its key
    title: Mapping[str, str]  #: by language
    is_needed: bool


def pack_of(unit: str, on: date) -> Pack:
    """Return the pack that a unit follows on a day.

    >>> pack_of("D07", date(2026, 1, 1)).id, pack_of("AG-025", date(2026, 1, 1)).id
    ('TEH-MUN-1355', 'IR-ACT-1383')
    """
    for each in _registry()["packs"]:
        if fnmatchcase(unit, each["units"]) and _day(each["from"]) <= on:
            return pack(each["pack"])
    raise KeyError(f"{unit} follows no pack on {on}")


def pack(pack_id: str) -> Pack:
    """Return a pack by its id.

    Raises:
        KeyError: there is none.
    """
    return packs()[pack_id]


def whole(key: str, on: date) -> int:
    """Return a whole number that holds whichever pack a unit follows."""
    return int(_in_force(_settings(_registry()[key]), key, on).value)


def rate(key: str, on: date) -> Percentage:
    """Return a rate that holds whichever pack a unit follows."""
    written = _in_force(_settings(_registry()[key]), key, on).value
    return Percentage.of_fraction(Decimal(written))


def days(key: str, on: date) -> int:
    """Return a number of days that holds whichever pack a unit follows."""
    return whole(key, on)


def registration_papers(kind: str, on: date) -> tuple[AskedPaper, ...]:
    """Return what is asked of a kind of person that registers as a bidder.

    >>> [each.paper for each in registration_papers("NATURAL", date(2026, 1, 1))]
    ['national_card', 'grade']
    """
    told = [(_day(each["from"]), each) for each in _registry()["registration.papers"]]
    newest = max((since for since, _ in told if since <= on), default=None)
    return tuple(
        AskedPaper(each["paper"], each["title"], each["needed"])
        for since, each in told
        if since == newest and each["kind"] == kind
    )


@cache
def packs() -> Mapping[str, Pack]:
    """Return every pack by its id."""
    folder = files(__package__).joinpath("packs")
    read = (
        _pack(tomllib.loads(each.read_text("utf-8")))
        for each in folder.iterdir()
        if each.name.endswith(".toml")
    )
    return MappingProxyType({each.id: each for each in read})


def _pack(told: Mapping[str, Any]) -> Pack:
    return Pack(
        told["id"],
        told["title"],
        told["classes"],
        {key: _settings(entries) for key, entries in told["settings"].items()},
        {key: _brackets(entries) for key, entries in told.get("brackets", {}).items()},
    )


def _settings(entries: Iterable[Mapping[str, str]]) -> tuple[Setting, ...]:
    read = (
        Setting(_day(each["from"]), each["value"], each["mark"], each["source"]) for each in entries
    )
    return tuple(sorted(read, key=lambda each: each.since))


def _brackets(entries: Iterable[Mapping[str, str]]) -> tuple[Bracket, ...]:
    return tuple(
        Bracket(
            _day(each["from"]),
            Rial(int(each["to"])) if "to" in each else None,
            Percentage.of_fraction(Decimal(each["share"])),
            each["mark"],
            each["source"],
        )
        for each in entries
    )


def _in_force(settings: Iterable[Setting], key: str, on: date) -> Setting:
    in_force = [each for each in settings if each.since <= on]
    if not in_force:
        raise KeyError(f"{key} has no value on {on}")
    return in_force[-1]


def _day(text: str) -> date:
    return JalaliDate.parse(text).gregorian()


@cache
def _registry() -> Mapping[str, Any]:
    text = files(__package__).joinpath("registry.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
