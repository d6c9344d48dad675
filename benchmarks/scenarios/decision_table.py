"""D1: tables of 1,000 and of 10,000 rules, by equality and by range, beside one of ten."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from benchmarks.bench import Bench
from benchmarks.figures import Figure, beside, times
from benchmarks.turns import timed_about
from engine import dmn

QUESTIONS = 200
FEW, MANY = 10, (1_000, 10_000)
_NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def measure(bench: Bench) -> list[Figure]:
    """Measure one question to a large table and to a small one, for each kind of cell."""
    figures = []
    for what, cell, asked in (
        ("equality", lambda at: f'"k{at}"', lambda at: f"k{at}"),
        ("ranges", lambda at: f"[{at}..{at + 1})", lambda at: at),
    ):
        acts = {str(size): _questions(size, cell, asked) for size in (FEW, *MANY)}
        timed_about(1, acts)  # compiles the tables
        found = timed_about(max(bench.size.rounds, 5), acts)
        figures += [
            beside(
                "D1",
                f"a question to a table of {many:,} rules, one column of {what}",
                "µs",
                found[str(many)],
                found[str(FEW)],
                floor_is=f"{FEW} rules",
                must=times(1.3),
                aim=times(1.1),
            )
            for many in MANY
        ]
    return figures


def _questions(
    size: int, cell: Callable[[int], str], asked: Callable[[int], object]
) -> Callable[[], float]:
    decisions = dmn.load({"table.dmn": _table(size, cell)})

    def ask() -> float:
        took = []
        for at in range(QUESTIONS):
            inputs = {"x": asked(at * 7 % size)}
            began = time.perf_counter()
            found = decisions.evaluate("it", inputs)
            took.append((time.perf_counter() - began) * 1_000_000)
            assert found.value == at * 7 % size
        return median(took)

    return ask


def _table(size: int, cell: Callable[[int], str]) -> bytes:
    rules = "".join(
        f"<rule><inputEntry><text>{cell(at)}</text></inputEntry>"
        f"<outputEntry><text>{at}</text></outputEntry></rule>"
        for at in range(size)
    )
    return (
        f'<definitions xmlns="{_NAMESPACE}" name="bench" namespace="urn:bench">'
        '<inputData id="x" name="x"/><decision id="it" name="it">'
        '<informationRequirement><requiredInput href="#x"/></informationRequirement>'
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input>"
        f"<output/>{rules}</decisionTable></decision></definitions>"
    ).encode()
