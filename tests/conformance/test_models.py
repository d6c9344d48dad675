"""Diagrams that other tools wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.models import difference, models
from tests.conformance.suites import HERE


@pytest.mark.parametrize("path", list(models(HERE)), ids=lambda path: path.stem)
def test_a_diagram_of_another_tool_is_read_or_refused_by_rule_and_element(path: Path) -> None:
    assert difference(path) is None


@pytest.mark.parametrize(("suite", "count"), [("bpmn-miwg", 12), ("bpmn-elements", 27)])
def test_the_suites_are_asked_whole(suite: str, count: int) -> None:
    assert len(list(models(HERE / suite))) == count
