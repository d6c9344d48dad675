"""Compensation, transactions and links."""

from __future__ import annotations

import pytest

from tests.unit.bpmn.diagrams import (
    ERROR,
    NAMED,
    UNDO,
    Case,
    catch,
    ended,
    inside,
    model,
    on,
    thrown,
    users,
)


def undoable(*ids: str, kind: str = "userTask", inner: str = "") -> str:
    """Return activities with a boundary event that leads to their undoing."""
    return "".join(
        f'<{kind} id="{each}">{inner}</{kind}>{on(f"on_{each}", each, UNDO)}'
        f'<userTask id="undo_{each}" isForCompensation="true"/>'
        f'<association id="{each}_as" sourceRef="on_{each}" targetRef="undo_{each}"/>'
        for each in ids
    )


def undo(activity: str) -> str:
    return f'<compensateEventDefinition activityRef="{activity}"/>'


def test_what_was_completed_is_undone_the_last_first_and_then_it_goes_on():
    case = Case.of(
        model(
            undoable("a", "b", "c") + thrown("t", UNDO) + users("after"),
            "s -> a; a -> b; b -> t; t -> after; after -> c; c -> e",
        )
    )
    case.answer("a").answer("b")

    assert case.waiting == ["undo_b"]
    assert case.answer("undo_b").waiting == ["undo_a"]
    assert case.answer("undo_a").waiting == ["after"]


def test_one_activity_is_undone_as_often_as_it_was_completed_and_only_once():
    case = Case.of(
        model(
            undoable("a", "b")
            + '<exclusiveGateway id="x" default="x_t"/>'
            + thrown("t", undo("a"))
            + thrown("t2", undo("a")),
            "s -> b; b -> a; a -> x; x -> a [again]; x -> t; t -> t2; t2 -> e",
        )
    )
    case.answer("b").answer("a", {"again": True}).answer("a", {"again": False})

    assert case.waiting == ["undo_a"]
    assert case.answer("undo_a").waiting == ["undo_a"]
    assert case.answer("undo_a").step.finished


def test_nothing_completed_means_nothing_to_undo():
    case = Case.of(
        model(
            undoable("a") + '<exclusiveGateway id="x" default="x_t"/>' + ended("t", UNDO),
            "s -> x; x -> a [a]; x -> t; a -> e",
        )
    )

    assert (case.step.finished, case.step.end_id) == (True, "t")


def test_a_sub_process_is_undone_by_what_was_completed_in_it():
    case = Case.of(
        model(
            inside("sub", undoable("a", "b"), "sub_in -> a; a -> b; b -> sub_out")
            + undoable("c")
            + ended("t", UNDO),
            "s -> sub; sub -> c; c -> t",
        )
    )
    for each in ("a", "b", "c", "undo_c", "undo_b"):
        case.answer(each)

    assert case.waiting == ["undo_a"]
    assert case.answer("undo_a").step.finished


def test_a_sub_process_may_say_itself_how_it_is_undone():
    by_itself = inside(
        "ev",
        users("tell") + thrown("tu", undo("a")),
        "ev_in -> tell; tell -> tu; tu -> ev_out",
        by=UNDO,
    )
    case = Case.of(
        model(
            inside("sub", undoable("a") + by_itself, "sub_in -> a; a -> sub_out")
            + thrown("t", undo("sub"))
            + users("after"),
            "s -> sub; sub -> t; t -> after; after -> e",
        )
    )

    assert case.answer("a").waiting == ["tell"]
    assert case.answer("tell").waiting == ["undo_a"]
    assert case.answer("undo_a").waiting == ["after"]


def test_an_error_handler_undoes_what_its_scope_had_completed():
    handler = inside("ev", thrown("t", UNDO), "ev_in -> t; t -> ev_out", by=ERROR)
    case = Case.of(
        model(
            inside(
                "sub",
                undoable("a") + ended("fail", ERROR) + users("b") + handler,
                "sub_in -> a; a -> b; b -> fail",
            ).replace('<endEvent id="sub_out"/>', "")
            + users("after"),
            "s -> sub; sub -> after; after -> e",
            extra=NAMED,
        )
    )

    assert case.answer("a").answer("b").waiting == ["undo_a"]
    assert case.answer("undo_a").waiting == ["after"]


def test_each_item_is_undone_with_what_it_was():
    repeat = (
        '<multiInstanceLoopCharacteristics camunda:collection="names" '
        'camunda:elementVariable="name"/>'
    )
    case = Case.of(
        model(undoable("a", inner=repeat) + ended("t", UNDO), "s -> a; a -> t"),
        names=["x", "y", "z"],
    )
    for _ in range(3):
        case.answer("a")
    undone = []
    while not case.step.finished:
        [wait] = case.step.waiting
        undone.append(wait.local["name"])  # type: ignore[union-attr]
        case.answer("undo_a")

    assert undone == ["z", "y", "x"]


CANCELLED = inside(
    "deal",
    undoable("pay", "ship") + users("check", "other") + '<parallelGateway id="f"/>'
    '<exclusiveGateway id="x" default="x_deal_out"/>' + ended("stop", "<cancelEventDefinition/>"),
    "deal_in -> f; f -> pay; f -> other; pay -> ship; ship -> check; check -> x; x -> stop [bad];"
    "x -> deal_out; other -> deal_out",
    kind="transaction",
)
DEAL = model(
    CANCELLED + on("gone", "deal", "<cancelEventDefinition/>") + users("sorry", "done"),
    "s -> deal; deal -> done; gone -> sorry; sorry -> e; done -> e",
)


def test_a_cancelled_transaction_is_undone_and_left_by_its_boundary():
    case = Case.of(DEAL).answer("pay").answer("ship")
    other = case.token("other")

    case.answer("check", {"bad": True})

    assert case.waiting == ["undo_ship"]
    assert other in case.step.closed
    assert case.answer("undo_ship").waiting == ["undo_pay"]
    assert case.answer("undo_pay").waiting == ["sorry"]


def test_a_transaction_that_succeeds_is_a_sub_process():
    case = Case.of(DEAL).answer("pay").answer("ship").answer("check", {"bad": False})

    assert case.answer("other").waiting == ["done"]


def test_a_loop_keeps_nothing_where_nothing_can_be_undone():
    loop = model(
        users("a") + '<exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [back]; g -> e",
    )
    case = Case.of(loop, back=True)
    size = len(case.answer("a").step.snapshot)

    for _ in range(20):
        case.answer("a")

    assert len(case.step.snapshot) <= size + 6  # the counter, four times as it grows


@pytest.mark.parametrize("by_definition", [True, False])
def test_a_link_goes_on_where_it_is_caught(by_definition):
    link = '<linkEventDefinition name="there"/>' if by_definition else "<linkEventDefinition/>"
    named = thrown("t", link) + thrown("u", link) + catch("c", link)
    if not by_definition:
        named = named.replace('id="', 'name="there" id="')
    case = Case.of(
        model(
            named + users("a", "b", "d"),
            "s -> a; a -> t; a -> b; b -> u; c -> d; d -> e",
        )
    )

    assert case.answer("a").waiting == ["b", "d"]
    assert case.answer("b").waiting == ["d", "d"]


def test_an_inclusive_join_waits_for_what_may_come_by_a_link():
    link = '<linkEventDefinition name="there"/>'
    case = Case.of(
        model(
            '<inclusiveGateway id="f"/><inclusiveGateway id="j"/>'
            + users("a", "b", "after")
            + thrown("t", link)
            + catch("c", link),
            "s -> f; f -> a [true]; f -> b [true]; a -> j; b -> t; c -> j; j -> after; after -> e",
        )
    )

    assert case.answer("a").waiting == ["b"]
    assert case.answer("b").waiting == ["after"]
