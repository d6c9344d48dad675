"""Complex gateways: enough branches start them, the others reset them. Quantities of tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, process, users

FORK = "s -> f; f -> a; f -> b; f -> c; a -> g; b -> g; c -> g; "


def gateway(when: str) -> str:
    escaped = when.replace(">", "&gt;").replace("<", "&lt;")
    activation = f"<activationCondition>{escaped}</activationCondition>" if when else ""
    return f'<complexGateway id="g">{activation}</complexGateway>'


def meeting(when: str, out: str, *more: str) -> bpmn.Model:
    body = '<parallelGateway id="f"/>' + users("a", "b", "c", *more) + gateway(when)
    return model(body, FORK + out)


def rules(body: str, arrows: str) -> set[tuple[str, str | None, bool]]:
    found = bpmn.lint({"p.bpmn": process('<startEvent id="s"/>' + body, arrows)})
    return {(each.rule, each.element_id, each.refuses) for each in found}


def test_enough_branches_go_on_once_and_the_last_one_only_resets_the_gateway():
    case = Case.of(meeting("activationCount >= 2", "g -> d", "d"))

    assert case.answer("b").waiting == ["a", "c"]
    assert case.answer("a").waiting == ["c", "d"]
    assert case.answer("c").waiting == ["d"]
    assert case.passed == ["c"]
    assert case.answer("d").step.finished


@given(st.permutations(["a", "b", "c"]), st.integers(1, 3))
def test_in_any_order_one_token_leaves_for_all_that_came(order, needed):
    case = Case.of(meeting(f"activationCount >= {needed}", "g -> d", "d"))

    for count, each in enumerate(order, 1):
        case.answer(each)
        assert case.waiting.count("d") == int(count >= needed)
    assert case.answer("d").step.finished


def test_flows_are_counted_one_by_one_under_their_ids():
    case = Case.of(meeting("a_g + b_g >= 2", "g -> d", "d"))

    assert case.answer("c").answer("a").waiting == ["b"]
    assert case.answer("b").waiting == ["d"]


def test_what_the_phase_is_decides_which_way_is_taken():
    out = "g -> d [waitingForStart]; g -> late [not(waitingForStart)]"
    case = Case.of(meeting("activationCount >= 1", out, "d", "late"))

    assert case.answer("a").waiting == ["b", "c", "d"]
    assert case.answer("b").waiting == ["c", "d"]
    assert case.answer("c").waiting == ["d", "late"]


def test_a_branch_that_can_no_longer_come_does_not_hold_the_reset_back():
    body = (
        '<parallelGateway id="f"/><exclusiveGateway id="x"/><endEvent id="e2"/>'
        + users("a", "b", "d", "late")
        + gateway("activationCount >= 1")
    )
    arrows = (
        "s -> f; f -> a; f -> b; a -> g; b -> x; x -> g [near]; x -> e2 [not(near)];"
        "g -> d [waitingForStart]; g -> late [not(waitingForStart)]"
    )
    case = Case.of(model(body, arrows), near=False)

    assert case.answer("a").waiting == ["b", "d"]
    assert case.answer("b").waiting == ["d", "late"]


def test_variables_may_let_the_gateway_start_after_its_tokens_came():
    case = Case.of(meeting("activationCount >= 3 or urgent", "g -> d", "d"), urgent=False)

    assert case.answer("a").waiting == ["b", "c"]
    assert case.update(urgent=True).waiting == ["b", "c", "d"]


def test_it_starts_anew_after_its_reset():
    body = (
        '<parallelGateway id="f"/><exclusiveGateway id="x"/>'
        + users("a", "b", "d")
        + gateway("activationCount >= 1")
    )
    arrows = (
        "s -> x; x -> f; f -> a; f -> b; a -> g; b -> g; g -> d; d -> w; w -> x [again];"
        "w -> e [not(again)]"
    )
    case = Case.of(model(body + '<exclusiveGateway id="w"/>', arrows), again=True)

    for _ in range(3):
        case.answer("a").answer("b").answer("d")
    assert case.waiting == ["a", "b"]
    assert case.answer("a").answer("d", {"again": False}).answer("b").step.finished


def test_tokens_that_never_are_enough_are_an_incident():
    case = Case.of(meeting("activationCount >= 4", "g -> d", "d"))
    case.answer("a").answer("b")

    with pytest.raises(bpmn.JoinStarved) as failure:
        case.answer("c")
    assert failure.value.element_id == "g"


def test_no_open_way_at_the_start_is_an_incident_and_the_default_is_taken_if_there_is_one():
    case = Case.of(meeting("activationCount >= 1", "g -> d [waitingForStart and x]", "d"), x=False)

    with pytest.raises(bpmn.NoFlowTaken):
        case.answer("a")
    body = '<complexGateway id="g" default="g_b"/>' + users("a", "b")
    split = model(body, "s -> g; g -> a [x]; g -> b")
    assert Case.of(split, x=True).waiting == ["a"]
    assert Case.of(split, x=False).waiting == ["b"]


def test_a_gateway_that_only_splits_goes_all_ways_that_are_open():
    split = model(
        '<complexGateway id="g"/>' + users("a", "b", "c"), "s -> g; g -> a; g -> b [x]; g -> c [y]"
    )

    assert Case.of(split, x=True, y=False).waiting == ["a", "b"]


def test_what_waits_for_reset_survives_a_migration_and_a_cancellation():
    old = meeting("activationCount >= 2", "g -> d", "d")
    new = meeting("activationCount >= 2", "g -> d; d -> h", "d", "h")
    case = Case.of(old).answer("a").answer("b")

    case.step = bpmn.migrate(old, new, "p", case.step.stored, bpmn.propose(old, new), at=NOON)
    case.model = new
    assert case.answer("c").waiting == ["d"]
    assert case.answer("d").waiting == ["h"]

    forgotten = Case.of(old).answer("a").answer("b")
    acts = [bpmn.CancelAll("g")]
    forgotten.step = bpmn.modify(old, "p", forgotten.step.stored, acts, at=NOON)
    with pytest.raises(bpmn.JoinStarved):
        forgotten.answer("d").answer("c")


@pytest.mark.parametrize(
    ("when", "out", "expected"),
    [
        ("", "g -> d", ("BPMN-101", "g", True)),
        ("${enough.of(this)}", "g -> d", ("BPMN-101", "g", True)),
        ("activationCount >=", "g -> d", ("BPMN-101", "g", True)),
        ("activationCount >= 2", "g -> d [x > 1]", ("BPMN-102", "g_d", False)),
    ],
)
def test_a_gateway_that_does_not_say_enough_is_told(when, out, expected):
    body = '<parallelGateway id="f"/>' + users("a", "b", "c", "d") + gateway(when)

    assert expected in rules(body, FORK + out)


def quantity(start: int | str, completion: int | str) -> str:
    return f'<userTask id="q" startQuantity="{start}" completionQuantity="{completion}"/>'


def test_an_activity_begins_when_tokens_enough_have_come_by_any_flow():
    case = Case.of(
        model(
            '<parallelGateway id="f"/>' + users("a", "b", "c") + quantity(2, 1),
            "s -> f; f -> a; f -> b; f -> c; a -> q; b -> q; c -> e; q -> e",
        )
    )

    assert case.answer("a").waiting == ["b", "c"]
    assert case.answer("b").waiting == ["c", "q"]
    assert case.answer("q").answer("c").step.finished


def test_an_activity_sends_as_many_tokens_as_it_says_along_each_flow():
    case = Case.of(model(quantity(1, 3) + users("a"), "s -> q; q -> a; a -> e"))

    assert case.answer("q").waiting == ["a", "a", "a"]
    assert case.step.passed[0].flow_ids == ("q_a", "q_a", "q_a")


def test_tokens_that_are_too_few_are_an_incident_and_more_than_enough_begin_it_again():
    few = model(users("a") + quantity(2, 1), "s -> a; a -> q; q -> e")
    with pytest.raises(bpmn.JoinStarved):
        Case.of(few).answer("a")

    four = '<task id="t" completionQuantity="4"/>' + quantity(2, 1)
    assert Case.of(model(four, "s -> t; t -> q; q -> e")).waiting == ["q", "q"]


def test_an_activity_of_several_items_needs_its_tokens_once_and_not_for_each_item():
    marker = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    body = '<task id="t" completionQuantity="2"/>' + quantity(2, 1).replace(
        "/>", f">{marker}</userTask>"
    )

    assert Case.of(model(body, "s -> t; t -> q; q -> e")).waiting == ["q", "q", "q"]


@pytest.mark.parametrize("start", ["0", "-1", "x", "1001"])
def test_a_quantity_that_is_none_is_refused(start):
    assert ("BPMN-103", "q", True) in rules(quantity(start, 1), "s -> q")


def test_a_hand_goes_on_behind_a_gateway_as_if_it_had_started():
    there = meeting("activationCount >= 2", "g -> d [waitingForStart]", "d")
    case = Case.of(there)

    case.step = bpmn.modify(there, "p", case.step.stored, [bpmn.StartAfter("g")], at=NOON)

    assert case.waiting == ["a", "b", "c", "d"]
