"""What a case may come to next."""

from __future__ import annotations

from engine import bpmn
from tests.unit.bpmn.diagrams import NAMED, inside, model, signal, timer, users
from tests.unit.bpmn.test_bpmn_steps import BOTH, CHOICE, INSIDE, REVIEW, SOME


def coming(diagram: bpmn.Model, *current: str) -> dict[str, list[list[str | None]]]:
    """Return the flows or events of each way, by what may come."""
    [graph] = diagram.graphs.values()
    return {
        each.element_id: [[turn.flow_id or turn.element_id for turn in way] for way in each.ways]
        for each in bpmn.coming(graph, current)
    }


def test_what_stands_behind_no_decision_comes_in_any_case():
    assert coming(model(users("a", "b"), "s -> a; a -> b; b -> e"), "a") == {"b": [[]]}


def test_each_way_out_of_a_gateway_is_told_with_its_flow():
    assert coming(CHOICE, "s") == {"high": [["g_high"]], "low": [["g_low"]]}
    assert coming(SOME, "s") == {"a": [["g_a"]], "b": [["g_b"]], "d": [["g_d"]]}


def test_behind_a_join_comes_what_needs_the_other_branches_too():
    assert coming(BOTH, "a") == {"c": [["join"]]}
    [graph] = BOTH.graphs.values()
    [step] = bpmn.coming(graph, ["a", "b"])
    assert all(way[-1].joins for way in step.ways)


def test_a_way_back_is_one_of_the_ways():
    assert coming(REVIEW, "decide") == {"e": [["again_e"]], "file": [["again_file"]]}


def test_a_sub_process_is_entered_and_left():
    assert coming(INSIDE, "file") == {"tech": [[]], "credit": [[]]}
    assert coming(INSIDE, "tech") == {"decide": [["join"]]}


def test_what_the_system_does_is_gone_through():
    diagram = model(
        users("a", "b") + '<serviceTask id="t" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        ' camunda:type="external" camunda:topic="t"/>',
        "s -> a; a -> t; t -> b; b -> e",
    )

    assert coming(diagram, "a") == {"b": [[]]}
    assert coming(diagram, "t") == {"b": [[]]}


def test_an_event_on_the_boundary_is_a_way_of_its_own():
    diagram = model(
        users("a", "b", "late") + '<boundaryEvent id="x" attachedToRef="a"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>",
        "s -> a; a -> b; x -> late; b -> e; late -> e",
    )

    assert coming(diagram, "a") == {"b": [[]], "late": [["x"]]}


def test_what_undoes_a_step_is_no_way_and_the_begin_of_an_event_sub_process_is_one():
    undo = '<boundaryEvent id="u" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
    hears = inside("stop", users("look"), "stop_in -> look; look -> stop_out", by=signal())
    day = inside("day", users("ask"), "day_in -> ask; ask -> day_out", by=timer("P1D"))
    part = inside("part", users("b", "c") + day, "part_in -> b; b -> c; c -> part_out")
    diagram = model(users("a") + undo + hears + part, "s -> a; a -> part; part -> e", extra=NAMED)

    assert coming(diagram, "a") == {"b": [[]], "look": [["stop_in"]]}
    assert coming(diagram, "b") == {"c": [[]], "ask": [["day_in"]], "look": [["stop_in"]]}
    assert "look" not in coming(diagram, "look")


def test_steps_behind_a_long_chain_of_decisions_are_not_next():
    diagram = model(
        users("a", "u0", "u1", "u2")
        + "".join(map(_gateway, ("g0", "g1", "g2"), ("g1", "g2", "e"))),
        "s -> a; a -> g0; g0 -> u0 [x = 0]; g0 -> g1; g1 -> u1 [x = 1]; g1 -> g2;"
        "g2 -> u2 [x = 2]; g2 -> e; u0 -> e; u1 -> e; u2 -> e",
    )

    assert set(coming(diagram, "a")) == {"u0", "u1"}


def _gateway(name: str, otherwise: str) -> str:
    return f'<exclusiveGateway id="{name}" default="{name}_{otherwise}"/>'


def test_a_loop_without_steps_ends_the_search():
    diagram = model(
        users("a")
        + '<exclusiveGateway id="g" default="g_h"/><exclusiveGateway id="h" default="h_e"/>',
        "s -> a; a -> g; g -> a [x]; g -> h; h -> g [y]; h -> e",
    )

    assert set(coming(diagram, "a")) == {"a", "e"}
