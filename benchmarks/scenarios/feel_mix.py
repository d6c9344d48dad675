"""F2: fifty FEEL expressions, beside feelin (npm) on Node: the same texts, values and answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from timeit import repeat
from typing import Any

from benchmarks.bench import Bench
from benchmarks.expressions import MIX, SCOPE
from benchmarks.figures import Figure, NotRun, beside, most, times
from benchmarks.peers import PeerAbsent, feelin
from benchmarks.turns import timed_about
from engine import feel
from engine.feel.expression import Expression
from engine.feel.parser import parse_expression

EACH, REPEATS = 40, 5
_WARM = 400  #: evaluations of each before the clock: Node compiles what runs often


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure the mix as each offers it, and with each text read anew by us too."""
    try:
        with feelin.running() as peer:
            theirs, _ = peer.evaluated(MIX, SCOPE, _WARM, 1)
            acts: dict[str, Callable[[], float]] = {
                "kept": lambda: _sum(lambda text: feel.evaluate(text, SCOPE)),
                "anew": lambda: _sum(_anew),
                "peer": lambda: sum(peer.evaluated(MIX, SCOPE, EACH, REPEATS)[1]),
            }
            timed_about(1, acts)  # warm
            found = timed_about(max(bench.size.rounds, 5), acts)
    except PeerAbsent as absent:
        return [NotRun("F2", "fifty expressions beside feelin", str(absent))]
    told = (
        ("as each offers it: ours keeps the compiled text", "kept"),
        ("each text read anew", "anew"),
    )
    figures: list[Figure | NotRun] = [
        beside(
            "F2",
            f"fifty expressions once, {how}",
            "µs",
            found[which],
            found["peer"],
            floor_is="feelin",
            must=times(1),
        )
        for how, which in told
    ]
    differ = sum(
        not _agree(feel.evaluate(text, SCOPE), other)
        for text, other in zip(MIX, theirs, strict=True)
    )
    figures.append(Figure("F2", "answers that differ", "of fifty", differ, must=most(0)))
    return figures


def _anew(text: str) -> object:
    return Expression(text, parse_expression(text)).evaluate(SCOPE).value


def _sum(evaluate: Callable[[str], object]) -> float:
    """Return the microseconds of evaluating each text once: of each the best repeat."""
    best = (min(repeat(lambda: evaluate(each), number=EACH, repeat=REPEATS)) for each in MIX)  # noqa: B023 - used at once
    return sum(best) * 1_000_000 / EACH


def _agree(ours: Any, theirs: Any) -> bool:
    """Tell whether two answers are the same, numbers as far as a binary float can tell."""
    if isinstance(ours, Decimal):
        return not isinstance(theirs, bool) and math.isclose(float(ours), theirs, rel_tol=1e-12)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(_agree, ours, theirs))
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(_agree(ours[key], theirs[key]) for key in ours)
    return bool(ours == theirs)
