"""Every kind of event at every place: it runs, or the standard forbids it and so do we.

The matrix in docs/reference/bpmn.md is the list of what is tried here: *runs* is driven until the
event happens, a dash must be refused, a dot is what the mark of interrupting says nothing of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    ERROR,
    LATE,
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    Case,
    condition,
    flows,
    process,
    signal,
    timer,
    users,
)

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "bpmn.md"
LINK = '<linkEventDefinition name="on"/>'
START = '<startEvent id="s"/>'
ENDS = START + '<endEvent id="e"/>'
DEFINITIONS = {
    "none": "",
    "message": MESSAGE,
    "timer": timer("PT1H"),
    "signal": signal(),
    "conditional": condition("ripe"),
    "error": ERROR,
    "escalation": LATE,
    "compensation": UNDO,
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
    "link": LINK,
    "multiple": MESSAGE + signal(),
    "parallel multiple": MESSAGE + signal(),
}
CAUGHT = ("error", "escalation", "cancel", "compensation")
PLACES = (
    "start",
    "event sub-process, interrupting",
    "event sub-process, not",
    "in the flow, caught",
    "boundary, interrupting",
    "boundary, not",
    "in the flow, thrown",
    "end",
)


def event(tag: str, kind: str, marks: str = "") -> str:
    if kind == "parallel multiple":
        marks += ' parallelMultiple="true"'
    return f'<{tag} id="ev" {marks}>{DEFINITIONS[kind]}</{tag}>'


def thrower(kind: str, body: str = "", arrows: str = "") -> str:
    """Return a sub-process (a transaction, if it cancels) that throws when ``work`` is done."""
    tag = "transaction" if kind == "cancel" else "subProcess"
    end = f'<endEvent id="out">{DEFINITIONS[kind]}</endEvent>'
    inner = f'<startEvent id="in"/>{users("work")}{end}{body}'
    return f'<{tag} id="sub">{inner}{flows("in -> work; work -> out" + arrows)}</{tag}>'


def start(kind: str) -> tuple[str, str]:
    definition = DEFINITIONS[kind].replace("ripe", 'today() = date("2026-11-21")')
    marks = 'parallelMultiple="true"' if kind == "parallel multiple" else ""
    begun = f'<startEvent id="ev" {marks}>{definition}</startEvent>'
    return f'{begun}{users("hit")}<endEvent id="e"/>', "ev -> hit; hit -> e"


def within(kind: str, *, interrupting: bool) -> tuple[str, str]:
    """Return an event sub-process; what has to be thrown is thrown when ``work`` is done."""
    marks = f'isInterrupting="{str(interrupting).lower()}"'
    inner = event("startEvent", kind, marks) + users("hit") + '<endEvent id="done"/>'
    drawn = flows("ev -> hit; hit -> done")
    sub = f'<subProcess id="esp" triggeredByEvent="true">{inner}{drawn}</subProcess>'
    if kind == "compensation":
        undo = f'<endEvent id="x">{UNDO}</endEvent>'
        return START + thrower("none", sub) + undo, "s -> sub; sub -> x"
    if kind == "escalation":
        loud = f'<intermediateThrowEvent id="x">{LATE}</intermediateThrowEvent>'
        return ENDS + sub + users("work", "a") + loud, "s -> work; work -> x; x -> a; a -> e"
    if kind in CAUGHT:
        loud = f'<endEvent id="x">{DEFINITIONS[kind]}</endEvent>'
        return START + sub + users("work") + loud, "s -> work; work -> x"
    return ENDS + sub + users("a"), "s -> a; a -> e"


def in_flow(kind: str) -> tuple[str, str]:
    body = ENDS + users("hit") + event("intermediateCatchEvent", kind)
    if kind == "link":
        jump = f'<intermediateThrowEvent id="jump">{LINK}</intermediateThrowEvent>'
        return body + jump, "s -> jump; ev -> hit; hit -> e"
    return body, "s -> ev; ev -> hit; hit -> e"


def boundary(kind: str, *, interrupting: bool) -> tuple[str, str]:
    host = "sub" if kind in ("error", "escalation", "cancel") else "a"
    marks = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
    drawn = event("boundaryEvent", kind, marks)
    if kind == "compensation":
        tied = '<association id="tie" sourceRef="ev" targetRef="hit"/>' + users("a")
        tied += '<userTask id="hit" isForCompensation="true"/>'
        return START + drawn + tied + f'<endEvent id="x">{UNDO}</endEvent>', "s -> a; a -> x"
    inside = thrower(kind) if host == "sub" else users("a")
    return ENDS + drawn + inside + users("hit"), f"s -> {host}; {host} -> e; ev -> hit; hit -> e"


def thrown(kind: str, *, ends: bool) -> tuple[str, str]:
    """Return a sub-process in which the event is thrown, and who takes notice: ``hit``."""
    tag = "transaction" if kind == "cancel" else "subProcess"
    what = event("endEvent" if ends else "intermediateThrowEvent", kind)
    inner = '<startEvent id="in"/>' + users("work") + what
    arrows = "in -> work; work -> ev"
    if not ends and kind != "link":
        inner, arrows = inner + '<endEvent id="out"/>', arrows + "; ev -> out"
    outer, more = users("hit"), "; sub -> hit"
    if kind == "link":
        landing = f'<intermediateCatchEvent id="landing">{LINK}</intermediateCatchEvent>'
        inner, arrows = inner + landing + '<endEvent id="out"/>', arrows + "; landing -> out"
    elif kind == "compensation":
        inner += (
            f'<boundaryEvent id="undo" attachedToRef="work">{UNDO}</boundaryEvent>'
            '<userTask id="hit" isForCompensation="true"/>'
            '<association id="tie" sourceRef="undo" targetRef="hit"/>'
        )
        outer, more = "", "; sub -> e"
    elif kind in CAUGHT:
        outer += f'<boundaryEvent id="on" attachedToRef="sub">{DEFINITIONS[kind]}</boundaryEvent>'
        more = "; sub -> e; on -> hit"
    elif kind == "terminate":
        inner += users("idle") + '<parallelGateway id="fork"/>'
        arrows = "in -> fork; fork -> work; fork -> idle; work -> ev"
    body = f'{ENDS}<{tag} id="sub">{inner}{flows(arrows)}</{tag}>{outer}'
    return body, "s -> sub" + more + ("" if kind == "compensation" else "; hit -> e")


SCENES = {
    "start": start,
    "event sub-process, interrupting": lambda kind: within(kind, interrupting=True),
    "event sub-process, not": lambda kind: within(kind, interrupting=False),
    "in the flow, caught": in_flow,
    "boundary, interrupting": lambda kind: boundary(kind, interrupting=True),
    "boundary, not": lambda kind: boundary(kind, interrupting=False),
    "in the flow, thrown": lambda kind: thrown(kind, ends=False),
    "end": lambda kind: thrown(kind, ends=True),
}


def told() -> dict[tuple[str, str], str]:
    """Return the matrix of the page: kind and place, to what is said of them."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(
        number for number, line in enumerate(lines) if line.startswith("| event | start |")
    )
    rows = [[each.strip() for each in line.strip("|").split("|")] for line in lines[first + 2 :]]
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if len(row) != len(PLACES) + 1:
            break
        found |= {(row[0], place): said for place, said in zip(PLACES, row[1:], strict=True)}
    return found


MATRIX = told()
RUNS = [cell for cell, said in MATRIX.items() if said == "runs"]
FORBIDDEN = [cell for cell, said in MATRIX.items() if said == "–"]


def test_the_page_tells_of_every_kind_at_every_place():
    assert set(MATRIX) == {(kind, place) for kind in DEFINITIONS for place in PLACES}
    assert set(MATRIX.values()) == {"runs", "–", "·"}


@pytest.mark.parametrize(("kind", "place"), FORBIDDEN)
def test_what_the_standard_forbids_is_refused(kind, place):
    body, arrows = SCENES[place](kind)

    refused = [
        each for each in bpmn.lint({"p.bpmn": process(body, arrows, extra=NAMED)}) if each.refuses
    ]

    assert "ev" in {each.element_id for each in refused}


@pytest.mark.parametrize(("kind", "place"), RUNS)
def test_what_runs_happens(kind, place):
    body, arrows = SCENES[place](kind)
    there = bpmn.compile_model({"p.bpmn": process(body, arrows, extra=NAMED)})

    case = begun(there, place)
    while "hit" not in case.waiting:
        stir(case)

    if 'id="a"' in body and kind != "compensation":
        assert ("a" in case.waiting) == ("not" in place)
    assert "idle" not in case.waiting
    if place in ("in the flow, thrown", "end"):
        sent = {"message": ["message"], "signal": ["signal"], "multiple": ["message", "signal"]}
        assert [each.kind for each in case.step.thrown] == sent.get(kind, [])


def begun(there: bpmn.Model, place: str) -> Case:
    events = bpmn.start_events(there, "p")
    at = events[0].element_id if place == "start" and events else None
    given = {"contract": "C-1", "ripe": False}
    return Case(there, bpmn.start(there, "p", given, at=NOON, element_id=at, seed="t"))


def stir(case: Case) -> None:
    """Let come what the event waits for, else do the work that brings it about."""
    waiting = [each for each in case.step.waiting if each.element_id == "ev"]
    assert waiting or "work" in case.waiting or "a" in case.waiting, "nothing can happen any more"
    if not waiting:
        case.answer("work" if "work" in case.waiting else "a")
    elif isinstance(waiting[0], bpmn.ConditionWait):
        case.update(ripe=True)
    else:
        case.answer_token(waiting[0].token, {})
