"""A unit has a calendar of its own; what counts by it moves when it changes, and is told before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import calendars
from engine.errors import NotAtThisDesk
from engine.jobs import run_due
from engine.model.admin_event import AdminEvent
from engine.model.event import EventKind, event_table
from engine.model.job import JobKind, job_table
from engine.model.person import Unit
from engine.storage.calendar import CalendarUnfit, UnitChange, working_calendar
from engine.storage.database import Database
from engine.values import end_of_day
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

ADMIN = replace(CLERK, username="admin", desks=frozenset({"ADMIN@*"}))
TENTH = date(2026, 12, 1)  #: ten days after noon
NEXT = TENTH + timedelta(days=1)


@pytest.fixture
def units(order: Database) -> Database:
    """Two districts under the city."""
    with order.unit_of_work() as uow:
        uow.session.add(Unit(code="CITY", title_fa="شهر", title_en="City"))
        uow.session.flush()
        for code in ("D07", "D15"):
            uow.session.add(Unit(code=code, title_fa=code, title_en=code, parent_code="CITY"))
        uow.commit()
    return order


def change(database: Database, unit: str, **wanted: Any) -> None:
    calendars.change(database.unit_of_work(), UnitChange(unit, **wanted), actor=ADMIN, at=NOON)


def works(database: Database, unit: str | None, day: date) -> bool:
    with database.reader() as session:
        return working_calendar(session, unit).is_working(day)


def due(database: Database, task: UUID) -> datetime | None:
    with database.unit_of_work() as uow:
        return uow.cases.of_task(task)[1].due_at


def test_a_day_off_in_one_unit_is_worked_in_the_others(units):
    change(units, "D07", days={TENTH: True}, title="آلودگی هوا")

    assert not works(units, "D07", TENTH)
    assert works(units, "D15", TENTH)
    assert works(units, None, TENTH)


def test_what_the_city_says_holds_below_unless_a_unit_says_else(units):
    change(units, "*", days={TENTH: True})
    change(units, "D15", days={TENTH: False})

    assert [works(units, each, TENTH) for each in ("CITY", "D07", "D15")] == [False, False, True]

    change(units, "D15", days={TENTH: None})  # it says nothing any more

    assert not works(units, "D15", TENTH)


def test_a_unit_has_its_own_weekend_and_hours_from_a_day_on(units):
    friday = date(2026, 12, 4)
    change(units, "D07", week=(date(2026, 12, 1), frozenset({4})))
    change(units, "D07", hours=(date(2026, 12, 1), time(7), time(13)))

    assert not works(units, "D07", friday)
    assert works(units, "D07", friday - timedelta(days=7))
    with units.reader() as session:
        calendar = working_calendar(session, "D07")
        elsewhere = working_calendar(session, "D15")
    assert calendar.hours_on(NEXT) == (time(7), time(13))
    assert calendar.hours_on(date(2026, 11, 30)) == elsewhere.hours_on(NEXT) == (time(8), time(16))


def test_before_it_is_applied_it_says_what_would_move_and_moves_nothing(units, a_case):
    _, task = a_case()
    was = due(units, task)

    with units.reader() as session:
        told = calendars.moves(session, UnitChange("D07", {TENTH: True}), NOON)
        elsewhere = calendars.moves(session, UnitChange("D15", {TENTH: True}), NOON)

    [move] = told.tasks
    assert (move.task.task_id, move.task.due_at, move.to) == (task, was, end_of_day(NEXT))
    assert elsewhere.tasks == ()
    assert due(units, task) == was == end_of_day(TENTH)


def test_applied_deadlines_and_their_reminders_move_and_the_history_says_so(
    units, a_case: Callable[..., tuple[UUID, UUID]]
):
    instance_id, task = a_case()

    change(units, "D07", days={TENTH: True}, title="آلودگی هوا")
    run_due(units, lambda: NOON)

    assert due(units, task) == end_of_day(NEXT)
    with units.reader() as session:
        notices = session.execute(
            select(job_table.c.topic, job_table.c.run_at).where(
                job_table.c.instance_id == instance_id,
                job_table.c.kind == JobKind.NOTICE.value,
            )
        ).all()
        [told] = session.execute(
            select(event_table.c.facts).where(
                event_table.c.instance_id == instance_id,
                event_table.c.kind == EventKind.RESCHEDULED.value,
            )
        ).all()
        [journalled] = session.scalars(select(AdminEvent))
    assert dict(notices)["escalate"] == end_of_day(NEXT)
    assert told.facts == {
        "from": end_of_day(TENTH).isoformat(),
        "to": end_of_day(NEXT).isoformat(),
    }
    assert (journalled.kind, journalled.actor, journalled.unit) == (
        "calendar_changed",
        "admin",
        "D07",
    )


def test_of_many_a_job_moves_a_stretch_and_plans_the_next(units, a_case, monkeypatch):
    monkeypatch.setattr(calendars, "PORTION", 2)
    monkeypatch.setattr(calendars, "STRETCH", 2)
    tasks = [a_case()[1] for _ in range(5)]

    change(units, "D07", days={TENTH: True})
    run_due(units, lambda: NOON)

    assert {due(units, each) for each in tasks} == {end_of_day(NEXT)}
    with units.reader() as session:
        states = session.scalars(
            select(job_table.c.state).where(job_table.c.kind == JobKind.CALENDAR.value)
        ).all()
    assert states == ["done"] * 4  # no timer, two deadlines, two more, the last


def test_a_deadline_that_has_passed_stays(units, a_case):
    _, task = a_case()
    late = end_of_day(TENTH) + timedelta(hours=1)

    with units.reader() as session:
        assert calendars.moves(session, UnitChange("D07", {TENTH: True}), late).tasks == ()
    calendars.change(units.unit_of_work(), UnitChange("D07", {TENTH: True}), actor=ADMIN, at=late)
    run_due(units, lambda: late)

    assert due(units, task) == end_of_day(TENTH)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param({"hours": (TENTH, time(16), time(8))}, id="closes before it opens"),
        pytest.param({"week": (TENTH, frozenset(range(7)))}, id="never works"),
    ],
)
def test_a_calendar_nobody_can_work_by_is_refused(units, wanted):
    with pytest.raises(CalendarUnfit):
        change(units, "D07", **wanted)

    assert works(units, "D07", TENTH)


def test_only_an_administrator_changes_it(units):
    with pytest.raises(NotAtThisDesk):
        calendars.change(
            units.unit_of_work(), UnitChange("D07", {TENTH: True}), actor=CLERK, at=NOON
        )
