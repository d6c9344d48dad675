"""Two texts made of one are put together where they do not touch, and never otherwise."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.bundle import Bundle
from engine.changes.lines import together
from engine.versions import compare, merged
from tests.kit.versions import mutated, purchase

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n"]), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        pytest.param("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", id="apart"),
        pytest.param("a\nb\n", "A\nb\n", "A\nb\n", "A\nb\n", id="the same"),
        pytest.param("a\n", "b\n", "c\n", None, id="the same line"),
        pytest.param("a\nb\n", "A\nb\n", "a\nB\n", None, id="lines that touch"),
        pytest.param("a\nb\nc\n", "x\na\nb\nc\n", "a\nb\n", "x\na\nb\n", id="came and went"),
    ],
)
def test_what_is_apart_is_put_together(base, mine, theirs, both):
    assert together(base, mine, theirs) == both


@given(TEXTS, TEXTS)
def test_what_only_one_changed_is_as_that_one_has_it(base, mine):
    assert together(base, mine, base) == mine
    assert together(base, base, mine) == mine


@given(TEXTS, TEXTS, TEXTS)
def test_it_does_not_matter_who_came_first(base, mine, theirs):
    assert together(base, mine, theirs) == together(base, theirs, mine)


def test_files_put_together_say_what_both_changed_and_nothing_else():
    base, found = purchase(), 0
    for seed in range(30):
        random = Random(seed)
        mine, theirs = mutated(base, random, 1), mutated(base, random, 1)
        for name in base.files.keys() & mine.files.keys() & theirs.files.keys():
            sides = [each.files[name] for each in (mine, theirs)]
            made = merged(name, base.files[name], *sides)
            if made is not None:
                found += 1
                done = _changes(name, base, made)
                for each in sides:
                    assert _changes(name, base, each) <= done
    assert found > 30


def _changes(name: str, base: Bundle, content: bytes) -> set[str]:
    versions = compare(Bundle({name: base.files[name]}), Bundle({name: content}))
    return {str(each.place) for each in versions.changes}


def test_a_diagram_changed_at_two_places_is_put_together():
    text = purchase().files["purchase.bpmn"].decode()
    first, second = [each for each in text.splitlines() if "<userTask" in each][:2]
    mine = text.replace(first, first.replace('name="', 'name="نخست: '))
    theirs = text.replace(second, second.replace('name="', 'name="دوم: '))

    made = merged("purchase.bpmn", text.encode(), mine.encode(), theirs.encode())

    assert made is not None
    assert ("نخست: " in made.decode(), "دوم: " in made.decode()) == (True, True)
