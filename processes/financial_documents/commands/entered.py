"""What a person typed into a few fields, read with every problem beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from engine.errors import NotAtThisDesk, Problem, RulesBroken
from engine.sdk import Actor
from engine.values import InvalidValue, JalaliDate, Rial, decimal_from, normalise

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


def units_of(actor: Actor, *roles: str) -> list[str]:
    """Return the units an actor enters for: where he holds one of these roles."""
    return sorted({unit for role in roles for unit in actor.units_of(role) if unit != "*"})


def unit_of(actor: Actor, *roles: str, named: str = "") -> str:
    """Return the unit an actor enters for: the one he names, or the only one.

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
        said = normalise(typed)[:200]
        if not said:
            self.problems.append(Problem("GEN-REQUIRED", field))
        return said

    def money(self, field: str, typed: str) -> Rial:
        """Return an amount above zero; ``MON-001``, ``MON-002``."""
        return self.value(field, lambda text: Rial.from_text(text).positive(), typed, Rial(1))

    def day(self, field: str, typed: str) -> date:
        """Return a day written in the Jalali calendar; ``CAL-001``."""
        return self.value(field, lambda text: JalaliDate.parse(text).gregorian(), typed, date.max)

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

    def choice(self, field: str, kinds: type[_E], typed: str, otherwise: _E) -> _E:
        """Return what was chosen; ``GEN-CHOICE`` for what is not offered."""
        try:
            return kinds(typed)
        except ValueError:
            self.problems.append(Problem("GEN-CHOICE", field))
            return otherwise

    def rows(self, field: str, typed: str, columns: int) -> list[list[str]]:
        """Return the lines of a text, each of ``columns`` parts; ``GEN-REQUIRED``, ``FIN-021``.

        Parts are apart by a semicolon or a tab, as a spreadsheet copies them.
        """
        lines = [each for each in typed.splitlines() if each.strip()]
        rows = [
            [part.strip() for part in each.replace("؛", ";").replace("\t", ";").split(";")]
            for each in lines
        ]
        if not rows:
            self.problems.append(Problem("GEN-REQUIRED", field))
        for number, row in enumerate(rows, 1):
            if len(row) != columns:
                params = {"row": str(number), "columns": str(columns)}
                self.problems.append(Problem("FIN-021", field, params))
        return [each for each in rows if len(each) == columns]

    def quantity(self, field: str, typed: str) -> Decimal:
        """Return a quantity above nothing; ``NUM-001``, ``MON-002``."""
        found = self.value(field, decimal_from, typed, Decimal(1))
        if found <= 0:
            self.problems.append(Problem("MON-002", field, {"value": typed}))
        return found

    def must_be_right(self) -> None:
        """Raise every problem found, so that nothing is half kept."""
        if self.problems:
            raise RulesBroken(self.problems)
