"""What FEEL answers in the models of the DMN test kit, as its cases expect it."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from engine.feel import FeelSyntaxError
from tests.conformance.dmn_kit import Question, agrees, questions
from tests.conformance.literal_models import Model, NotYet

_model = cache(Model)


def _by_folder() -> dict[str, list[Question]]:
    folders = defaultdict(list)
    for each in questions():
        folders[each.folder].append(each)
    return folders


@pytest.mark.parametrize(("folder", "asked"), _by_folder().items())
def test_decisions_that_are_expressions_give_what_the_kit_expects(
    folder: str, asked: list[Question]
) -> None:
    wrong, other_forms = [], 0
    for each in asked:
        try:
            found = _answer(each.model, each)
        except NotYet:
            other_forms += 1
            continue
        if not agrees(found, each.expected):
            wrong.append(f"{each.name}: {found!r}, expected {each.expected!r}")
    assert not wrong, f"{folder}: {wrong}"
    if other_forms == len(asked):
        pytest.skip("decision tables and calls of functions: see the decisions' own tests")


def _answer(path: Path, question: Question) -> object:
    try:
        return _model(path).decide(question.decision, question.inputs)
    except FeelSyntaxError:
        return None  # a text that is no FEEL has no value
