"""Arithmetic of a bid: which of two figures counts where they disagree (R-TND-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Problem
from engine.values import Rial
from engine.values.said_amounts import amount_of_words
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as a bidder wrote it."""

    digits: Rial
    words: str = ""  #: the same in words, where the form asks for them

    @property
    def reading(self) -> Rial | None:
        """What the words say; ``None`` where there are none, or they cannot be read."""
        found = amount_of_words(self.words) if self.words.strip() else None
        return None if found is None else Rial(found)


@dataclass(frozen=True, slots=True)
class BidLine:
    """One line of a bid's price schedule."""

    position: int
    quantity: Decimal
    unit_price: Written
    total: Rial  #: as the bidder wrote it


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a bid comes to, by its own unit prices."""

    total: Rial
    written: Rial  #: what the bidder's sum came to in digits
    problems: tuple[Problem, ...]  #: what a person has to look at

    @property
    def is_changed(self) -> bool:
        """Whether the commission has to tell the bidder another sum."""
        return self.total != self.written


def corrected(lines: Sequence[BidLine], written: Written) -> Computed[Corrected]:
    """Return the price of a bid after correction, each correction a step.

    Words govern over digits, unit price times quantity over the total of its line, and the sum of
    the lines over the sum that was written. A bid without lines is its written sum. Words that
    cannot be read leave the digits standing and are ``TND-026``: the commission reads them.

    Args:
        lines: of the price schedule; none for a lump sum.
        written: the sum under the schedule.

    >>> line = BidLine(1, Decimal(10), Written(Rial(1_200)), Rial(13_000))
    >>> corrected([line], Written(Rial(13_000))).result.total
    Rial(amount=12000)
    """
    steps: list[Step] = []
    problems: list[Problem] = []
    total = Rial.ZERO
    for line in lines:
        price = _governing(line.unit_price, f"lines/{line.position}/unit_price", steps, problems)
        right = price.times(line.quantity)
        if right != line.total:
            steps.append(_of_line(line, price, right))
        total += right
    if not lines:
        total = _governing(written, "total", steps, problems)
    elif total != (said := _governing(written, "total", steps, problems)):
        steps.append(Step.of("arithmetic.sum", written=said, right=total))
    if not steps:
        steps.append(Step.of("arithmetic.right", total=total))
    return Computed(Corrected(total, written.digits, tuple(problems)), tuple(steps))


def _governing(amount: Written, field: str, steps: list[Step], problems: list[Problem]) -> Rial:
    """Return what an amount counts as, words before digits."""
    reading = amount.reading
    if amount.words.strip() and reading is None:
        problems.append(Problem("TND-026", field, {"words": amount.words}))
    if reading is None or reading == amount.digits:
        return amount.digits
    steps.append(Step.of("arithmetic.words", digits=amount.digits, words=reading))
    return reading


def _of_line(line: BidLine, price: Rial, right: Rial) -> Step:
    return Step.of(
        "arithmetic.line",
        line=line.position,
        quantity=line.quantity,
        unit_price=price,
        written=line.total,
        right=right,
    )
