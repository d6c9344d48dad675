"""Timers, messages and errors: in the flow, on boundaries, behind a gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, users

MESSAGES = (
    '<message id="m1" name="contract.signed"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>'
    '<message id="m2" name="withdrawn"/>'
)
ERRORS = '<error id="bad" name="Bad" errorCode="STM-012"/><error id="worse" errorCode="STM-099"/>'


def timer(form: str, text: str) -> str:
    return f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"


def boundary(event_id: str, host: str, event: str, *, interrupting: bool = True) -> str:
    return (
        f'<boundaryEvent id="{event_id}" attachedToRef="{host}" '
        f'cancelActivity="{str(interrupting).lower()}">{event}</boundaryEvent>'
    )


def caught(event_id: str, event: str) -> str:
    return f'<intermediateCatchEvent id="{event_id}">{event}</intermediateCatchEvent>'


def error(ref: str | None) -> str:
    return f'<errorEventDefinition errorRef="{ref}"/>' if ref else "<errorEventDefinition/>"


@pytest.mark.parametrize(
    ("form", "text", "due_at"),
    [
        pytest.param("timeDuration", "PT5M", NOON + timedelta(minutes=5), id="minutes"),
        pytest.param("timeDuration", "P1DT2H", NOON + timedelta(hours=26), id="days and hours"),
        pytest.param("timeDuration", "P3M", datetime(2027, 2, 21, 12, tzinfo=UTC), id="months"),
        pytest.param("timeDuration", "= spell", NOON + timedelta(days=10), id="FEEL text"),
        pytest.param("timeDuration", '= duration("P2D")', NOON + timedelta(days=2), id="FEEL"),
        pytest.param(
            "timeDate", "2026-12-01T08:00:00Z", datetime(2026, 12, 1, 8, tzinfo=UTC), id="date-time"
        ),
        pytest.param(
            "timeDate",
            "= payment_due",
            datetime(2026, 12, 21, 20, 30, tzinfo=UTC),
            id="a variable without a zone is Tehran's",
        ),
        pytest.param(
            "timeDate",
            '= now() + duration("PT1H")',
            NOON + timedelta(hours=1),
            id="from the moment of the command",
        ),
    ],
)
def test_a_timer_says_when_it_is_due(form, text, due_at):
    case = Case.of(
        model(caught("t", timer(form, text)), "s -> t; t -> e"),
        spell="P10D",
        payment_due="2026-12-22T00:00:00",
    )

    [wait] = case.step.waiting

    assert isinstance(wait, bpmn.TimerWait)
    assert wait.due_at == due_at
    assert case.answer("t").step.finished


def test_a_timer_never_fires_by_the_clock():
    case = Case.of(
        model(
            caught("t", timer("timeDuration", "PT1S")) + users("a") + '<parallelGateway id="f"/>',
            "s -> f; f -> t; f -> a; t -> e; a -> e",
        )
    )

    case.later(days=400).answer("a")

    assert case.waiting == ["t"]


@pytest.mark.parametrize("value", [None, "soon", 5])
def test_a_timer_without_a_time_is_an_error(value):
    with pytest.raises(bpmn.ExpressionFailed):
        Case.of(model(caught("t", timer("timeDate", "= due")), "s -> t; t -> e"), due=value)


@pytest.mark.parametrize(
    ("form", "value", "told"),
    [
        ("timeDate", "1405/09/10", "'1405/09/10' is no moment such as 2026-12-01T10:00:00"),
        ("timeDate", None, "there is no moment such as"),
        ("timeDuration", "5 days", "'5 days' is no duration such as P3D"),
    ],
)
def test_a_timer_that_cannot_be_read_says_what_is_expected(form, value, told):
    with pytest.raises(bpmn.ExpressionFailed, match=told):
        Case.of(model(caught("t", timer(form, "= due")), "s -> t; t -> e"), due=value)


def test_an_interrupting_timer_withdraws_the_task():
    case = Case.of(
        model(
            users("a", "late") + boundary("b", "a", timer("timeDuration", "P5D")),
            "s -> a; a -> e; b -> late; late -> e",
        )
    )
    task = case.token("a")
    wait = case.wait("b")
    assert isinstance(wait, bpmn.TimerWait)
    assert (wait.attached_to, wait.interrupting) == ("a", True)

    case.later(days=5).answer("b")

    assert case.waiting == ["late"]
    assert case.step.closed == (task,)


def test_an_answer_withdraws_the_timers_of_its_task():
    case = Case.of(
        model(
            users("a", "late", "next") + boundary("b", "a", timer("timeDuration", "P5D")),
            "s -> a; a -> next; next -> e; b -> late; late -> e",
        )
    )
    running = case.token("b")

    case.answer("a")

    assert case.waiting == ["next"]
    assert case.step.closed == (running,)


def test_a_repeating_reminder_is_armed_again_until_it_has_fired_so_often():
    case = Case.of(
        model(
            users("a")
            + '<serviceTask id="remind" camunda:topic="remind"/>'
            + boundary("b", "a", timer("timeCycle", "R3/P1D"), interrupting=False),
            "s -> a; a -> e; b -> remind; remind -> e",
        )
    )
    dues = []
    for _ in range(3):
        wait = case.wait("b")
        assert isinstance(wait, bpmn.TimerWait)
        dues.append((wait.due_at - NOON).days)
        case.later(days=1).answer("b").answer("remind")

    assert dues == [1, 2, 3]
    assert case.waiting == ["a"]


def test_firings_missed_while_nobody_looked_are_not_made_up_for():
    case = Case.of(
        model(
            users("a")
            + '<serviceTask id="remind" camunda:topic="remind"/>'
            + boundary("b", "a", timer("timeCycle", "R/PT1H"), interrupting=False),
            "s -> a; a -> e; b -> remind; remind -> e",
        )
    )
    case.later(hours=10).answer("b")

    wait = case.wait("b")

    assert isinstance(wait, bpmn.TimerWait)
    assert (wait.due_at, wait.repeats) == (case.at + timedelta(hours=1), None)


def test_a_timer_on_a_sub_process_ends_all_inside():
    case = Case.of(
        model(
            '<subProcess id="sub"><startEvent id="ss"/><userTask id="a"/><endEvent id="se"/>'
            '<sequenceFlow id="f1" sourceRef="ss" targetRef="a"/>'
            '<sequenceFlow id="f2" sourceRef="a" targetRef="se"/></subProcess>'
            + users("late")
            + boundary("b", "sub", timer("timeDuration", "P5D")),
            "s -> sub; sub -> e; b -> late; late -> e",
        )
    )
    inside = case.token("a")

    case.answer("b")

    assert case.waiting == ["late"]
    assert case.step.closed == (inside,)


def test_a_message_is_awaited_by_name_and_key():
    case = Case.of(
        model(
            caught("m", '<messageEventDefinition messageRef="m1"/>'),
            "s -> m; m -> e",
            extra=MESSAGES,
        ),
        contract="312",
    )

    [wait] = case.step.waiting

    assert isinstance(wait, bpmn.MessageWait)
    assert (wait.name, wait.correlation) == ("contract.signed", {"correlationKey": "312"})
    assert case.answer("m", {"signed": True}).step.values == {"contract": "312", "signed": True}


def test_a_receive_task_awaits_its_message():
    case = Case.of(model('<receiveTask id="r" messageRef="m2"/>', "s -> r; r -> e", extra=MESSAGES))

    assert isinstance(case.wait("r"), bpmn.MessageWait)
    assert case.answer("r").step.finished


def test_a_message_on_the_boundary_of_a_sub_process_withdraws_the_case():
    case = Case.of(
        model(
            '<subProcess id="sub"><startEvent id="ss"/><userTask id="a"/><endEvent id="se"/>'
            '<sequenceFlow id="f1" sourceRef="ss" targetRef="a"/>'
            '<sequenceFlow id="f2" sourceRef="a" targetRef="se"/></subProcess>'
            '<endEvent id="gone"/>'
            + boundary("b", "sub", '<messageEventDefinition messageRef="m2"/>'),
            "s -> sub; sub -> e; b -> gone",
            extra=MESSAGES,
        )
    )

    case.answer("b", {"reason": "error in the form"})

    assert case.step.finished
    assert case.step.end_id == "gone"


def test_a_non_interrupting_message_may_come_again():
    case = Case.of(
        model(
            users("a", "objection")
            + boundary("b", "a", '<messageEventDefinition messageRef="m2"/>', interrupting=False),
            "s -> a; a -> e; b -> objection; objection -> e",
            extra=MESSAGES,
        )
    )

    case.answer("b").answer("b")

    assert case.waiting == ["a", "b", "objection", "objection"]


def test_behind_an_event_gateway_the_first_event_wins():
    raced = model(
        '<eventBasedGateway id="g"/>'
        + caught("t", timer("timeDuration", "P30D"))
        + caught("m", '<messageEventDefinition messageRef="m2"/>')
        + users("late", "signed"),
        "s -> g; g -> t; g -> m; t -> late; m -> signed; late -> e; signed -> e",
        extra=MESSAGES,
    )
    case = Case.of(raced)
    assert case.waiting == ["m", "t"]
    loser = case.token("t")

    case.answer("m")

    assert case.waiting == ["signed"]
    assert case.step.closed == (loser,)
    assert [(each.element_id, each.flow_ids) for each in case.step.passed] == [
        ("g", ("g_m",)),
        ("m", ("m_signed",)),
    ]


def test_a_thrown_error_goes_to_the_boundary_that_names_it():
    case = Case.of(
        model(
            '<serviceTask id="a" camunda:topic="x"/>'
            + users("named", "any")
            + boundary("b1", "a", error(None))
            + boundary("b2", "a", error("bad")),
            "s -> a; a -> e; b1 -> any; b2 -> named; any -> e; named -> e",
            extra=ERRORS,
        )
    )
    again = Case(case.model, case.step)

    assert case.throw("a", "STM-012").waiting == ["named"]
    assert again.throw("a", "STM-777").waiting == ["any"]


def test_an_error_nobody_catches_is_refused_and_changes_nothing():
    case = Case.of(
        model(
            users("a") + boundary("b", "a", error("bad")),
            "s -> a; a -> e; b -> e",
            extra=ERRORS,
        )
    )

    with pytest.raises(bpmn.ErrorNotCaught) as refusal:
        case.throw("a", "STM-099")

    assert refusal.value.error_code == "STM-099"
    assert case.answer("a").step.finished


SUB_WITH_ERROR = (
    '<subProcess id="sub"><startEvent id="ss"/><userTask id="a"/><userTask id="other"/>'
    '<parallelGateway id="sf"/>'
    '<endEvent id="fail"><errorEventDefinition errorRef="bad"/></endEvent><endEvent id="se"/>'
    '<sequenceFlow id="f1" sourceRef="ss" targetRef="sf"/>'
    '<sequenceFlow id="f2" sourceRef="sf" targetRef="a"/>'
    '<sequenceFlow id="f3" sourceRef="sf" targetRef="other"/>'
    '<sequenceFlow id="f4" sourceRef="a" targetRef="fail"/>'
    '<sequenceFlow id="f5" sourceRef="other" targetRef="se"/></subProcess>'
)


def test_an_error_end_event_is_caught_around_its_sub_process():
    case = Case.of(
        model(
            SUB_WITH_ERROR + users("repair") + boundary("b", "sub", error("bad")),
            "s -> sub; sub -> e; b -> repair; repair -> e",
            extra=ERRORS,
        )
    )
    other = case.token("other")

    case.answer("a")

    assert case.waiting == ["repair"]
    assert case.step.closed == (other,)


def test_an_error_end_event_nobody_catches_ends_the_case_with_its_code():
    case = Case.of(model(SUB_WITH_ERROR, "s -> sub; sub -> e", extra=ERRORS))

    case.answer("a")

    assert case.step.finished
    assert (case.step.end_id, case.step.error_code) == ("fail", "STM-012")


def test_a_message_is_sent_as_a_job():
    case = Case.of(
        model(
            '<intermediateThrowEvent id="t"><messageEventDefinition camunda:type="external" '
            'camunda:topic="notify"/></intermediateThrowEvent>',
            "s -> t; t -> e",
        )
    )

    assert isinstance(case.wait("t"), bpmn.ServiceWait)
    assert case.answer("t").step.finished
