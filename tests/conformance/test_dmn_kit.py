"""What decisions answer in the models of the DMN test kit, as its cases expect it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.conformance.accepted import DMN_KIT
from tests.conformance.dmn_answers import tally
from tests.conformance.dmn_kit import HERE, Question, questions


def _by_folder() -> dict[str, list[Question]]:
    folders = defaultdict(list)
    for each in questions():
        folders[f"{each.model.parent.parent.name}/{each.folder}"].append(each)
    return folders


@pytest.mark.parametrize(("folder", "asked"), _by_folder().items())
def test_decisions_answer_what_the_kit_expects(folder: str, asked: list[Question]) -> None:
    wrong = tally(asked).wrong

    accepted = {each.name for each in asked} & DMN_KIT.keys()
    assert wrong.keys() - accepted == set(), f"{folder}: {wrong}"
    assert accepted <= wrong.keys(), "these pass now: take them off the list"


@pytest.mark.parametrize(("level", "cases", "of_value"), [(2, 116, 105), (3, 500, 371)])
def test_the_kit_is_asked_whole(level: int, cases: int, of_value: int) -> None:
    found = tally(questions(HERE / f"compliance-level-{level}"))

    assert (found.cases, found.of_value) == (cases, of_value)
