"""The tests that areas ship beside their models hold: they are run here as an analyst runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import scenarios
from engine.catalogue.bundle import Bundle
from engine.catalogue.find import find_areas, load_areas
from engine.play import Stage
from forms.given import read_given
from tests.guards.tree import ROOT
from webapp import demo
from webapp.scenarios.words import Words

AREAS = [each for each in find_areas() if each.folder.is_relative_to(ROOT)]
FILES = [path for area in AREAS for path in sorted(area.folder.glob("tests/*.test.toml"))]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    load_areas(AREAS, pages=False)
    made = Stage(demo.cast)
    yield made
    made.close()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_what_is_expected_stands(stage: Stage, path: Path):
    bundle = Bundle.read(path.parent.parent)
    outcome = scenarios.run_file(stage, bundle, f"tests/{path.name}", reader=read_given)
    words = Words.of(bundle, "en")
    instead = [
        f"{step.number}. {words.about(check)}: {words.expected(check)} / {words.seen(check)}"
        for step in outcome.steps
        for check in step.checks
        if not check.held
    ]
    assert instead == []
    assert outcome.is_green, outcome.problems


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_a_test_is_written_as_its_writer_would_with_the_names_of_its_steps(path: Path):
    names = scenarios.names_of(Bundle.read(path.parent.parent))
    text = path.read_text(encoding="utf-8")
    assert scenarios.written(scenarios.read(text), names) == text
