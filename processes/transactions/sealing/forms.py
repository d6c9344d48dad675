"""What a bidder's page packs beside scans: the facts of the guarantee (A) and of the price (C).

Canonical JSON; amounts are strings of ASCII digits in rials, days are ISO dates.
`frontend/src/sealing/forms.js` turns what a bidder types in any digits into the same bytes. What
is read here came out of an envelope that anybody may have packed: every fault is a `Problem`, and
nothing is raised at the reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from engine.errors import Problem
from engine.values import Rial
from processes.transactions.rules.arithmetic import BidLine, Written
from processes.transactions.rules.guarantees import Given
from processes.transactions.sealing.members import Members, object_in

GUARANTEE_FILE: Final = "guarantee.json"
PRICE_FILE: Final = "price.json"
LONGEST_WORDS: Final = 500  #: characters of an amount in words
#: as what a guarantee is given, as the register of guarantees has it
FORMS: Final = frozenset({"BANK", "CASH", "NOTE", "INSURANCE", "BONDS"})

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[_T]):
    """What a file says; where there are problems it says nothing that may be relied on."""

    found: _T | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GuaranteeSheet:
    """A guarantee of a bid, as its bidder describes it."""

    number: str
    issuer: str
    branch: str  #: may be empty: not every issuer has branches
    form: str  #: one of `FORMS`
    amount: Rial
    valid_until: date
    beneficiary: str  #: code of the unit
    concerns: str  #: number of the tender

    @property
    def given(self) -> Given:
        """As `rules.guarantees.check_bid_guarantee` looks at it."""
        return Given(
            self.number, self.issuer, self.amount, self.valid_until, self.beneficiary, self.concerns
        )

    def write(self) -> bytes:
        """Return the file."""
        return _written(
            {
                "number": self.number,
                "issuer": self.issuer,
                "branch": self.branch,
                "form": self.form,
                "amount": str(self.amount.amount),
                "valid_until": self.valid_until.isoformat(),
                "beneficiary": self.beneficiary,
                "concerns": self.concerns,
            }
        )


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price schedule."""

    position: int
    unit_price: Rial
    total: Rial  #: as the bidder's page worked it out, or as somebody typed it


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """The price of a bid, before tax."""

    lines: tuple[PriceLine, ...]  #: none for a lump sum
    total: Rial
    total_in_words: str

    @property
    def written(self) -> Written:
        """The sum as `rules.arithmetic.corrected` takes it."""
        return Written(self.total, self.total_in_words)

    def bid_lines(self, quantities: Mapping[int, Decimal]) -> list[BidLine]:
        """Return the lines as `rules.arithmetic.corrected` takes them.

        Args:
            quantities: of the schedule by position; `check_price` found none missing.
        """
        return [
            BidLine(each.position, quantities[each.position], Written(each.unit_price), each.total)
            for each in self.lines
        ]

    def write(self) -> bytes:
        """Return the file."""
        lines = [
            {
                "position": each.position,
                "unit_price": str(each.unit_price.amount),
                "total": str(each.total.amount),
            }
            for each in self.lines
        ]
        told = {"lines": lines, "total": str(self.total.amount)}
        return _written({**told, "total_in_words": self.total_in_words})


def read_guarantee(content: bytes) -> Reading[GuaranteeSheet]:
    """Read ``guarantee.json``.

    The problems are ``TND-101`` no such file at all, ``TND-102`` a member that is missing, unknown
    or not a text, ``GEN-REQUIRED`` empty, ``GEN-LENGTH`` too long, ``GEN-CHOICE`` an unknown form,
    ``MON-001``, ``MON-002`` no amount above zero, ``CAL-001`` no day.

    >>> [each.code for each in read_guarantee(b"{").problems]
    ['TND-101']
    """
    return _read(content, GUARANTEE_FILE, _guarantee)


def read_price(content: bytes) -> Reading[PriceSheet]:
    """Read ``price.json``; what its lines come to is `rules.arithmetic.corrected`'s to say.

    The problems are those of `read_guarantee`, and ``TND-103`` a position twice.

    >>> sheet = PriceSheet((PriceLine(1, Rial(5), Rial(10)),), Rial(10), "ده ریال")
    >>> read_price(sheet.write()).found == sheet
    True
    """
    return _read(content, PRICE_FILE, _price)


def check_price(sheet: PriceSheet, quantities: Mapping[int, Decimal]) -> list[Problem]:
    """Hold the lines to the schedule: ``TND-104`` one is missing, ``TND-105`` not asked for.

    A lump sum has no lines and is held to nothing.
    """
    if not sheet.lines:
        return []
    there = {each.position for each in sheet.lines}
    missing = [("TND-104", each) for each in sorted(quantities.keys() - there)]
    strange = [("TND-105", each) for each in sorted(there - quantities.keys())]
    return [
        Problem(code, f"lines/{each}", {"position": str(each)}) for code, each in missing + strange
    ]


def _read(content: bytes, name: str, make: Callable[[Members], _T]) -> Reading[_T]:
    told = object_in(content)
    if told is None:
        return Reading(None, (Problem("TND-101", name),))
    members = Members(told)
    found = make(members)
    members.must_be_all()
    problems = tuple(members.problems)
    return Reading(None if problems else found, problems)


def _guarantee(members: Members) -> GuaranteeSheet:
    form = members.text("form")
    if form and form not in FORMS:
        members.problems.append(Problem("GEN-CHOICE", "form"))
    return GuaranteeSheet(
        number=members.text("number"),
        issuer=members.text("issuer"),
        branch=members.text("branch", may_be_empty=True),
        form=form,
        amount=members.amount("amount"),
        valid_until=members.day("valid_until"),
        beneficiary=members.text("beneficiary"),
        concerns=members.text("concerns"),
    )


def _price(members: Members) -> PriceSheet:
    lines: list[PriceLine] = []
    seen: set[int] = set()
    for each in members.objects("lines"):
        before = len(members.problems)
        line = PriceLine(each.position("position"), each.amount("unit_price"), each.amount("total"))
        each.must_be_all()
        if len(members.problems) == before and line.position in seen:
            members.twice(line.position)
        seen.add(line.position)
        lines.append(line)
    words = members.text("total_in_words", most=LONGEST_WORDS, may_be_empty=True)
    return PriceSheet(tuple(lines), members.amount("total"), words)


def _written(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
