"""Scores of quality: criteria and weights, several evaluators and how far they lie apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from engine.errors import Problem, RulesBroken
from engine.values import Percentage
from processes.transactions.rules.balanced_price import FULL_SCORE
from processes.transactions.rules.computation import Computed, Step

_WHOLE: Final = Percentage(100)
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is scored, as the documents of the tender name it."""

    key: str
    title: str
    weight: Percentage


@dataclass(frozen=True, slots=True)
class Scale:
    """How scores are weighed; fixed in the documents."""

    criteria: tuple[Criterion, ...]
    minimum: Decimal = Decimal(0)  #: below it the price is returned unopened (R-TND-08)
    wide: Decimal = Decimal(FULL_SCORE)  #: a spread above it is shown to the committee
    below: str = "score.below_minimum"  #: what is said of a score below the minimum

    def problems(self) -> list[Problem]:
        """Return why it cannot be published.

        ``TND-020`` a minimum out of bounds · ``TND-022`` the weights do not add up to 100 ·
        ``TND-023`` a criterion twice, or without weight.
        """
        problems = []
        if not 0 <= self.minimum <= FULL_SCORE:
            problems.append(Problem("TND-020", "minimum", {"value": str(self.minimum)}))
        total = sum((each.weight.percent for each in self.criteria), Decimal(0))
        if total != _WHOLE.percent:
            problems.append(Problem("TND-022", "criteria", {"total": f"{total:f}"}))
        seen: set[str] = set()
        for each in self.criteria:
            if each.key in seen or each.weight <= Percentage.ZERO:
                problems.append(Problem("TND-023", f"criteria/{each.key}"))
            seen.add(each.key)
        return problems


@dataclass(frozen=True, slots=True)
class Mark:
    """What one evaluator gave a bid for one criterion, 0 to 100."""

    evaluator: str
    criterion: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """What a bid has for one criterion."""

    criterion: Criterion
    mean: Decimal  #: to the hundredth, for reading; the score is worked out of the exact mean
    lowest: Decimal
    highest: Decimal

    @property
    def spread(self) -> Decimal:
        """How far the evaluators lie apart."""
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class Score:
    """The technical score ``S`` of a bid."""

    value: Decimal  #: to the hundredth
    passes: bool
    by_criterion: tuple[CriterionScore, ...]
    wide: tuple[str, ...]  #: criteria about which the evaluators differ widely


def check_marks(scale: Scale, marks: Iterable[Mark], evaluators: Collection[str]) -> list[Problem]:
    """Return why marks cannot be weighed yet; each evaluator marks each criterion once.

    ``TND-020`` a mark outside 0 to 100 · ``TND-024`` a mark is missing · ``TND-025`` a mark of a
    stranger, for an unknown criterion, or given twice.
    """
    problems = []
    wanted = {(who, each.key) for who in evaluators for each in scale.criteria}
    seen: set[tuple[str, str]] = set()
    for mark in marks:
        place = (mark.evaluator, mark.criterion)
        field = f"marks/{mark.evaluator}/{mark.criterion}"
        if place not in wanted or place in seen:
            problems.append(Problem("TND-025", field))
        if not 0 <= mark.value <= FULL_SCORE:
            problems.append(Problem("TND-020", field, {"value": str(mark.value)}))
        seen.add(place)
    problems += [Problem("TND-024", f"marks/{who}/{key}") for who, key in sorted(wanted - seen)]
    return problems


def score(scale: Scale, marks: Sequence[Mark], evaluators: Collection[str]) -> Computed[Score]:
    """Return the technical score of one bid: the weighted mean of its marks, rounded once.

    Raises:
        RulesBroken: what `Scale.problems` and `check_marks` tell; nobody to evaluate is
            ``TND-024``.

    >>> scale = Scale((Criterion("team", "Team", Percentage(40)),
    ...     Criterion("method", "Method", Percentage(60))), minimum=Decimal(60))
    >>> marks = [Mark("a", "team", Decimal(70)), Mark("b", "team", Decimal(85)),
    ...     Mark("a", "method", Decimal(60)), Mark("b", "method", Decimal(61))]
    >>> score(scale, marks, {"a", "b"}).result.value
    Decimal('67.30')
    """
    problems = [*scale.problems(), *check_marks(scale, marks, evaluators)]
    if not evaluators:
        problems.append(Problem("TND-024"))
    if problems:
        raise RulesBroken(problems)
    total, found, steps = Fraction(0), [], []
    for each in scale.criteria:
        values = [mark.value for mark in marks if mark.criterion == each.key]
        mean = sum(map(Fraction, values), Fraction(0)) / len(values)
        total += mean * Fraction(each.weight.fraction)
        one = CriterionScore(each, _rounded(mean), min(values), max(values))
        found.append(one)
        steps.append(_told(one, len(values)))
    value = _rounded(total)
    passes = value >= scale.minimum
    wide = tuple(each.criterion.key for each in found if each.spread > scale.wide)
    code = "score.passes" if passes else scale.below
    steps.append(Step.of(code, score=value, minimum=scale.minimum))
    return Computed(Score(value, passes, tuple(found), wide), tuple(steps))


def _told(one: CriterionScore, count: int) -> Step:
    return Step.of(
        "score.criterion",
        criterion=one.criterion.title,
        weight=one.criterion.weight,
        evaluators=count,
        mean=one.mean,
        lowest=one.lowest,
        highest=one.highest,
        spread=one.spread,
    )


def _rounded(exact: Fraction) -> Decimal:
    """Return a score to the hundredth, half up; scores are never negative."""
    hundredths = (200 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return (Decimal(hundredths) * _HUNDREDTH).quantize(_HUNDREDTH, ROUND_HALF_UP)
