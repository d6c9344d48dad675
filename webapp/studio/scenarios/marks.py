"""What tests reach, as a drawing is painted with it and as lists say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.scenarios import Coverage, Part
from engine.values import exact_json
from webapp.cases.map import viewer_texts
from webapp.scenarios.words import Words


@dataclass(frozen=True, slots=True)
class Painted:
    """One process with what tests reach of it."""

    name: str
    file: str
    percent: int
    reached: tuple[Part, ...]
    missed: tuple[Part, ...]
    marks: str  #: JSON for the diagram viewer: element -> mark
    labels: str  #: JSON: element -> name with how many tests reach it
    texts: str  #: JSON: what the viewer's own buttons say


def painted(coverage: Sequence[Coverage], words: Words) -> tuple[Painted, ...]:
    """Return processes as they are painted: those that some test reaches before others."""
    found = [_painted(each, words) for each in coverage]
    return tuple(sorted(found, key=lambda each: not each.reached))


def _painted(coverage: Coverage, words: Words) -> Painted:
    marks = {each.id: "passed" if each.tests else "missed" for each in coverage.parts}
    labels = {
        each.id: f"{words.name(each.id) if each.name != each.id else ''} "
        f"({words.digits(str(each.tests))}×)".strip()
        for each in coverage.parts
        if each.kind == "element" or each.id in words.names
    }
    return Painted(
        words.name(coverage.process_id),
        coverage.file,
        coverage.percent,
        tuple(each for each in coverage.parts if each.tests),
        coverage.missed,
        exact_json.written(marks),
        exact_json.written(labels),
        viewer_texts(words.language),
    )
