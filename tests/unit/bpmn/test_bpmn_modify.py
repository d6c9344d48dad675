"""Tokens moved by hand: start here, cancel there, all or nothing."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.bpmn import CancelAll, CancelToken, SetVariables, StartAfter, StartBefore
from tests.unit.bpmn.diagrams import Case, flows, model, process, users

FORK = '<parallelGateway id="f"/><parallelGateway id="j"/>'
TWO = "s -> f; f -> a; f -> b; a -> j; b -> j; j -> c; c -> e"
NOTHING_LEFT = "nothing would be left to do: say where it begins as well, or cancel the case"
GONE = "nothing waits here any more: look at the case again"
BY_EVENT = "begins only by its event: choose what comes after it"
SEVERAL = "one item cannot be cancelled by itself: several end together, end all of them"
TIMER = """<boundaryEvent id="t" attachedToRef="{}"><timerEventDefinition>
<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"""


def chain() -> bpmn.Model:
    return model(users("a", "b", "c"), "s -> a; a -> b; b -> c; c -> e")


def sub(inner: str, arrows: str, marks: str = "", name: str = "sub") -> str:
    ends = f'<startEvent id="{name}_s"/><endEvent id="{name}_e"/>'
    return f'<subProcess id="{name}">{marks}{ends}{inner}{flows(arrows)}</subProcess>'


def nested() -> bpmn.Model:
    inner = sub(users("x", "y"), "deep_s -> x; x -> y; y -> deep_e", name="deep")
    outer = sub(inner + TIMER.format("deep") + users("late"), "sub_s -> deep; deep -> sub_e;"
                " t -> late; late -> sub_e")  # fmt: skip
    return model(users("a", "z") + outer, "s -> a; a -> sub; sub -> z; z -> e")


def many(marks: str = "") -> bpmn.Model:
    loop = (
        f"<multiInstanceLoopCharacteristics{marks}><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    return model(
        sub(users("x", "y"), "sub_s -> x; x -> y; y -> sub_e", loop) + users("a", "z"),
        "s -> a; a -> sub; sub -> z; z -> e",
    )


def do(case: Case, *instructions: bpmn.Instruction) -> Case:
    case.step = bpmn.modify(case.model, "p", case.step.stored, instructions, at=case.at)
    return case


def refused(case: Case, *instructions: bpmn.Instruction) -> tuple[str, str]:
    before = case.step.stored
    with pytest.raises(bpmn.ModificationRefused) as refusal:
        do(case, *instructions)
    assert case.step.stored == before
    [obstacle] = refusal.value.obstacles
    return obstacle.element_id, str(obstacle.reason)


def test_a_token_is_moved_ahead():
    case = Case.of(chain())
    token = case.token("a")

    do(case, StartBefore("c"), CancelAll("a"))

    assert (case.waiting, case.step.closed) == (["c"], (token,))
    assert case.passed == []
    assert case.answer("c").step.finished


def test_a_token_is_moved_back():
    case = Case.of(chain()).answer("a").answer("b")

    do(case, CancelToken(case.token("c")), StartBefore("a"))

    assert case.waiting == ["a"]


def test_starting_after_an_element_follows_its_flows():
    gateway = '<exclusiveGateway id="g" default="g_b"/>'
    case = Case.of(model(gateway + users("a", "b", "c"), "s -> a; a -> g; g -> b; g -> c [n > 1];"
                         " b -> e; c -> e"), n=1)  # fmt: skip

    do(case, SetVariables({"n": 2}), StartAfter("a"), CancelAll("a"))

    assert (case.waiting, case.passed, case.step.values) == (["c"], ["g"], {"n": 2})


def test_a_second_token_goes_its_own_way():
    case = do(Case.of(chain()), StartBefore("c"))

    assert case.waiting == ["a", "c"]
    assert not case.answer("c").step.finished


def test_variables_alone_move_nothing():
    case = Case.of(chain(), n=1)
    token = case.token("a")

    do(case, SetVariables({"n": 2, "m": [1]}))

    assert (case.step.values, case.token("a")) == ({"n": 2, "m": [1]}, token)
    assert (case.step.opened, case.step.closed) == ((), ())


def test_a_variable_set_by_hand_wakes_what_waits_for_it():
    waits = """<intermediateCatchEvent id="w"><conditionalEventDefinition><condition>n &gt; 1
    </condition></conditionalEventDefinition></intermediateCatchEvent>"""
    case = Case.of(model(users("a") + waits, "s -> w; w -> a; a -> e"), n=1)

    assert do(case, SetVariables({"n": 2})).waiting == ["a"]


def test_an_element_of_a_called_process_is_started_where_the_call_is_open():
    called = process('<startEvent id="s2"/><endEvent id="e2"/>' + users("x", "y"),
                     "s2 -> x; x -> y; y -> e2", process_id="q")  # fmt: skip
    ends = '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="q"/>'
    caller = process(ends + users("a"), "s -> a; a -> call; call -> e")
    case = Case.of(bpmn.compile_model({"p.bpmn": caller, "q.bpmn": called}))

    assert refused(case, StartBefore("y")) == ("y", "no open process has it: choose another one")
    assert do(case.answer("a"), StartBefore("y"), CancelAll("x")).waiting == ["y"]
    assert case.answer("y").step.finished


def test_sub_processes_around_an_element_open_with_their_boundary_events():
    case = do(Case.of(nested()), StartBefore("y"), CancelAll("a"))

    assert case.waiting == ["t", "y"]
    assert case.answer("y").waiting == ["z"]


def test_a_sub_process_that_is_open_is_not_opened_twice():
    case = do(Case.of(nested()).answer("a"), StartBefore("y"))

    assert case.waiting == ["t", "x", "y"]
    assert case.answer("y").waiting == ["t", "x"]


def test_what_is_left_empty_is_cancelled_with_all_around_it_that_is_left_empty():
    case = Case.of(nested()).answer("a")

    do(case, CancelAll("x"), StartBefore("z"))

    assert case.waiting == ["z"]


def test_a_sub_process_is_cancelled_as_a_whole():
    case = do(Case.of(nested()).answer("a"), CancelAll("sub"), StartBefore("a"))

    assert case.waiting == ["a"]


def test_a_case_does_not_lose_its_last_token():
    assert refused(Case.of(chain()), CancelAll("a")) == (
        "p",
        NOTHING_LEFT,
    )
    assert refused(Case.of(nested()).answer("a"), CancelAll("x")) == (
        "p",
        NOTHING_LEFT,
    )


@pytest.mark.parametrize(
    ("instruction", "why"),
    [
        (StartBefore("x"), ("x", "no open process has it: choose another one")),
        (StartAfter("e"), ("e", "chooses no flow by itself: start before it")),
        (CancelAll("b"), ("b", GONE)),
        (CancelToken("t-99"), ("t-99", GONE)),
        (
            SetVariables({"n": 1}, "t-99"),
            ("t-99", GONE),
        ),
    ],
)
def test_an_impossible_instruction_is_refused_with_its_element(instruction, why):
    assert refused(Case.of(chain()), StartBefore("c"), instruction) == why


def test_a_boundary_event_is_neither_started_nor_cancelled_by_itself():
    body = users("a", "late") + TIMER.format("a")
    case = Case.of(model(body, "s -> a; a -> e; t -> late; late -> e"))

    assert refused(case, StartBefore("t")) == ("t", "is a boundary event: start after it")
    assert refused(case, CancelAll("t"), StartBefore("a")) == (
        "t",
        "waits beside something else: cancel that",
    )
    assert do(case, StartAfter("t"), CancelAll("a")).waiting == ["late"]


def test_a_join_is_not_started_before_and_starves_no_case():
    case = Case.of(model(FORK + users("a", "b", "c"), TWO)).answer("a")

    assert refused(case, StartBefore("j"))[0] == "j"
    assert refused(case, CancelAll("b"), StartBefore("c")) == (
        "j",
        "would wait for a branch by b_j that does not come",
    )


def test_arrivals_at_a_join_are_cancelled_with_it():
    case = Case.of(model(FORK + users("a", "b", "c"), TWO)).answer("a")

    do(case, CancelAll("j"), CancelAll("b"), StartBefore("c"))

    assert case.answer("c").step.finished


def test_one_branch_alone_is_not_started():
    case = Case.of(model(FORK + users("a", "b", "c"), TWO)).answer("a").answer("b")

    assert refused(case, StartBefore("a"))[0] == "j"
    assert do(case, StartBefore("a"), StartBefore("b"), CancelAll("c")).waiting == ["a", "b"]


def test_one_branch_is_not_walked_twice_for_the_other_once():
    case = Case.of(model(FORK + users("a", "b", "c"), TWO))

    assert refused(case, StartBefore("a")) == (
        "j",
        "would wait for a branch by b_j that does not come",
    )
    do(case, StartBefore("a"), StartBefore("b"))
    assert case.answer("a").answer("a").answer("b").answer("b").waiting == ["c", "c"]


def test_a_missing_branch_is_started_after_its_task():
    case = Case.of(model(FORK + users("a", "b", "c"), TWO))

    do(case, StartAfter("a"), CancelAll("a"))
    assert case.waiting == ["b"]

    assert case.answer("b").waiting == ["c"]


def test_a_multi_instance_activity_opens_as_a_whole_only():
    case = Case.of(many())

    assert refused(case, StartBefore("y"), CancelAll("a"))[0] == "sub"
    assert do(case, StartBefore("sub"), CancelAll("a")).waiting == ["x", "x"]


def test_which_item_is_meant_must_be_said():
    case = Case.of(many()).answer("a")
    first = case.step.waiting[0]
    [inner] = {each.token for each in case.step.waiting} - {first.token}

    assert refused(case, StartBefore("y"))[1].startswith("could be in any of 2 visits")
    assert inner
    state = bpmn.snapshot.load(case.step.stored, case.model, "p")
    owner = state.scopes[state.tokens[first.token].scope].owner
    assert owner is not None
    assert do(case, StartBefore("y", inside=owner)).waiting == ["x", "x", "y"]


def test_one_item_of_several_is_not_cancelled_by_itself():
    case = Case.of(many()).answer("a")

    assert refused(case, CancelToken(case.token("x")))[1] == SEVERAL
    assert do(case, CancelAll("sub"), StartBefore("z")).waiting == ["z"]


UNDONE = """<boundaryEvent id="u" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>
<userTask id="h" isForCompensation="true"/><association id="l" sourceRef="u" targetRef="h"
 associationDirection="One"/><intermediateThrowEvent id="w"><compensateEventDefinition/>
</intermediateThrowEvent>"""


def test_what_was_jumped_over_is_not_compensated():
    undone = model(users("a") + UNDONE, "s -> a; a -> w; w -> e")

    assert Case.of(undone).answer("a").waiting == ["h"]
    assert do(Case.of(undone), StartAfter("a"), CancelAll("a")).step.finished
    assert refused(Case.of(undone), StartBefore("h")) == (
        "h",
        BY_EVENT,
    )


def test_an_event_sub_process_begins_only_by_its_event():
    listening = """<subProcess id="x" triggeredByEvent="true"><startEvent id="x_s"
    isInterrupting="false"><timerEventDefinition><timeDuration>PT1H</timeDuration>
    </timerEventDefinition></startEvent><userTask id="t"/><endEvent id="x_e"/>{}</subProcess>"""
    body = users("a") + listening.format(flows("x_s -> t; t -> x_e"))
    case = Case.of(model(body, "s -> a; a -> e"))

    assert refused(case, StartBefore("x"))[1] == BY_EVENT
    assert refused(case, StartBefore("t"))[1] == "is an event sub-process that has not begun"
    assert do(case.answer("x_s"), StartBefore("t")).waiting == ["a", "t", "t"]


def test_a_link_goes_on_where_it_leads():
    links = """<intermediateThrowEvent id="to"><linkEventDefinition name="l"/>
    </intermediateThrowEvent><intermediateCatchEvent id="from"><linkEventDefinition name="l"/>
    </intermediateCatchEvent>"""
    case = Case.of(model(users("a", "b") + links, "s -> a; a -> to; from -> b; b -> e"))

    assert do(case, StartAfter("to"), CancelAll("a")).waiting == ["b"]


def test_nothing_is_done_when_a_later_instruction_is_refused():
    case = Case.of(chain(), n=1)

    refused(case, SetVariables({"n": 2}), StartBefore("c"), CancelAll("b"))

    assert (case.waiting, case.step.values) == (["a"], {"n": 1})
