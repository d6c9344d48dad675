"""Ad-hoc sub-processes: done in any order, as often as wanted, until they are over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    MESSAGE,
    NAMED,
    NOON,
    Case,
    catch,
    flows,
    inside,
    model,
    on,
    process,
    timer,
    users,
)

VISIT = users("measure", "photograph", "ask")


def ad_hoc(
    body: str = VISIT, arrows: str = "", *, until: str = "", active: str = "", marks: str = ""
) -> str:
    begins = (
        f'<extensionElements><zeebe:adHoc activeElementsCollection="{active}"/></extensionElements>'
        if active
        else ""
    )
    ends = f"<completionCondition>{until}</completionCondition>" if until else ""
    return (
        f'<adHocSubProcess id="visit" {marks}>{begins}{body}{flows(arrows)}{ends}</adHocSubProcess>'
    )


def site(*args: str, **said: str) -> bpmn.Model:
    body = ad_hoc(*args, **said) + users("report")
    return model(body, "s -> visit; visit -> report; report -> e", extra=NAMED)


def chosen(case: Case, element_id: str) -> Case:
    [choice] = bpmn.choices(case.model, "p", case.step.stored)
    case.step = bpmn.enable(case.model, "p", case.step.stored, choice.token, element_id, at=NOON)
    return case


def rules(body: str) -> set[tuple[str, str | None]]:
    found = bpmn.lint({"p.bpmn": process('<startEvent id="s"/>' + body, "s -> visit")})
    return {(each.rule, each.element_id) for each in found}


@given(st.permutations(["measure", "photograph", "ask"]))
def test_everything_inside_is_open_at_once_and_it_ends_when_all_is_done(order):
    case = Case.of(site())

    assert case.waiting == ["ask", "measure", "photograph"]
    for each in order:
        case.answer(each)
    assert case.waiting == ["report"]


def test_as_long_as_it_is_open_an_activity_may_be_done_again():
    case = Case.of(site())
    [choice] = bpmn.choices(case.model, "p", case.step.stored)

    assert (choice.element_id, choice.offered) == ("visit", ("measure", "photograph", "ask"))
    assert chosen(case, "ask").waiting == ["ask", "ask", "measure", "photograph"]
    for each in ("ask", "ask", "measure", "photograph"):
        case.answer(each)
    assert case.waiting == ["report"]
    assert bpmn.choices(case.model, "p", case.step.stored) == ()


def test_only_what_the_model_names_begins_with_it():
    there = site(active="=needed", until="done")
    case = Case.of(there, needed=["ask"], done=False)

    assert case.waiting == ["ask"]
    assert case.answer("ask").waiting == []
    assert not case.step.finished
    assert chosen(case, "measure").answer("measure", {"done": True}).waiting == ["report"]


def test_with_nothing_named_and_no_condition_nothing_is_left_to_do():
    assert Case.of(site(active="=needed"), needed=[]).waiting == ["report"]


def test_a_list_of_what_begins_that_is_not_there_is_an_incident_and_skips_nothing():
    with pytest.raises(bpmn.ExpressionFailed) as failure:
        Case.of(site(active="=neeeded"), needed=["ask"])
    assert failure.value.element_id == "visit"


def test_what_is_named_and_not_offered_is_an_incident():
    with pytest.raises(bpmn.ExpressionFailed) as failure:
        Case.of(site(active="=needed"), needed=["ask", "report"])
    assert failure.value.element_id == "visit"


def test_a_condition_that_holds_ends_what_still_runs():
    case = Case.of(site(until="enough"), enough=False)

    assert case.answer("ask").waiting == ["measure", "photograph"]
    assert case.answer("measure", {"enough": True}).waiting == ["report"]
    assert len(case.step.closed) == 1


def test_what_still_runs_may_go_on_to_its_end_but_nothing_follows_it():
    there = site(
        VISIT + users("sign"),
        "ask -> sign",
        until="enough",
        marks='cancelRemainingInstances="false"',
    )
    case = Case.of(there, enough=False)

    case.answer("measure", {"enough": True})
    assert case.waiting == ["ask", "photograph"]
    assert bpmn.choices(there, "p", case.step.stored) == ()
    assert case.answer("ask").waiting == ["photograph"]
    assert case.answer("photograph").waiting == ["report"]


def test_one_after_the_other_when_the_ordering_is_sequential():
    case = Case.of(site(marks='ordering="Sequential"'))

    assert case.waiting == ["measure"]
    assert chosen(case, "measure").waiting == ["measure"]
    assert case.answer("measure").waiting == ["photograph"]
    assert case.answer("photograph").waiting == ["ask"]
    assert case.answer("ask").waiting == ["measure"]
    assert case.answer("measure").waiting == ["report"]


def test_branches_inside_take_turns_too_when_the_ordering_is_sequential():
    body = users("ask", "left", "right") + '<parallelGateway id="fork"/>'
    there = site(body, "ask -> fork; fork -> left; fork -> right", marks='ordering="Sequential"')
    case = Case.of(there)

    assert case.answer("ask").waiting == ["left"]
    assert case.answer("left").waiting == ["right"]
    assert case.answer("right").waiting == ["report"]


def test_flows_inside_are_followed_before_it_is_over():
    case = Case.of(site(VISIT + users("sign"), "ask -> sign"))

    assert case.answer("ask").waiting == ["measure", "photograph", "sign"]
    case.answer("sign").answer("measure")
    assert case.answer("photograph").waiting == ["report"]


def test_an_event_inside_may_come_again_and_again_and_keeps_nothing_open():
    body = users("ask", "file") + catch("mail", MESSAGE)
    case = Case.of(site(body, "mail -> file"), contract="C-1")

    assert case.waiting == ["ask", "mail"]
    assert case.answer("mail").answer("mail").waiting == ["ask", "file", "file", "mail"]
    case.answer("file").answer("file")
    assert case.answer("ask").waiting == ["report"]


def test_a_boundary_event_ends_it_with_all_that_is_chosen():
    body = ad_hoc(until="enough") + on("late", "visit", timer("PT1H")) + users("report", "hurry")
    case = Case.of(
        model(body, "s -> visit; visit -> report; report -> e; late -> hurry; hurry -> e"),
        enough=False,
    )

    assert case.answer("late").waiting == ["hurry"]
    assert case.answer("hurry").step.finished


def test_an_event_sub_process_inside_it_ends_the_choice_when_it_interrupts():
    stop = inside("stop", users("tidy"), "stop_in -> tidy; tidy -> stop_out", by=MESSAGE)
    case = Case.of(site(VISIT + stop, until="enough"), contract="C-1", enough=False)

    assert case.answer("stop_in").waiting == ["tidy"]
    assert case.answer("tidy").waiting == ["report"]


def test_each_item_of_several_has_a_choice_of_its_own():
    marker = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    case = Case.of(site(VISIT + marker, marks='ordering="Sequential"', until="false"))
    first, second = bpmn.choices(case.model, "p", case.step.stored)

    assert case.waiting == ["measure", "measure"]
    assert (first.offered, first.token == second.token) == (second.offered, False)


def test_what_is_over_or_not_offered_cannot_be_chosen():
    case = Case.of(site(VISIT + users("sign"), "ask -> sign"))
    [choice] = bpmn.choices(case.model, "p", case.step.stored)

    for other in ("sign", "report", "nothing"):
        with pytest.raises(bpmn.ModificationRefused):
            bpmn.enable(case.model, "p", case.step.stored, choice.token, other, at=NOON)
    with pytest.raises(bpmn.TokenNotWaiting):
        bpmn.answer(case.model, "p", case.step.stored, choice.token, {}, at=NOON)
    with pytest.raises(bpmn.TokenNotWaiting):
        bpmn.enable(case.model, "p", case.step.stored, case.token("ask"), "ask", at=NOON)


def test_a_hand_may_put_a_token_inside_and_take_the_choice_away():
    case = Case.of(site(until="enough"), enough=False)
    [choice] = bpmn.choices(case.model, "p", case.step.stored)
    acts: list[bpmn.Instruction] = [bpmn.StartBefore("ask"), bpmn.CancelToken(choice.token)]

    case.step = bpmn.modify(case.model, "p", case.step.stored, acts, at=NOON)
    assert case.waiting == ["ask", "ask", "measure", "photograph"]
    for each in ("ask", "ask", "measure", "photograph"):
        case.answer(each)
    assert case.waiting == ["report"]


def test_a_hand_may_end_it_whole():
    case = Case.of(site(until="enough"), enough=False)
    acts: list[bpmn.Instruction] = [bpmn.StartBefore("report"), bpmn.CancelAll("visit")]

    case.step = bpmn.modify(case.model, "p", case.step.stored, acts, at=NOON)

    assert case.waiting == ["report"]


def test_its_turns_survive_a_migration_under_other_names():
    old = site(marks='ordering="Sequential"')
    new = site(users("measure", "shoot", "ask"), marks='ordering="Sequential"')
    case = Case.of(old)
    ids = {each: each for each in ("visit", "measure", "ask")}
    plan = bpmn.Plan({"p": {**ids, "photograph": "shoot"}})

    case.step, case.model = bpmn.migrate(old, new, "p", case.step.stored, plan, at=NOON), new

    assert case.answer("measure").waiting == ["shoot"]
    assert case.answer("shoot").answer("ask").waiting == ["report"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ad_hoc(until="done >"), ("BPMN-104", "visit")),
        (ad_hoc(active="=a +"), ("BPMN-104", "visit")),
        (ad_hoc(marks='ordering="Both"'), ("BPMN-134", "visit")),
        (ad_hoc('<startEvent id="i"/>'), ("BPMN-105", "i")),
        (ad_hoc(users("ask") + '<endEvent id="o"/>', "ask -> o"), ("BPMN-105", "o")),
    ],
)
def test_what_an_ad_hoc_sub_process_cannot_be_is_refused(body, expected):
    assert expected in rules(body)
