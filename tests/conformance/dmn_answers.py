"""What our decisions answer to the kit's questions, counted as the kit's readers count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from engine import dmn
from engine.xml import Unreadable
from tests.conformance.dmn_kit import Question, agrees


@dataclass(slots=True)
class Tally:
    """How many cases give all that they should; those that expect any value counted apart.

    A case that only expects null is passed by an evaluator that knows nothing.
    """

    cases: int = 0
    passed: int = 0
    of_value: int = 0
    of_value_passed: int = 0
    wrong: dict[str, str] = field(default_factory=dict)  #: result -> what was found instead


def tally(asked: Iterable[Question]) -> Tally:
    """Ask every question and count by case."""
    by_case: dict[tuple[str, str], list[Question]] = {}
    for each in asked:
        by_case.setdefault((str(each.model), each.case), []).append(each)
    counted = Tally()
    for questions in by_case.values():
        wrong = {each.name: found for each in questions if (found := _wrong(each)) is not None}
        of_value = any(each.expected is not None for each in questions)
        counted.cases += 1
        counted.passed += not wrong
        counted.of_value += of_value
        counted.of_value_passed += of_value and not wrong
        counted.wrong |= wrong
    return counted


def _wrong(asked: Question) -> str | None:
    try:
        found = answer(asked)
    except (dmn.DecisionNotFound, Unreadable) as refusal:
        found = refusal
    return None if agrees(found, asked.expected) else f"{found!r}, expected {asked.expected!r}"


def answer(asked: Question) -> Any:
    """Return what the models of the question's folder say."""
    decisions = _decisions(asked.model.parent)
    spaces = (each.namespace for each in decisions.models if each.file == asked.model.name)
    namespace = next(spaces, None)
    if asked.invocable is None:
        return decisions.evaluate(asked.decision, asked.inputs, namespace=namespace).value
    found = decisions.evaluate(asked.invocable, asked.inputs, namespace=namespace).value
    if isinstance(found, dict) and asked.decision in found and asked.decision != asked.invocable:
        return found[asked.decision]  # one of several outputs of a decision service
    return found


@cache
def _decisions(folder: Path) -> dmn.Decisions:
    return dmn.load({each.name: each.read_bytes() for each in sorted(folder.glob("*.dmn"))})
