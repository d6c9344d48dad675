"""Play: a draft run by the real engine, from which nothing leaves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.bpmn import ModelRefused
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.jobs import run_due
from engine.model.base import new_id
from engine.model.job import Job, JobKind
from engine.play import (
    Answer,
    Fail,
    Limits,
    Message,
    Move,
    Run,
    Stage,
    Start,
    Succeed,
    replay,
)
from engine.play.holding import is_held
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER

DRAFT = Bundle({"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()})
START = Start("order", {"amount": 5})
PREPARED = Answer("prepare", {"note": "x"}, outcome="approve")
PRICED = Succeed("price", {"price": 10})


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage(lambda _database, _at: None)
    yield made
    made.close()


@pytest.fixture
def play(stage: Stage):
    def run(*acts, bundle: Bundle = DRAFT, **more) -> Run:
        return replay(stage, bundle, acts, at=NOON, **more)

    return run


def test_a_run_shows_who_may_do_the_open_step_and_what_the_case_knows(play):
    seen = play(START).last

    [task] = seen.tasks
    assert (task.element, task.desk.partition("@")[0]) == ("prepare", "CLERK")
    assert task.due_at is not None
    assert seen.values == {"amount": 5}
    assert [(each.name, each.before, each.after) for each in seen.changes] == [("amount", None, 5)]
    assert ("order", "start") in seen.elements
    assert ("order", "f1") in seen.flows


def test_what_would_call_out_waits_until_somebody_says_how_it_went(play):
    run = play(START, PREPARED, PRICED)

    assert [each.element for each in run.seen[1].held] == ["price"]
    assert "price" not in run.seen[1].values
    assert run.last.held == ()
    assert run.last.values["price"] == 10
    assert [each.element for each in run.last.tasks] == ["approve"]


@pytest.mark.parametrize("level", ["L2", "L3"])
def test_a_step_that_is_signed_is_answered_by_people_who_are_none(play, level: str):
    signed = CONFIG.replace("approve = { confirm = true }", f'approve = {{ sign = "{level}" }}')
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": signed.encode()})

    run = play(START, PREPARED, PRICED, Answer("approve", {}, outcome="approve"), bundle=bundle)

    assert run.last.refusal is None
    assert [each.is_running for each in run.last.cases] == [False]


def test_an_error_the_diagram_catches_goes_its_way(play):
    run = play(START, PREPARED, Fail("price", code="ORD-001"))

    assert [each.element for each in run.last.tasks] == ["prepare"]
    assert ("order", "f4") in run.last.flows


def test_a_technical_failure_stands_and_can_be_mended_by_succeeding(play):
    run = play(START, PREPARED, Fail("price", message="no answer"), PRICED)

    [failure] = run.seen[2].failures
    assert (failure.element, "no answer" in failure.cause) == ("price", True)
    assert run.last.failures == ()
    assert [each.element for each in run.last.tasks] == ["approve"]


def test_an_error_nobody_catches_is_a_failure(play):
    run = play(START, PREPARED, Fail("price", code="ORD-999"))

    assert [each.element for each in run.last.failures] == ["price"]


def test_time_fires_what_falls_due_and_the_areas_records_run_for_real(play):
    run = play(START, PREPARED, PRICED, Move(NOON + timedelta(days=3)))

    assert NOON + timedelta(days=2) in [each.at for each in run.seen[2].timers]
    assert run.last.values["noted"] is True
    assert run.last.at == NOON + timedelta(days=3)
    assert ("order", "noted") in run.last.elements


def test_a_message_takes_the_case_its_way(play):
    run = play(START, Message("withdraw"))

    assert run.last.is_over
    assert run.last.case.end_id == "withdrawn"


def test_a_refused_act_is_told_and_changes_nothing(play):
    run = play(START, Answer("approve"), PREPARED)

    refused = run.seen[1]
    assert refused.refusal.code == "PLAY-001"
    assert refused.values == run.seen[0].values
    assert refused.tasks == run.seen[0].tasks
    assert run.last.refusal is None


def test_one_person_does_not_do_two_steps_that_are_kept_apart(play):
    alone = Answer("prepare", by="ali")
    run = play(START, alone, PRICED, Answer("approve", by="ali"), Answer("approve", by="sara"))

    assert run.seen[3].refusal.code == "SOD-001"
    assert [each.holder for each in run.seen[3].tasks] == [None]
    assert run.last.is_over


def test_the_same_acts_show_the_same(play):
    first, second = (play(START, PREPARED, PRICED).last for _ in range(2))

    assert first.values == second.values
    assert first.flows == second.flows
    assert [each.id for each in first.tasks] == [each.id for each in second.tasks]
    assert [each.element_id for each in first.passed] == [each.element_id for each in second.passed]


def test_what_cannot_be_deployed_is_refused_with_its_findings(play):
    broken = ORDER.replace('targetRef="approve"', 'targetRef="nowhere"')

    with pytest.raises(ModelRefused) as refused:
        play(START, bundle=Bundle({**DRAFT.files, "order.bpmn": broken.encode()}))

    assert refused.value.findings


LETTER = """
[order.tasks.price]
connector = "mail"
[order.tasks.price.input]
to = "somebody@city.example"
subject = "Priced"
body = "Priced"
"""


def _writing(bundle: Bundle = DRAFT) -> Bundle:
    """Return the draft with a step that sends a letter, where nothing here serves its topic."""
    files = {**bundle.files, "process.toml": (CONFIG + LETTER).encode()}
    files["order.bpmn"] = ORDER.replace('type="price"', 'type="write_letter"').encode()
    return Bundle(files)


def test_nothing_leaves_and_the_same_step_would_have_sent_its_letter_in_earnest(
    play, database, post
):
    seen = play(START, PREPARED, Move(NOON + timedelta(days=1)), bundle=_writing()).last

    [held] = seen.held
    assert (held.element, held.call.connector) == ("price", "mail")
    assert post.letters == []

    deployments.deploy(database.unit_of_work(), _writing(), at=NOON)
    uow = database.unit_of_work()
    [task_id] = instances.start(uow, "order", {"amount": 5}, actor=CLERK, at=NOON).opened
    tasks.claim(uow, task_id, actor=CLERK, at=NOON)
    tasks.complete(uow, task_id, {}, actor=CLERK, at=NOON)
    run_due(database, lambda: NOON)
    assert [each["Subject"] for each in post.letters] == ["Priced"]


def test_each_kind_of_job_is_known_to_stay_inside_or_is_held():
    def held(kind: JobKind) -> bool:
        return is_held(Job(new_id(), new_id(), kind, "", "", "", "", NOON, NOON))

    assert {each for each in JobKind if not held(each)} == {
        JobKind.TIMER, JobKind.NOTICE, JobKind.MESSAGE, JobKind.SIGNAL, JobKind.BROADCAST,
        JobKind.SEND, JobKind.CALL, JobKind.RETURN, JobKind.ABANDON,
    }  # fmt: skip


def _process(inside: str) -> Bundle:
    """Return an area of one process, without lanes."""
    head, _, _ = ORDER.partition("  <message id=")
    drawn = f'{head}<process id="order" isExecutable="true">{inside}</process></definitions>'
    config = b'[area]\nid = "order"\n'
    return Bundle({"order.bpmn": drawn.encode(), "process.toml": config})


#: fewer than a page allows, so that the test is quick
FEW = Limits(jobs=40)
ENDLESS = {
    "script": '<startEvent id="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="b"/>'
    '<scriptTask id="b"><extensionElements><zeebe:script expression="= 1" resultVariable="x"/>'
    '</extensionElements></scriptTask><sequenceFlow id="f2" sourceRef="b" targetRef="b"/>',
    "timer": '<startEvent id="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="b"/>'
    '<intermediateCatchEvent id="b"><timerEventDefinition id="t"><timeDuration>PT0S</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent>'
    '<sequenceFlow id="f2" sourceRef="b" targetRef="b"/>',
    "items": '<startEvent id="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="b"/>'
    '<manualTask id="b"><multiInstanceLoopCharacteristics id="m"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="= for i in 1..100000 return i" '
    'inputElement="i"/></extensionElements></multiInstanceLoopCharacteristics></manualTask>',
}  # fmt: skip


@pytest.mark.parametrize("inside", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_draft_without_end_is_broken_off_within_a_few_seconds(play, inside):
    began = time.thread_time()

    run = play(Start("order"), Move(NOON + timedelta(days=1)), bundle=_process(inside), limits=FEW)

    assert run.seen[0].refusal is not None or run.seen[1].refusal is not None
    assert time.thread_time() - began < 10
