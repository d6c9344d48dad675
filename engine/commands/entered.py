"""What a person typed into a few fields, read with every problem beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final, TypeVar

from engine.errors import NotAtThisDesk, Problem, RulesBroken
from engine.model.person import Actor
from engine.values import InvalidValue, JalaliDate, Rial, decimal_from, normalise

#: characters of a text of one line, and of several
LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 4_000

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


def units_of(actor: Actor, *roles: str) -> list[str]:
    """Return the units in which a person holds one of these roles."""
    return sorted({unit for role in roles for unit in actor.units_of(role) if unit != "*"})


def unit_of(actor: Actor, *roles: str, named: str = "") -> str:
    """Return the unit a person acts for: the one he names, or the only one.

    Raises:
        NotAtThisDesk: he holds none of these roles there, or nowhere.
        RulesBroken: ``GEN-REQUIRED``, he has several and names none.
    """
    units = units_of(actor, *roles)
    if not units or (named and named not in units):
        raise NotAtThisDesk(f"{roles[0]}@{named or '*'}")
    if not named and len(units) > 1:
        raise RulesBroken([Problem("GEN-REQUIRED", "unit")])
    return named or units[0]


class Entered:
    """Reads what a person typed into a few fields, keeping every problem beside its field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def text(self, field: str, typed: str) -> str:
        """Return a short normalised text; a blank one is ``GEN-REQUIRED``."""
        said = normalise(typed)[:LONGEST_LINE]
        if not said:
            self.problems.append(Problem("GEN-REQUIRED", field))
        return said

    def long_text(self, field: str, typed: str) -> str | None:
        """Return a text of several lines, nothing where it is blank; ``GEN-LENGTH``."""
        said = "\n".join(filter(None, (normalise(each) for each in typed.splitlines())))
        if len(said) > LONGEST_TEXT:
            limits = {"min": "0", "max": str(LONGEST_TEXT)}
            self.problems.append(Problem("GEN-LENGTH", field, limits))
        return said or None

    def money(self, field: str, typed: str) -> Rial:
        """Return an amount above zero; ``MON-001``, ``MON-002``."""
        return self.value(field, lambda text: Rial.from_text(text).positive(), typed, Rial(1))

    def day(self, field: str, typed: str) -> date:
        """Return a day written in the Jalali calendar; ``CAL-001``."""
        return self.value(field, lambda text: JalaliDate.parse(text).gregorian(), typed, date.max)

    def quantity(self, field: str, typed: str) -> Decimal:
        """Return a quantity above nothing; ``NUM-001``, ``MON-002``."""
        found = self.value(field, decimal_from, typed, Decimal(1))
        if found <= 0:
            self.problems.append(Problem("MON-002", field, {"value": typed}))
        return found

    def choice(self, field: str, kinds: type[_E], typed: str, otherwise: _E) -> _E:
        """Return what was chosen; ``GEN-CHOICE`` for what is not offered."""
        try:
            return kinds(typed)
        except ValueError:
            self.problems.append(Problem("GEN-CHOICE", field))
            return otherwise

    def value(self, field: str, read: Callable[[str], _T], typed: str, otherwise: _T) -> _T:
        """Return what ``read`` makes of the text, ``otherwise`` where it cannot."""
        if not typed.strip():
            self.problems.append(Problem("GEN-REQUIRED", field))
            return otherwise
        try:
            return read(typed)
        except InvalidValue as invalid:
            self.problems.append(Problem(invalid.code, field, dict(invalid.params)))
            return otherwise

    def must_be_right(self) -> None:
        """Raise every problem found, so that nothing is half kept."""
        if self.problems:
            raise RulesBroken(self.problems)
