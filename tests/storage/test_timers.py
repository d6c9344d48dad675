"""Timers fire once, whoever looks and whenever; cases begin at their time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from engine.catalogue.config import ConfigRefused
from engine.commands import calendars, starts
from engine.commands import jobs as commands
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.job import JobState
from engine.model.person import Unit
from engine.storage.bundles import latest
from engine.storage.calendar import UnitChange, working_calendar
from engine.storage.database import Database
from engine.storage.site import load_site, site_file
from tests.storage.events import (
    END,
    NOON,
    START,
    anyone_starts,
    begin,
    case,
    catch,
    deploy,
    heard,
    jobs,
    message,
    process,
    rows,
    timer,
)

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  #: ten in the morning in Tehran, 1405/09/02


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _started(database: Database) -> list[datetime]:
    return [each.started_at for each in rows(database, instance_table)]


def _begins(definition: str, *, version: str = "1") -> str:
    start = f'<startEvent id="start" name="{version}">{definition}</startEvent>'
    return process("daily", start, END)


DAILY = timer("timeCycle", "R/2026-11-22T02:30:00Z/P1D")
MORNING = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
TITLED = "[daily]\ntitle = 'x'\n"


def test_five_hundred_timers_due_at_once_fire_once_each_with_two_workers(database):
    deploy(database, process("late", START, catch("wait", timer("timeDuration", "PT1H")), END))
    for _ in range(500):
        begin(database, "late")

    with ThreadPoolExecutor(2) as workers:
        ran = list(workers.map(lambda _: run_due(database, _at(NOON + DAY)), range(2)))

    assert sum(ran) >= 500
    assert len(heard(database, "timer_fired")) == 500
    assert {each.state for each in rows(database, instance_table)} == {"finished"}
    assert {each.state for each in jobs(database)} == {"done"}


def test_a_repeating_timer_fires_as_often_as_it_says_and_not_for_what_was_missed(database):
    beside = (
        '<boundaryEvent id="remind" attachedToRef="wait" cancelActivity="false">'
        f'{timer("timeCycle", "R3/PT1H")}</boundaryEvent><endEvent id="reminded"/>'
        '<sequenceFlow id="f" sourceRef="remind" targetRef="reminded"/>'
    )
    waits = '<receiveTask id="wait" messageRef="opened"/>'
    deploy(database, process("slow", START, waits, END, more=beside))
    instance_id = begin(database, "slow")

    fired = []
    for hours in (1, 5, 6, 7, 8, 9):
        run_due(database, _at(NOON + timedelta(hours=hours)))
        fired.append(len(heard(database, "timer_fired")))

    assert fired == [1, 2, 3, 3, 3, 3]
    assert case(database, instance_id).state == "running"


def test_a_case_begins_each_morning_and_once_for_all_mornings_nobody_worked(database):
    deploy(database, _begins(DAILY), config=TITLED)

    for moment in (NOON, MORNING, MORNING + DAY, MORNING + 5.5 * DAY, MORNING + 6 * DAY):
        run_due(database, _at(moment))
        run_due(database, _at(moment))

    assert _started(database) == [
        MORNING,
        MORNING + DAY,
        MORNING + 5.5 * DAY,
        MORNING + 6 * DAY,
    ]
    [ready] = jobs(database, kind="start", state=JobState.READY.value)
    assert ready.run_at == MORNING + 7 * DAY
    assert {each.started_by for each in rows(database, instance_table)} == {"engine"}


def test_a_morning_that_fails_does_not_end_those_after_it(database):
    config = TITLED + "unit = 'D99'\n"
    deploy(database, _begins(DAILY), config=config)
    for moment in (MORNING, *(MORNING + n * timedelta(hours=1) for n in range(1, 9))):
        run_due(database, _at(moment))
    [failed] = jobs(database, kind="start", state=JobState.INCIDENT.value)
    [planned] = jobs(database, kind="start", state=JobState.READY.value)
    assert planned.run_at == MORNING + DAY
    with database.unit_of_work() as uow:
        uow.session.add(Unit(code="D99", title_fa="منطقه ۹۹", title_en="District 99"))
        uow.commit()

    run_due(database, _at(MORNING + DAY))
    commands.retry(database.unit_of_work(), failed.id, by="admin", at=MORNING + 1.5 * DAY)
    run_due(database, _at(MORNING + 1.5 * DAY))
    run_due(database, _at(MORNING + 2 * DAY))

    assert _started(database) == [MORNING + DAY, MORNING + 1.5 * DAY, MORNING + 2 * DAY]
    [ready] = jobs(database, kind="start", state=JobState.READY.value)
    assert ready.run_at == MORNING + 3 * DAY


def test_a_restart_between_two_mornings_neither_doubles_nor_forgets(database):
    deploy(database, _begins(DAILY), config=TITLED)
    run_due(database, _at(MORNING))

    again = Database(str(database.url.render_as_string(hide_password=False)))
    deploy(again, _begins(DAILY), config=TITLED, at=MORNING + DAY / 2)
    run_due(again, _at(MORNING + DAY))
    again.dispose()

    assert _started(database) == [MORNING, MORNING + DAY]


def test_two_workers_at_one_moment_begin_one_case(database):
    deploy(database, _begins(DAILY), config=TITLED)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: run_due(database, _at(MORNING)), range(2)))

    assert len(_started(database)) == 1


def test_a_new_version_replaces_the_plan_of_the_old_one(database):
    deploy(database, _begins(DAILY), config=TITLED)
    deploy(database, _begins(timer("timeCycle", "R2/P7D"), version="2"), config=TITLED)

    run_due(database, _at(NOON + 2 * DAY))
    before = _started(database)
    for weeks in (1, 2, 3):
        run_due(database, _at(NOON + weeks * 7 * DAY))

    assert before == []
    assert len(_started(database)) == 2
    assert Counter(each.state for each in jobs(database, kind="start")) == {
        "cancelled": 1,
        "done": 2,
    }


def test_a_version_deployed_while_the_old_one_begins_a_case_leaves_one_plan(database, monkeypatch):
    deploy(database, _begins(DAILY), config=TITLED)
    beginning, begins = threading.Event(), starts.begin

    def begin_slowly(*given):
        begun = begins(*given)
        beginning.set()
        time.sleep(0.5)  # the new version is deployed now
        return begun

    monkeypatch.setattr(starts, "begin", begin_slowly)
    with ThreadPoolExecutor(1) as worker:
        ran = worker.submit(run_due, database, _at(MORNING))
        assert beginning.wait(10)
        deploy(database, _begins(DAILY, version="2"), config=TITLED, at=MORNING)

    assert ran.result() == 1
    ready = jobs(database, kind="start", state=JobState.READY.value)
    with database.reader() as session:
        newest = latest(session, "daily")
    assert [each.facts["definition_id"] for each in ready] == [str(newest.id)]


def test_a_version_without_a_timer_begins_nothing_any_more(database):
    deploy(database, _begins(DAILY), config=TITLED)
    deploy(database, _begins(""), config=TITLED)

    assert run_due(database, _at(NOON + 9 * DAY)) == 0


@pytest.mark.parametrize(
    ("on", "starts"), [("2026-11-25T08:00:00+03:30", 1), ("2026-11-20T08:00:00+03:30", 0)]
)
def test_a_date_begins_one_case_and_none_when_it_had_passed(database, on, starts):
    deploy(database, _begins(timer("timeDate", on)), config=TITLED)

    for days in (0, 4, 5):
        run_due(database, _at(NOON + days * DAY))

    assert len(_started(database)) == starts


def test_a_process_whose_start_asks_for_a_form_does_not_begin_by_itself(database):
    with pytest.raises(ConfigRefused, match="a timer starts a case"):
        deploy(database, _begins(DAILY), config='[daily]\nstart_form = "ask"\n')

    assert jobs(database) == []


@pytest.fixture
def working(database: Database) -> Database:
    """A database with the calendar of Tehran and a case that waits by it."""
    uow = database.unit_of_work()
    with uow:
        load_site(uow.session, site_file())
        uow.commit()
    waits = process("slow", START, catch("wait", timer("timeDuration", "P3D")), END)
    shorter = process("quick", START, catch("soon", timer("timeDuration", "PT20H")), END)
    settings = (
        anyone_starts("slow")
        + "[slow.timers]\nwait = { working_days = 3 }\n"
        + anyone_starts("quick")
        + "[quick.timers]\nsoon = { working_hours = 20 }\n"
    )
    deploy(database, waits, shorter, config=settings)
    return database


def _due(database: Database) -> datetime:
    [job] = jobs(database, kind="timer", state="ready")
    moment = job.run_at
    assert isinstance(moment, datetime)
    return moment


def test_a_timer_counts_working_days_where_the_process_says_so(working):
    begin(working, "slow", at=MONDAY)

    # Monday; then Tuesday, Wednesday, and Saturday after the weekend, to its end
    assert _due(working) == datetime(2026, 11, 28, 20, 30, tzinfo=UTC)


def test_a_timer_counts_working_hours_where_the_process_says_so(working):
    begin(working, "quick", at=MONDAY)

    # six hours of Monday, eight of Tuesday, six of Wednesday
    assert _due(working) == datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def test_a_timer_moves_when_the_calendar_changes_and_its_case_says_so(working):
    instance_id = begin(working, "slow", at=MONDAY)
    other = begin(working, "slow", at=MONDAY - 30 * DAY)
    run_due(working, _at(MONDAY))
    uow = working.unit_of_work()

    assert calendars.close_day(
        uow, date(2026, 11, 24), "تعطیل آلودگی هوا", source="استانداری", at=MONDAY
    )
    run_due(working, _at(MONDAY))

    assert _due(working) == datetime(2026, 11, 29, 20, 30, tzinfo=UTC)
    [told] = heard(working, "rescheduled")
    assert (told.instance_id, told.element_id) == (instance_id, "wait")
    assert told.facts == {
        "from": "2026-11-28T20:30:00+00:00",
        "to": "2026-11-29T20:30:00+00:00",
    }
    assert not calendars.close_day(uow, date(2026, 11, 24), "x", source="x", at=MONDAY)
    assert calendars.open_day(uow, date(2026, 11, 24), at=MONDAY)
    assert not calendars.open_day(uow, date(2026, 11, 24), at=MONDAY)
    run_due(working, _at(MONDAY))
    assert _due(working) == datetime(2026, 11, 28, 20, 30, tzinfo=UTC)
    assert case(working, other).state == "finished"


def test_a_declared_timer_that_is_not_in_the_diagram_is_refused(database):
    waits = process("slow", START, catch("wait", message("opened")), END)
    settings = anyone_starts("slow") + "[slow.timers]\nwait = { working_days = 3 }\n"

    with pytest.raises(ConfigRefused, match="wait is no timer"):
        deploy(database, waits, config=settings)


def test_before_a_calendar_changes_the_timers_that_would_move_are_told_and_stay(working):
    instance_id = begin(working, "slow", at=MONDAY)
    run_due(working, _at(MONDAY))
    thursday = UnitChange("*", {date(2026, 11, 24): True})

    with working.reader() as session:
        told = calendars.moves(session, thursday, MONDAY)
        elsewhere = calendars.moves(session, UnitChange("D15", thursday.days), MONDAY)

    [moved] = told.timers
    assert (moved.timer.instance_id, moved.timer.run_at) == (instance_id, _due(working))
    assert moved.to == datetime(2026, 11, 29, 20, 30, tzinfo=UTC)
    assert (told.tasks, elsewhere.timers) == ((), ())
    assert _due(working) == datetime(2026, 11, 28, 20, 30, tzinfo=UTC)


def test_the_calendar_is_read_whole_once_for_each_change_of_it(working):
    sent: list[str] = []
    event.listen(working.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    def whole_readings(at: datetime) -> int:
        sent.clear()
        with working.reader() as session:
            before = working_calendar(session)
            assert working_calendar(session) == before
        return sum("holiday" in each for each in sent)

    first = whole_readings(NOON)
    calendars.close_day(working.unit_of_work(), date(2026, 11, 24), "x", source="x", at=NOON)
    after = whole_readings(NOON)
    again = whole_readings(NOON)

    assert (first <= 1, after, again) == (True, 1, 0)
    with working.reader() as session:
        assert not working_calendar(session).is_working(date(2026, 11, 24))
