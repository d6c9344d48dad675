"""Guarantees: how much one has to be, and whether the one that came will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import Percentage, Rial
from processes.transactions.rules.computation import Computed, Step


@dataclass(frozen=True, slots=True)
class Bracket:
    """A share of the part of an amount that lies in a bracket."""

    rate: Percentage
    up_to: Rial | None = None  #: where it ends; ``None``: it has no end


def bid_guarantee(estimate: Rial, brackets: Sequence[Bracket]) -> Computed[Rial]:
    """Return the guarantee that a bid needs, marginal by brackets of the estimate (R-TND-12).

    A flat rate is one bracket without an end. The sum is rounded once for each bracket.

    Args:
        estimate: ``E``, in rials before tax.
        brackets: in the order of their ends, the last without one.

    Raises:
        ValueError: the brackets do not cover every amount in order.

    >>> table = [Bracket(Percentage(5), Rial(20)), Bracket(Percentage(3))]
    >>> bid_guarantee(Rial(120), table).result
    Rial(amount=4)
    """
    ends = [each.up_to for each in brackets[:-1]]
    known = [each for each in ends if each is not None]
    is_whole = bool(brackets) and brackets[-1].up_to is None
    if not is_whole or len(known) != len(ends) or known != sorted(set(known)):
        raise ValueError("brackets go up in order, and only the last has no end")
    total, start, steps = Rial.ZERO, Rial.ZERO, []
    for each in brackets:
        end = estimate if each.up_to is None else min(estimate, each.up_to)
        if end <= start:
            break
        share = (end - start).share(each.rate)
        total += share
        steps.append(
            Step.of("guarantee.bracket", start=start, end=end, rate=each.rate, share=share)
        )
        start = end
    steps.append(Step.of("guarantee.total", estimate=estimate, guarantee=total))
    return Computed(total, tuple(steps))


@dataclass(frozen=True, slots=True)
class Required:
    """What a guarantee has to be."""

    amount: Rial
    until: date  #: the last day that it has to hold, such as the end of the bids' validity
    beneficiary: str  #: the unit
    concerns: str  #: number of the tender or contract


@dataclass(frozen=True, slots=True)
class Given:
    """A guarantee as it came."""

    number: str
    issuer: str
    amount: Rial
    until: date
    beneficiary: str
    concerns: str


def check_bid_guarantee(given: Given | None, required: Required) -> list[Problem]:
    """Return why a bid counts as one without a guarantee, each reason apart (R-TND-06).

    ``TND-007`` it ends before the bids' validity · ``TND-027`` none, of a lower amount, or for
    another tender · ``GUA-002`` for another beneficiary.

    >>> required = Required(Rial(5), date(2026, 1, 1), "D07", "T-1")
    >>> given = Given("1", "Bank", Rial(4), date(2025, 12, 31), "D07", "T-1")
    >>> [each.code for each in check_bid_guarantee(given, required)]
    ['TND-027', 'TND-007']
    """
    if given is None:
        return [Problem("TND-027", "guarantee", {"why": "none"})]
    problems = []
    if given.amount < required.amount:
        told = {"why": "amount", "required": str(required.amount.amount)}
        problems.append(Problem("TND-027", "guarantee/amount", told))
    if given.concerns != required.concerns:
        problems.append(Problem("TND-027", "guarantee/concerns", {"why": "concerns"}))
    if given.until < required.until:
        told = {"required": required.until.isoformat()}
        problems.append(Problem("TND-007", "guarantee/until", told))
    if given.beneficiary != required.beneficiary:
        problems.append(Problem("GUA-002", "guarantee/beneficiary"))
    return problems
