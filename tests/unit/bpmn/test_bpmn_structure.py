"""The table of the standard is that of its schema; rules of structure are quick and never fall."""

from __future__ import annotations

import gc
import importlib
import random
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn
from engine.bpmn.grammar import grammar, table
from tests.guards.tree import ROOT
from tests.rules.standard import PAGE, page
from tests.unit.bpmn.diagrams import process, users
from tests.unit.bpmn.test_bpmn_mutilated import mutilated

MODELS = sorted((ROOT / "tests" / "conformance").glob("bpmn-*/*.bpmn"))
#: what the models of others really break: two flows of an event-based gateway to one event, which
#: may have one incoming flow only; an event without a definition, where there must be one
BROKEN = {
    "event-based-gateway-with-same-target.bpmn": {("BPMN-055", "gateway")},
    "escalation-start-event.bpmn": {("BPMN-181", "StartEvent_1a9jbdb")},
    "join-inbound.bpmn": {("BPMN-181", "bound-task3")},
}
structural = importlib.import_module("engine.bpmn.lint")


def test_the_table_is_that_of_the_schema():
    """`python -m tests.rules.standard` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("kind", table()["attributes"])
def test_each_element_of_the_table_can_be_read(kind: str):
    told = grammar(kind)

    assert told is not None
    assert all(child.at >= 0 for child in told.children.values())


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_models_of_others_are_refused_only_for_what_they_break(path: Path):
    [source], _ = structural._read({path.name: path.read_bytes()})
    structure = structural.Structure(source)

    found = {
        (each.rule, each.element_id) for rule in structural.STRUCTURE for each in rule(structure)
    }

    assert found == BROKEN.get(path.name, set())


@given(seed=st.integers(0, 1_000_000), cuts=st.integers(1, 40))
@example(seed=0, cuts=1)
@settings(max_examples=150, deadline=None)
def test_a_look_at_whatever_is_left_of_a_file_says_something_or_nothing(seed: int, cuts: int):
    found = bpmn.look({"p.bpmn": mutilated(seed, cuts)})

    assert all(each.rule and each.message and not each.refuses for each in found)


@given(seed=st.integers(0, 1_000_000), cuts=st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_whatever_is_left_of_a_drawn_file_is_linted_and_looked_at(seed: int, cuts: int):
    choice = random.Random(seed)
    root = etree.fromstring(choice.choice(MODELS).read_bytes())
    nodes = list(root.iter("{*}*"))
    for _ in range(cuts):
        each, other = choice.choice(nodes), choice.choice(nodes)
        if choice.random() < 0.5 and each.attrib:
            each.set(choice.choice(sorted(map(str, each.attrib))), str(other.get("id") or "x"))
        elif each not in (root, other) and each not in other.iterancestors():
            other.append(each)

    files = {"p.bpmn": etree.tostring(root)}

    assert all(each.rule and each.message for each in (*bpmn.lint(files), *bpmn.look(files)))


def chain(length: int) -> bytes:
    """Return user tasks in a row, a gateway with a way back every tenth."""
    ids = [f"t{at}" for at in range(length)]
    arrows = ["s -> t0", f"t{length - 1} -> e"]
    arrows += [f"{one} -> {other}" for one, other in pairwise(ids)]
    return process('<startEvent id="s"/><endEvent id="e"/>' + users(*ids), ";".join(arrows))


def cost(length: int) -> float:
    """Return the best of three turns of processor time, in seconds."""
    files = {"p.bpmn": chain(length)}
    spent = []
    gc.disable()  # a look for garbage goes over all that other tests have left alive
    try:
        for _ in range(3):
            begun = time.process_time()
            [source], _ = structural._read(files)
            structure = structural.Structure(source)
            for rule in (*structural.STRUCTURE, *structural.LOOKS):
                list(rule(structure))
            spent.append(time.process_time() - begun)
    finally:
        gc.enable()
    return min(spent)


def test_rules_of_structure_cost_little_and_grow_with_the_model_only():
    small, large = cost(1_000), cost(4_000)

    assert small < 0.5
    assert large < 4 * small * 2  # twice what is linear: a square would be four times
