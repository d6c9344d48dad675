"""A running case goes on in another version of its model: what stays, what is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from engine import bpmn
from engine.bpmn import Plan
from tests.unit.bpmn.diagrams import NOON, Case, flows, model, process, users

TIMER = '<boundaryEvent id="{}" attachedToRef="{}" cancelActivity="{}"><timerEventDefinition>\
<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>'


def boundary(event: str, host: str, *, cancels: bool = True) -> str:
    return TIMER.format(event, host, str(cancels).lower())


def chain(*ids: str) -> bpmn.Model:
    """Return a model of user tasks one after the other."""
    ends = ["s", *ids, "e"]
    return model(users(*ids), "; ".join(f"{a} -> {b}" for a, b in pairwise(ends)))


def move(case: Case, new: bpmn.Model, plan: Plan | None = None, **later: float) -> Case:
    """Migrate the case by a plan, or by the one that is proposed."""
    case.later(**later)
    chosen = plan or bpmn.propose(case.model, new)
    case.step = bpmn.migrate(case.model, new, "p", case.step.stored, chosen, at=case.at)
    case.model = new
    return case


def elements(**ids: str | None) -> Plan:
    return Plan({"p": ids})


def refusals(case: Case, new: bpmn.Model, plan: Plan | None = None) -> dict[str, str]:
    before = case.step.stored
    with pytest.raises(bpmn.MigrationRefused) as refused:
        move(case, new, plan)
    assert case.step.stored == before
    return {each.element_id: str(each.reason) for each in refused.value.obstacles}


def test_a_task_before_or_behind_the_open_one_may_come_and_go():
    case = Case.of(chain("a", "b"))
    token = case.token("a")

    move(case, chain("n", "a", "m", "b"))

    assert (case.waiting, case.token("a")) == (["a"], token)
    assert case.answer("a").waiting == ["m"]
    assert case.answer("m").answer("b").step.finished


def test_an_open_task_that_is_gone_is_refused_and_named():
    case = Case.of(chain("a", "b"))

    assert refusals(case, chain("b")) == {
        "a": "a token waits here and the plan does not say where it goes"
    }


def test_an_open_task_of_another_name_needs_to_be_said():
    case = Case.of(chain("a", "b"))
    token = case.token("a")

    assert "a" in refusals(case, chain("check", "b"))
    move(case, chain("check", "b"), elements(a="check", b="b"))

    assert case.token("check") == token
    assert case.answer("check").waiting == ["b"]


def test_an_open_task_becomes_nothing_the_other_version_does_not_have():
    case = Case.of(chain("a"))

    assert refusals(case, chain("b"), elements(a="x")) == {
        "a": "becomes x, which the other version does not have"
    }
    assert refusals(case, chain("b"), elements(a=None)) == {
        "a": "a token waits here and cannot be dropped"
    }


def test_an_open_task_does_not_become_something_else():
    service = model('<receiveTask id="a" messageRef="m"/>', "s -> a; a -> e",
                    extra='<message id="m" name="m"/>')  # fmt: skip

    assert refusals(Case.of(chain("a")), service, elements(a="a")) == {
        "a": "a userTask cannot become the receiveTask a"
    }


def test_two_elements_do_not_become_one():
    case = Case.of(chain("a", "b"))

    assert refusals(case, chain("c"), elements(a="c", b="c")) == {"b": "becomes c, and so does a"}


def test_a_step_that_would_be_skipped_by_a_new_order_is_refused_unless_accepted():
    case = Case.of(chain("a", "b", "c")).answer("a")
    reordered = chain("a", "c", "b")

    assert refusals(case, reordered) == {"c": "is still to come and would be skipped"}
    same = bpmn.propose(case.model, reordered)
    move(case, reordered, Plan(same.elements, accepted={"p": frozenset({"c"})}))

    assert case.waiting == ["b"]
    assert case.answer("b").step.finished


def test_a_step_that_would_be_skipped_is_seen_also_when_the_plan_is_silent_about_it():
    case = Case.of(chain("a", "b", "c")).answer("a")

    assert refusals(case, chain("a", "c", "b"), elements(b="b")) == {
        "c": "is still to come and would be skipped"
    }


def test_a_step_that_might_come_a_second_time_is_refused_unless_accepted():
    case = Case.of(chain("a", "b", "c")).answer("a").answer("b")

    assert refusals(case, chain("a", "c", "b")) == {"b": "lies behind and might come a second time"}


def test_a_running_timer_keeps_the_moment_it_is_due():
    before = model(users("a", "late") + boundary("t", "a"), "s -> a; a -> e; t -> late; late -> e")
    after = model(
        users("a", "late", "n") + boundary("t2", "a"),
        "s -> n; n -> a; a -> e; t2 -> late; late -> e",
    )
    case = Case.of(before)
    token = case.token("t")

    move(case, after, elements(a="a", late="late", t="t2"), minutes=40)

    timer = case.wait("t2")
    assert isinstance(timer, bpmn.TimerWait)
    assert (timer.token, timer.due_at) == (token, NOON + timedelta(hours=1))
    assert (case.step.opened, case.step.closed) == ((), ())
    assert case.answer("t2").waiting == ["late"]


def test_a_boundary_event_that_is_gone_is_dropped_and_a_new_one_waits_from_now():
    body = users("a", "late")
    before = model(body + boundary("t", "a"), "s -> a; a -> e; t -> late; late -> e")
    after = model(body + boundary("u", "a"), "s -> a; a -> e; u -> late; late -> e")
    case = Case.of(before)
    dropped = case.token("t")

    move(case, after, minutes=40)

    timer = case.wait("u")
    assert isinstance(timer, bpmn.TimerWait)
    assert case.step.closed == (dropped,)
    assert case.step.opened == (timer,)
    assert timer.due_at == NOON + timedelta(minutes=100)
    assert case.answer("a").step.finished


def test_a_boundary_event_that_has_happened_does_not_wait_again():
    body = users("a", "late") + boundary("t", "a", cancels=False)
    before = model(body, "s -> a; a -> e; t -> late; late -> e")
    after = model(body + users("n"), "s -> a; a -> n; n -> e; t -> late; late -> e")
    case = Case.of(before).answer("t")

    move(case, after)

    assert case.waiting == ["a", "late"]


def test_what_stood_beside_one_activity_does_not_stand_beside_another():
    body = users("a", "b", "late")
    before = model(body + boundary("t", "a"), "s -> a; a -> b; b -> e; t -> late; late -> e")
    after = model(body + boundary("t", "b"), "s -> a; a -> b; b -> e; t -> late; late -> e")

    assert refusals(Case.of(before), after) == {"t": "t is attached to b, not to a"}


FORK = '<parallelGateway id="f"/><parallelGateway id="j"/>'
TWO = "s -> f; f -> a; f -> b; a -> j; b -> j; j -> e"


def test_a_branch_that_came_to_a_join_has_still_come():
    case = Case.of(model(FORK + users("a", "b"), TWO)).answer("a")
    longer = model(
        FORK + users("a", "b", "n"), "s -> f; f -> a; f -> b; a -> n; n -> j; b -> j; j -> e"
    )

    same = bpmn.propose(case.model, longer)
    forgotten = Plan(same.elements, {"p": {"a_j": None}})

    assert refusals(case, longer, forgotten) == {
        "j": "would wait for a branch by n_j that does not come"
    }
    move(case, longer, Plan(same.elements, {"p": {"a_j": "n_j"}}))

    assert case.answer("b").step.finished


def test_an_arrival_that_the_plan_is_silent_about_is_refused():
    case = Case.of(model(FORK + users("a", "b"), TWO)).answer("a")
    two = bpmn.propose(case.model, case.model)

    assert two.flows == {"p": {"a_j": "a_j", "b_j": "b_j"}}

    assert refusals(case, case.model, elements(a="a", b="b", j="j")) == {
        "j": "a branch came by a_j and the plan does not say what becomes of it"
    }


def test_a_join_with_a_branch_that_nobody_walks_is_refused():
    case = Case.of(model(FORK + users("a", "b"), TWO))
    three = model(FORK + users("a", "b", "c"), TWO + "; f -> c; c -> j")

    assert refusals(case, three) == {"j": "would wait for a branch by c_j that does not come"}


def test_a_join_that_is_complete_without_a_branch_that_is_gone_goes_on():
    three = model(FORK + users("a", "b", "c", "d"), TWO.replace("j -> e", "j -> d; d -> e")
                  + "; f -> c; c -> j")  # fmt: skip
    case = Case.of(three).answer("a").answer("b")
    two = model(FORK + users("a", "b", "c", "d"), "s -> f; f -> a; f -> b; a -> j; b -> j; j -> d;"
                " d -> c; c -> e")  # fmt: skip

    assert refusals(case, two)["c"]  # it is at c: the new join would come to it once more


def test_items_of_a_multi_instance_activity_keep_their_progress():
    each = (
        '<userTask id="a"><multiInstanceLoopCharacteristics isSequential="true">'
        "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )
    before = model(each, "s -> a; a -> e")
    after = model(each.replace('"a"', '"r"') + users("n"), "s -> r; r -> n; n -> e")
    case = Case.of(before).answer("a")

    move(case, after, elements(a="r"))

    assert case.answer("r").waiting == ["r"]
    assert case.answer("r").waiting == ["n"]


def test_one_task_does_not_become_a_multi_instance_task():
    many = model(
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
        "</multiInstanceLoopCharacteristics></userTask>",
        "s -> a; a -> e",
    )

    assert refusals(Case.of(chain("a")), many) == {"a": "only one of it and a is multi-instance"}


def sub(inner: str, arrows: str) -> str:
    ends = '<startEvent id="is"/><endEvent id="ie"/>'
    return f'<subProcess id="sub">{ends}{inner}{flows(arrows)}</subProcess>'


def test_a_task_stays_in_its_sub_process():
    inside = model(sub(users("a"), "is -> a; a -> ie") + users("b"), "s -> sub; sub -> b; b -> e")
    wider = model(
        sub(users("a", "n"), "is -> a; a -> n; n -> ie") + users("b"), "s -> sub; sub -> b; b -> e"
    )
    outside = model(
        sub(users("n"), "is -> n; n -> ie") + users("a", "b"), "s -> sub; sub -> a; a -> b; b -> e"
    )
    case = Case.of(inside)

    assert refusals(case, outside)["a"] == "a stands in p, not in sub"
    move(case, wider)

    assert case.answer("a").waiting == ["n"]
    assert case.answer("n").waiting == ["b"]


def test_a_gateway_of_events_waits_for_the_new_one_too():
    gateway = '<eventBasedGateway id="g"/>'
    catch = '<intermediateCatchEvent id="{}"><timerEventDefinition><timeDuration>PT{}H\
</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    one = gateway + catch.format("x", 1) + catch.format("y", 2)
    before = model(one, "s -> g; g -> x; g -> y; x -> e; y -> e")
    after = model(
        one + catch.format("z", 3), "s -> g; g -> x; g -> y; g -> z; x -> e; y -> e; z -> e"
    )
    case = move(Case.of(before), after)

    assert case.waiting == ["x", "y", "z"]
    assert case.answer("z").step.finished


def calling(*inside: str) -> bpmn.Model:
    """Return a model that calls a process of user tasks."""
    ends = ["s2", *inside, "e2"]
    called = process(
        '<startEvent id="s2"/><endEvent id="e2"/>' + users(*inside),
        "; ".join(f"{a} -> {b}" for a, b in pairwise(ends)),
        process_id="q",
    )
    body = '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="q"/>'
    caller = process(body + users("z"), "s -> call; call -> z; z -> e")
    return bpmn.compile_model({"p.bpmn": caller, "q.bpmn": called})


def test_a_called_process_goes_on_in_its_other_version_with_its_own_variables():
    case = Case.of(calling("a", "b"), n=1).answer("a", {"n": 2})
    token = case.token("b")

    move(case, calling("a", "b", "c"))

    assert case.token("b") == token
    assert case.step.values == {"n": 1}
    assert case.answer("b").waiting == ["c"]
    assert case.answer("c").step.values == {"n": 2}
    assert case.answer("z").step.finished


def test_an_obstacle_in_a_called_process_names_the_process():
    case = Case.of(calling("a"))
    with pytest.raises(bpmn.MigrationRefused) as refused:
        move(case, calling("b"))

    assert [each[:2] for each in refused.value.obstacles] == [("q", "a")]


LISTENING = """<subProcess id="{0}" triggeredByEvent="true"><startEvent id="{0}_s"
 isInterrupting="{1}"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</startEvent><userTask id="{0}_t"/><endEvent id="{0}_e"/>{2}</subProcess>"""


def listening(name: str, *, interrupts: bool = False) -> str:
    inside = flows(f"{name}_s -> {name}_t; {name}_t -> {name}_e")
    return LISTENING.format(name, str(interrupts).lower(), inside)


def test_an_event_sub_process_that_is_new_listens_and_one_that_is_gone_does_not():
    old = model(users("a") + listening("x"), "s -> a; a -> e")
    case = Case.of(old).later(minutes=40)
    gone = case.token("x_s")

    move(case, model(users("a") + listening("y"), "s -> a; a -> e"))

    timer = case.wait("y_s")
    assert isinstance(timer, bpmn.TimerWait)
    assert (case.step.closed, timer.due_at) == ((gone,), NOON + timedelta(minutes=100))
    assert case.answer("y_s").waiting == ["a", "y_t"]


def test_an_event_sub_process_keeps_its_moment_and_what_runs_in_it():
    old = model(users("a") + listening("x"), "s -> a; a -> e")
    new = model(users("n", "a") + listening("x"), "s -> n; n -> a; a -> e")
    case = move(Case.of(old), new, minutes=40)
    timer = case.wait("x_s")
    assert isinstance(timer, bpmn.TimerWait)
    assert timer.due_at == NOON + timedelta(hours=1)
    token = case.answer("x_s").token("x_t")

    move(case, old)

    assert case.token("x_t") == token
    assert case.answer("x_t").waiting == ["a"]


def test_nothing_new_listens_where_an_event_sub_process_took_the_place_of_the_flow():
    old = model(users("a") + listening("x", interrupts=True), "s -> a; a -> e")
    new = model(users("a") + listening("x", interrupts=True) + listening("y"), "s -> a; a -> e")
    case = Case.of(old).answer("x_s")

    move(case, new)

    assert case.waiting == ["x_t"]
    assert case.answer("x_t").step.finished


def test_a_plan_is_read_as_it_is_written():
    plan = Plan({"p": {"a": "b", "t": None}}, {"p": {"f": "g"}}, {"p": frozenset({"c"})})

    assert bpmn.read_plan(plan.as_plain()) == plan


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"elements": []},
        {"elements": {"p": {"a": 1}}},
        {"accepted": {"p": "a"}},
        {"steps": {}},
    ],
)
def test_what_is_no_plan_is_refused(content):
    with pytest.raises(bpmn.PlanUnreadable):
        bpmn.read_plan(content)
