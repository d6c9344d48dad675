"""Two acts at one case at the same moment: both count where both can, else exactly one does.

On PostgreSQL both have read the case before either writes, each time; on SQLite, which has
one writer, they come in either order.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from engine.catalogue.handlers import REGISTRY
from engine.commands import instances, jobs, messages, tasks
from engine.errors import Conflict
from engine.jobs import run
from engine.model.instance import task_table
from engine.queries.invariants import broken
from engine.storage import cases
from engine.storage.database import Database
from tests.storage import events
from tests.storage.events import ADMIN, CLERK, END, NOON, START, begin, case, deploy, heard, rows

pytestmark = pytest.mark.both_databases

TIMES = 1_000 if os.environ.get("DIVAN_TEST_FULL") else 30
LATER = NOON + timedelta(hours=2)
Act = Callable[[], object]
AtOnce = Callable[[Act, Act], list[type[Exception] | None]]

LANES = '<laneSet id="lanes"><lane id="clerk"><flowNodeRef>do</flowNodeRef></lane></laneSet>'
DESK = events.process("desk", START, '<userTask id="do"/>', END, more=LANES)
JOINED = events.process(
    "joined",
    START,
    '<parallelGateway id="fork"/>',
    '<serviceTask id="one" camunda:type="external" camunda:topic="note"/>',
    '<parallelGateway id="join"/>',
    END,
    more='<sequenceFlow id="to_two" sourceRef="fork" targetRef="two"/>'
    '<serviceTask id="two" camunda:type="external" camunda:topic="note"/>'
    '<sequenceFlow id="from_two" sourceRef="two" targetRef="join"/>',
)
WATCHED = events.process(
    "watched",
    START,
    '<userTask id="do"/>',
    END,
    more=LANES
    + f'<boundaryEvent id="paid_first" attachedToRef="do">{events.message("paid")}</boundaryEvent>'
    '<sequenceFlow id="to_paid" sourceRef="paid_first" targetRef="was_paid"/>'
    '<endEvent id="was_paid"/>'
    '<boundaryEvent id="late_first" attachedToRef="do">'
    f"{events.timer('timeDuration', 'PT1H')}</boundaryEvent>"
    '<sequenceFlow id="to_late" sourceRef="late_first" targetRef="was_late"/>'
    '<endEvent id="was_late"/>',
)


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database with the engine's tables only."""
    return bare_database


@pytest.fixture
def at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> AtOnce:
    """Return a function doing two acts at once; it returns what each was refused with."""
    careful = cases.write  # type: ignore[attr-defined]
    here = threading.local()

    def write(connection, change):
        both, here.both = getattr(here, "both", None), None
        if both is not None:  # the first writing of an act: wait until the other has read, too
            both.wait(20)
        return careful(connection, change)

    if not database.is_sqlite:
        monkeypatch.setattr(cases, "write", write)

    def do(one: Act, other: Act) -> list[type[Exception] | None]:
        refusals: list[type[Exception] | None] = [None, None]
        both = threading.Barrier(2)

        def act(place: int, what: Act) -> None:
            here.both = both
            try:
                what()
            except Conflict as refused:
                refusals[place] = type(refused)
            finally:
                if here.both is not None:
                    both.abort()

        order = random.sample([(0, one), (1, other)], 2)
        threads = [threading.Thread(target=act, args=each) for each in order]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return refusals

    return do


def test_two_branches_that_arrive_at_once_are_both_counted(database, at_once, monkeypatch):
    monkeypatch.setitem(REGISTRY.services, "note", lambda _: {})
    deploy(database, JOINED)

    for _ in range(TIMES):
        instance_id = begin(database, "joined")
        one, other = (jobs.claim(database.unit_of_work(), NOON) for _ in range(2))
        assert one is not None
        assert other is not None

        refused = at_once(
            lambda job=one: run(database, job, lambda: NOON),
            lambda job=other: run(database, job, lambda: NOON),
        )

        assert refused == [None, None]
        assert case(database, instance_id).state == "finished"
        done = heard(database, "service_done", instance_id=instance_id)
        assert sorted(each.element_id for each in done) == ["one", "two"]
    _must_be_whole(database)


def test_of_a_message_and_a_timer_at_one_step_the_first_takes_the_case(database, at_once):
    deploy(database, WATCHED)
    ends = []

    for number in range(TIMES):
        instance_id = begin(database, "watched", contract=str(number))
        timer = jobs.claim(database.unit_of_work(), LATER)
        assert timer is not None
        uow, of = database.unit_of_work(), str(number)
        acts: list[Act] = [
            partial(messages.publish, uow, "paid", of, {}, message_id=of, at=LATER),
            partial(run, database, timer, lambda: LATER),
        ]

        if number < len(acts):  # each is the first once, whatever chance has the others be
            acts[number]()
            acts[1 - number]()
        else:
            at_once(*acts)

        end = case(database, instance_id).end_id
        told = heard(database, "message", instance_id=instance_id)
        fired = heard(database, "timer_fired", instance_id=instance_id)
        [sent] = events.messages(database, id=str(number))
        assert (end, len(told), len(fired), sent.state) in {
            ("was_paid", 1, 0, "delivered"),
            ("was_late", 0, 1, "buffered"),
        }
        ends.append(end)
    assert ends[:2] == ["was_paid", "was_late"]
    _must_be_whole(database)


def test_a_case_is_completed_or_cancelled_and_who_came_second_is_told(database, at_once):
    deploy(database, DESK)

    for _ in range(TIMES):
        instance_id = begin(database, "desk")
        [task] = rows(database, task_table, instance_id=instance_id)
        tasks.claim(database.unit_of_work(), task.id, actor=CLERK, at=NOON)

        refused = at_once(
            lambda of=task.id: tasks.complete(
                database.unit_of_work(), of, {}, actor=CLERK, at=NOON
            ),
            lambda of=instance_id: instances.cancel(
                database.unit_of_work(), of, "no", actor=ADMIN, at=NOON
            ),
        )

        state = case(database, instance_id).state
        assert state == ("finished" if refused[0] is None else "cancelled")
        assert [each is None for each in refused].count(True) == 1
        assert len(heard(database, state, instance_id=instance_id)) == 1
    _must_be_whole(database)


def _must_be_whole(database: Database) -> None:
    with database.reader() as session:
        assert broken(session) == ()
