"""A case runs from a command to its next waits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, process, users

CHOICE = model(
    users("low", "high") + '<exclusiveGateway id="g" default="g_low"/>',
    "s -> g; g -> high [amount > 100]; g -> low; low -> e; high -> e",
)
BOTH = model(
    users("a", "b", "c") + '<parallelGateway id="fork"/><parallelGateway id="join"/>',
    "s -> fork; fork -> a; fork -> b; a -> join; b -> join; join -> c; c -> e",
)
SOME = model(
    users("a", "b", "d")
    + '<inclusiveGateway id="g" default="g_d"/><inclusiveGateway id="j"/>'
    + users("last"),
    "s -> g; g -> a [x > 1]; g -> b [x > 2]; g -> d; a -> j; b -> j; d -> j; j -> last; last -> e",
)
#: a review by two in parallel that may go back to the beginning: no sub-process around it
REVIEW = model(
    users("file", "tech", "credit", "decide")
    + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    '<exclusiveGateway id="again" default="again_e"/>',
    "s -> file; file -> fork; fork -> tech; fork -> credit; tech -> join; credit -> join;"
    "join -> decide; decide -> again; again -> file [back]; again -> e",
)
INSIDE = model(
    '<subProcess id="review"><startEvent id="rs"/><endEvent id="re"/>'
    + users("tech", "credit")
    + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    '<sequenceFlow id="f1" sourceRef="rs" targetRef="fork"/>'
    '<sequenceFlow id="f2" sourceRef="fork" targetRef="tech"/>'
    '<sequenceFlow id="f3" sourceRef="fork" targetRef="credit"/>'
    '<sequenceFlow id="f4" sourceRef="tech" targetRef="join"/>'
    '<sequenceFlow id="f5" sourceRef="credit" targetRef="join"/>'
    '<sequenceFlow id="f6" sourceRef="join" targetRef="re"/></subProcess>'
    + users("file", "decide")
    + '<exclusiveGateway id="again" default="again_e"/>',
    "s -> file; file -> review; review -> decide; decide -> again; again -> file [back];again -> e",
)


def test_an_answer_closes_its_task_and_opens_the_next_one():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"))

    step = case.answer("a", {"decision": "approve"}).step

    assert [each.element_id for each in step.opened] == ["b"]
    assert step.closed == ()
    assert step.values == {"decision": "approve"}
    assert [(each.element_id, each.flow_ids) for each in step.passed] == [("a", ("a_b",))]
    assert not step.finished


def test_the_last_answer_ends_the_case_at_its_end_event():
    case = Case.of(model(users("a"), "s -> a; a -> e")).answer("a")

    assert case.step.finished
    assert case.step.end_id == "e"
    assert case.step.waiting == ()


@pytest.mark.parametrize(
    ("amount", "task", "condition"), [(100, "low", None), (101, "high", "amount > 100")]
)
def test_a_gateway_says_which_way_it_went_and_why(amount, task, condition):
    case = Case.of(CHOICE, amount=amount)

    [decision] = [each.decision for each in case.step.passed if each.decision]

    assert case.waiting == [task]
    assert (decision.gateway_id, decision.flow_id) == ("g", f"g_{task}")
    assert decision.condition == condition
    assert decision.seen == {"amount": amount}


@pytest.mark.parametrize(
    ("x", "first", "beside", "condition"),
    [(1, "g_d", (), None), (2, "g_a", (), "x > 1"), (3, "g_a", ("g_b",), "x > 1")],
)
def test_an_inclusive_gateway_says_every_way_it_went_and_what_it_looked_at(
    x, first, beside, condition
):
    case = Case.of(SOME, x=x)

    [decision] = [each.decision for each in case.step.passed if each.decision]

    assert (decision.flow_id, decision.beside) == (first, beside)
    assert (decision.condition, decision.seen) == (condition, {"x": x})


def test_no_true_condition_and_no_default_is_an_error_never_silence():
    stuck = model(
        users("a", "b") + '<exclusiveGateway id="g"/>',
        "s -> g; g -> a [x = 1]; g -> b [x = 2]; a -> e; b -> e",
    )

    with pytest.raises(bpmn.NoFlowTaken) as refusal:
        Case.of(stuck, x=3)

    assert (refusal.value.code, refusal.value.element_id) == ("GEN-NOFLOW", "g")
    assert refusal.value.conditions == ("x = 1", "x = 2")


def test_a_condition_that_is_no_boolean_is_an_error():
    with pytest.raises(bpmn.ExpressionFailed):
        Case.of(
            model(
                users("a") + '<exclusiveGateway id="g" default="g_e"/>',
                "s -> g; g -> a [x + 1]; g -> e; a -> e",
            ),
            x=3,
        )


def test_conditions_are_exact_decimals():
    exact = model(
        users("a") + '<exclusiveGateway id="g" default="g_e"/>',
        "s -> g; g -> a [0.1 + 0.2 = total]; g -> e; a -> e",
    )

    assert Case.of(exact, total=Decimal("0.3")).waiting == ["a"]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_parallel_join_waits_for_both_branches(order):
    case = Case.of(BOTH)
    assert case.waiting == ["a", "b"]

    case.answer(order[0])
    assert case.waiting == [order[1]]
    case.answer(order[1])
    assert case.waiting == ["c"]


@pytest.mark.parametrize(("x", "opened"), [(3, ["a", "b"]), (2, ["a"]), (1, ["d"])])
def test_an_inclusive_join_waits_for_the_branches_that_were_taken(x, opened):
    case = Case.of(SOME, x=x)
    assert case.waiting == opened

    for each in opened:
        assert "last" not in case.waiting
        case.answer(each)

    assert case.waiting == ["last"]


def test_an_inclusive_join_in_a_loop_works_in_every_turn():
    loop = model(
        users("a", "b", "again") + '<inclusiveGateway id="g"/><inclusiveGateway id="j"/>'
        '<exclusiveGateway id="x" default="x_e"/>',
        "s -> g; g -> a [true]; g -> b [wide]; a -> j; b -> j; j -> again; again -> x;"
        "x -> g [back]; x -> e",
    )
    case = Case.of(loop, wide=True)

    for wide in [False, True, False]:
        for each in case.waiting:
            case.answer(each)
        assert case.waiting == ["again"]
        case.answer("again", {"back": True, "wide": wide})
        assert case.waiting == (["a", "b"] if wide else ["a"])


def test_terminate_ends_the_case_and_closes_what_still_waits():
    ending = model(
        users("a", "b") + '<parallelGateway id="fork"/>'
        '<endEvent id="stop"><terminateEventDefinition/></endEvent>',
        "s -> fork; fork -> a; fork -> b; a -> stop; b -> e",
    )
    case = Case.of(ending)
    b = case.token("b")

    case.answer("a")

    assert case.step.finished
    assert (case.step.end_id, case.step.closed) == ("stop", (b,))


def test_an_activity_may_have_several_and_conditional_flows():
    split = model(
        users("a", "b", "c", "d").replace('"a"', '"a" default="a_d"'),
        "s -> a; a -> b [x > 1]; a -> c [x > 2]; a -> d; b -> e; c -> e; d -> e",
    )

    assert Case.of(split, x=3).answer("a").waiting == ["b", "c"]
    assert Case.of(split, x=0).answer("a").waiting == ["d"]


def test_a_script_task_sets_its_variable_from_feel():
    script = model(
        '<scriptTask id="sum" scriptFormat="feel" camunda:resultVariable="net">'
        "<script>gross - gross * 0.1</script></scriptTask>"
        '<scriptTask id="day"><extensionElements><zeebe:script expression="=date(&quot;2026-11-21'
        '&quot;)" resultVariable="on"/></extensionElements></scriptTask>' + users("a"),
        "s -> sum; sum -> day; day -> a; a -> e",
    )

    assert Case.of(script, gross=1000).step.values == {
        "gross": 1000,
        "net": 900,
        "on": "2026-11-21",
    }


def test_a_service_task_waits_for_its_job():
    service = model(
        '<serviceTask id="one" camunda:type="external" camunda:topic="compute"/>'
        '<businessRuleTask id="two"><extensionElements><zeebe:taskDefinition type="decide"/>'
        "</extensionElements></businessRuleTask>",
        "s -> one; one -> two; two -> e",
    )
    case = Case.of(service)

    [wait] = case.step.waiting
    assert isinstance(wait, bpmn.ServiceWait)
    assert wait.topic == "compute"
    case.answer("one", {"net": 5})
    assert case.step.waiting[0].topic == "decide"  # type: ignore[union-attr]
    assert case.step.values == {"net": 5}


def test_a_token_can_be_answered_once():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"))
    token = case.token("a")
    case.answer("a")

    with pytest.raises(bpmn.TokenNotWaiting):
        case.answer_token(token, {})


def test_tokens_of_two_cases_never_meet():
    simple = model(users("a"), "s -> a; a -> e")
    first, second = (bpmn.start(simple, "p", {}, at=NOON) for _ in range(2))

    assert first.waiting[0].token != second.waiting[0].token


def test_a_process_that_is_not_there_is_not_found():
    with pytest.raises(bpmn.ProcessNotFound):
        bpmn.start(BOTH, "other", {}, at=NOON)


def test_a_loop_without_a_wait_is_stopped():
    forever = model(
        '<task id="a"/><exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [true]; g -> e",
    )

    with pytest.raises(bpmn.StepsExceeded):
        Case.of(forever)


def test_a_join_nobody_can_reach_any_more_is_an_error():
    starved = model(
        users("a") + '<exclusiveGateway id="g" default="g_j"/><parallelGateway id="j"/>',
        "s -> g; g -> a [x]; g -> j; a -> j; j -> e",
    )
    with pytest.raises(bpmn.JoinStarved) as refusal:
        Case.of(starved, x=False)
    assert refusal.value.element_id == "j"


@pytest.mark.parametrize("review", [REVIEW, INSIDE], ids=["bare", "in a sub-process"])
@given(orders=st.lists(st.booleans(), min_size=50, max_size=50))
@settings(max_examples=40, deadline=None)
def test_a_parallel_review_in_a_loop_works_in_any_order_for_fifty_turns(review, orders):
    case = Case.of(review)
    size = 0
    for turn, tech_first in enumerate(orders):
        case.answer("file")
        assert case.waiting == ["credit", "tech"]
        first, second = ("tech", "credit") if tech_first else ("credit", "tech")
        case.answer(first)
        assert case.waiting == [second]
        case.answer(second)
        assert case.waiting == ["decide"]
        case.answer("decide", {"back": turn < 49})
        if turn < 49:
            size = size or len(case.step.snapshot)
            assert len(case.step.snapshot) <= size + 16  # numbers that have more digits
    assert case.step.finished


def test_a_thousand_turns_leave_no_trace_in_the_snapshot():
    loop = model(
        users("a") + '<exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [back]; g -> e",
    )
    case = Case.of(loop, back=True)
    before = len(case.answer("a").step.snapshot)

    for _ in range(999):
        case.answer("a")

    assert case.waiting == ["a"]
    assert len(case.step.snapshot) <= before + 18  # numbers of tokens that have more digits
    assert case.answer("a", {"back": False}).step.finished


@pytest.mark.parametrize("kind", ["task", "userTask"])
def test_a_thousand_steps_in_a_row_deploy_and_run(kind):
    count = 1_000
    body = "".join(f'<{kind} id="t{n}"/>' for n in range(count))
    arrows = "s -> t0;" + "".join(f"t{n} -> t{n + 1};" for n in range(count - 1))
    case = Case.of(model(body, f"{arrows} t{count - 1} -> e"))

    for n in range(count if kind == "userTask" else 0):
        case.answer(f"t{n}")

    assert case.step.finished


@pytest.mark.parametrize("clash", ["Start", "End", "Root"])
def test_ids_the_library_wants_for_itself_are_free(clash):
    body = f'<startEvent id="s"/><endEvent id="e"/><userTask id="{clash}"/>'
    files = {"p.bpmn": process(body, f"s -> {clash}; {clash} -> e")}

    case = Case.of(bpmn.compile_model(files))

    assert case.waiting == [clash]
    assert case.answer(clash).step.finished


def test_a_model_is_shared_by_cases_and_never_changed():
    first, second = Case.of(BOTH), Case.of(BOTH)

    first.answer("a")

    assert second.waiting == ["a", "b"]
    assert second.answer("b").waiting == ["a"]
