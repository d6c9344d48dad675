"""Framework agreements: whose turn it is, at which price, and how much is left (§3.13).

A call-off "may not exceed the ceiling or period" of its framework; nothing is promised beyond it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from engine.errors import Problem
from engine.values import Rial, fold
from engine.values.jalali import JalaliDate
from processes.transactions.rules.contracts import Priced
from processes.transactions.rules.ranking import ONE, Places


class CallOffChoice(enum.Enum):
    """How the supplier of a call-off is found; written in the documents of the tender."""

    SINGLE = "SINGLE"  #: there is one
    RANK = "RANK"  #: the first in rank, the next one where he declines, and so on
    COMPETITION = "COMPETITION"  #: all are asked, none above the own price of the framework


#: suppliers of a framework with several, at least; as many where the documents say no number
SEVERAL: Final = 2


def places_of(choice: CallOffChoice | None, suppliers: int | None) -> Places:
    """Return with how many suppliers a tender is signed, and how many are named for that.

    Each place has one who may take it, as the law gives one contract a second winner. Of a
    framework whose documents say no number two are named, and both sign.

    >>> places_of(None, None), places_of(CallOffChoice.RANK, 3)
    (Places(signed=1, named=2), Places(signed=3, named=6))
    """
    if choice in {None, CallOffChoice.SINGLE}:
        return ONE
    if suppliers is None:
        return Places(SEVERAL, SEVERAL)
    return Places(suppliers, 2 * suppliers)


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a framework is taken, in rials before tax."""

    ceiling: Rial
    ordered: Rial = Rial.ZERO
    promised: Rial = Rial.ZERO  #: a supplier is chosen, the order waits for its approval

    @property
    def left(self) -> Rial:
        """What may still be called off."""
        return self.ceiling - self.ordered - self.promised

    def problems(self, asked: Rial, field: str) -> list[Problem]:
        """Return ``FRM-001`` where a call-off is above what is left; all that is left may be taken.

        >>> room = Room(Rial(100), ordered=Rial(60), promised=Rial(10))
        >>> room.problems(Rial(30), "total"), room.problems(Rial(31), "total")[0].code
        ([], 'FRM-001')
        """
        if asked <= self.left:
            return []
        told = {"asked": str(asked.amount), "left": str(max(self.left, Rial.ZERO).amount)}
        return [Problem("FRM-001", field, told)]


def check_term(since: date, until: date, on: date, field: str) -> list[Problem]:
    """Return ``FRM-002`` outside the term; its first and last days belong to it.

    >>> term = date(2026, 3, 21), date(2027, 3, 20)
    >>> check_term(*term, date(2027, 3, 20), "outcome")
    []
    >>> check_term(*term, date(2027, 3, 21), "outcome")[0].code
    'FRM-002'
    """
    if since <= on <= until:
        return []
    told = {"since": str(JalaliDate.of(since)), "until": str(JalaliDate.of(until))}
    return [Problem("FRM-002", field, told)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of a call-off as somebody typed it."""

    code: str | None
    description: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a framework's bill, at one supplier's price."""

    code: str | None
    description: str
    unit_price: Rial


def price_items(
    items: Sequence[Wanted], bill: Iterable[Line]
) -> tuple[list[Priced], list[Problem]]:
    """Return each item at its price of the framework; ``FRM-004`` by row where it has none.

    An item is found by its code, one without a code by its description.

    >>> bill = [Line("P1", "Paper", Rial(7))]
    >>> by_code, by_words = Wanted("p1", "?", Decimal(3)), Wanted(None, "paper", Decimal(2))
    >>> [each.amount.amount for each in price_items([by_code, by_words], bill)[0]]
    [21, 14]
    >>> [each.field for each in price_items([Wanted("P9", "Ink", Decimal(1))], bill)[1]]
    ['items/0/code']
    """
    lines = list(bill)
    by_code: Mapping[str, Line] = {fold(each.code): each for each in lines if each.code}
    by_words: Mapping[str, Line] = {fold(each.description): each for each in lines}
    found, problems = [], []
    for row, each in enumerate(items):
        line = by_code.get(fold(each.code)) if each.code else by_words.get(fold(each.description))
        if line is None:
            at = "code" if each.code else "description"
            problems.append(Problem("FRM-004", f"items/{row}/{at}"))
        else:
            found.append(Priced(each.quantity, line.unit_price))
    return found, problems


def check_offers(own: Sequence[Rial], offered: Sequence[Rial]) -> list[Problem]:
    """Return ``FRM-005`` by row for each price above the supplier's own of the framework."""
    return [
        Problem("FRM-005", f"offers/{row}/unit_price", {"most": str(most.amount)})
        for row, (most, price) in enumerate(zip(own, offered, strict=True))
        if price > most
    ]


def secured(given: Sequence[Rial], needed: Sequence[Rial]) -> list[list[Rial]]:
    """Return what of each guarantee stands for each call-off, in the order they were placed.

    Each needs the rate of its price (R-TND-13). What is not enough for one whole stands for
    nothing of it: it is left for those after it.

    >>> [[each.amount for each in row] for row in secured([Rial(5), Rial(3)], [Rial(4), Rial(3)])]
    [[4, 0], [1, 2]]
    >>> [[each.amount for each in row] for row in secured([Rial(5)], [Rial(6), Rial(5)])]
    [[0], [5]]
    """
    left = list(given)
    rows = []
    for need in needed:
        row = [Rial.ZERO] * len(left)
        missing = need if need <= Rial.total(left) else Rial.ZERO
        for at, each in enumerate(left):
            row[at] = min(each, missing)
            left[at], missing = each - row[at], missing - row[at]
        rows.append(row)
    return rows
