"""Figures about many cases: what they are worked out from, and that they are right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert, select

from engine import bpmn
from engine.commands.models import model_of
from engine.errors import CaseNotFound, Forbidden
from engine.model.base import new_id
from engine.model.calendar import Weekend
from engine.model.event import EventKind, event_table
from engine.model.instance import InstanceState, instance_table, task_table
from engine.model.person import Actor, Unit
from engine.queries.analytics.conformance import Departure, conformance
from engine.queries.analytics.forecast import forecast
from engine.queries.analytics.outliers import branches, outliers
from engine.queries.analytics.sample import Asked, take
from engine.queries.analytics.steps import Durations, by_person, durations
from engine.queries.analytics.variants import variants
from engine.storage import calendar
from engine.storage.bundles import deployed
from engine.storage.database import Database
from tests.kit import paying

AUDITOR = Actor(uuid4(), "auditor", "auditor", "auditor", desks=frozenset({"AUDITOR@*"}))
AUDITOR_15 = Actor(uuid4(), "auditor15", "", "", desks=frozenset({"AUDITOR@D15"}))
#: a Saturday, when the office opens
SATURDAY = datetime(2026, 11, 14, 4, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASKED = Asked("payment", SATURDAY - timedelta(days=30), SATURDAY + timedelta(days=30))


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database with a process, in a city that rests on Thursday and Friday."""
    with bare_database.unit_of_work() as uow:
        uow.session.add(Weekend(valid_from=SATURDAY.date() - timedelta(days=400), days="3,4"))
        for code in ("D07", "D15"):
            uow.session.add(Unit(code=code, title_fa=code, title_en=code))
        calendar.changed(uow.session)
        uow.commit()
    paying.deploy(bare_database)
    return bare_database


def _case(
    database: Database,
    *steps: tuple[str, float, float],
    state: InstanceState = InstanceState.FINISHED,
    unit: str = "D07",
    started_at: datetime = SATURDAY,
    by: str | None = None,
) -> UUID:
    """Add a case that went through steps: name, hours until it was taken, hours until answered.

    Of one that runs the last step is open.
    """
    with database.unit_of_work() as uow:
        known = uow.latest("payment")
        at, case = started_at, new_id()
        rows = []
        for number, (name, waited, worked) in enumerate(steps, 1):
            is_open = state is InstanceState.RUNNING and number == len(steps)
            closed_at = at + (waited + worked) * HOUR
            rows.append(
                {
                    "id": new_id(), "instance_id": case, "token": f"t{number}", "element_id": name,
                    "name": name.title(), "lane": None, "desk": f"CLERK@{unit}", "form_id": None,
                    "created_at": at, "due_at": at + 4 * HOUR, "priority": 50,
                    "state": "open" if is_open else "completed", "drafted": False,
                    "claimed_at": None if is_open else at + waited * HOUR,
                    "closed_at": None if is_open else closed_at,
                    "closed_by": None if is_open else (by or "clerk"),
                }
            )  # fmt: skip
            at = closed_at
        is_running = state is InstanceState.RUNNING
        uow.session.execute(
            insert(instance_table),
            {
                "id": case, "definition_id": known.id, "process_id": "payment", "unit": unit,
                "title": "A case", "started_by": "clerk", "started_at": started_at,
                "state": state.value, "snapshot": b"", "version": 1, "event_count": 0,
                "variables": {}, "business": {}, "finished_at": None if is_running else at,
                "end_id": None if is_running else "end",
            },
        )  # fmt: skip
        if rows:
            uow.session.execute(insert(task_table), rows)
        uow.commit()
        return case


def _figures(database: Database, actor: Actor = AUDITOR, asked: Asked = ASKED) -> Durations:
    with database.reader() as session:
        return durations(take(session, actor, asked, SATURDAY))


def test_a_step_takes_the_hours_in_which_its_unit_works(database):
    # opens on Saturday 08:00, taken at 10:00, answered on Sunday at 10:00: eight of them
    _case(database, ("measure", 2, 24))

    [step] = _figures(database).steps

    assert step.whole is not None
    assert step.waiting is not None
    assert (step.whole.median, step.waiting.median) == (10 * HOUR, 2 * HOUR)


def test_the_step_that_takes_most_of_the_time_is_what_holds_cases_up(database):
    for _ in range(6):
        _case(database, ("measure", 0, 1), ("approve", 5, 1))
    _case(database, ("measure", 0, 1), ("approve", 0, 1), state=InstanceState.RUNNING)

    found = _figures(database)

    assert [each.key for each in found.steps] == ["approve", "measure"]
    assert [(each.key, each.open) for each in found.bottlenecks] == [("approve", 1)]
    assert found.cases is not None
    assert (found.cases.count, found.cases.median) == (6, 7 * HOUR)


def test_answers_after_their_deadline_are_counted_as_late(database):
    _case(database, ("measure", 0, 3), ("approve", 3, 2))

    found = _figures(database)

    assert (found.kept.in_time, found.kept.late, found.kept.percent) == (1, 1, 50)


def test_a_deadline_that_went_by_without_an_answer_is_missed(database):
    for begun, steps in ((24, ("measure", "approve")), (4, ("measure", "approve"))):
        opened = [(each, 0, 3) for each in steps]
        _case(database, *opened, started_at=SATURDAY - begun * HOUR, state=InstanceState.RUNNING)

    kept = _figures(database).kept

    assert (kept.in_time, kept.late, kept.percent) == (2, 1, 66), "the youngest is not yet due"


def test_figures_are_told_by_desk_and_unit(database):
    _case(database, ("measure", 0, 2))
    _case(database, ("measure", 0, 6), unit="D15")

    found = _figures(database)

    assert {each.key: each.visits for each in found.desks} == {"CLERK@D07": 1, "CLERK@D15": 1}
    assert [each.key for each in found.units] == ["D15", "D07"]


def test_a_case_that_ended_without_an_answer_of_anybody_goes_no_way(database):
    _case(database)
    for after in ("approve", "measure"):
        _case(database, ("measure", 0, 1), (after, 0, 1))

    with database.reader() as session:
        found = branches(take(session, AUDITOR, ASKED, SATURDAY))

    assert {each.element_id: each.count for each in found}["measure"] == 1


def test_ways_are_told_with_how_many_cases_went_each(database):
    for _ in range(3):
        _case(database, ("measure", 0, 1), ("approve", 0, 1))
    _case(database, ("measure", 0, 1), ("measure", 0, 1), ("approve", 0, 1))
    _case(database, ("measure", 0, 1), state=InstanceState.RUNNING)

    with database.reader() as session:
        found = variants(take(session, AUDITOR, ASKED, SATURDAY))

    assert [(each.count, each.percent, each.returns) for each in found.shown] == [
        (3, 75, 0),
        (1, 25, 1),
    ]
    assert [(each.element_id, each.times) for each in found.shown[1].steps] == [
        ("measure", 2),
        ("approve", 1),
    ]


def test_answers_that_took_unusually_long_are_named_with_what_they_share(database):
    for _ in range(20):
        _case(database, ("measure", 0, 1))
    slow = [_case(database, ("survey", 0, 1), ("measure", 0, 7), unit="D15") for _ in range(2)]

    with database.reader() as session:
        [found] = outliers(take(session, AUDITOR, ASKED, SATURDAY))

    assert (found.element_id, found.count, found.of) == ("measure", 2, 22)
    assert found.usual == HOUR
    assert {case for case, _ in found.longest} == set(slow)
    assert ("unit", "D15", "D15", 100, 0) in found.shared
    assert ("before", "survey", "Survey", 100, 0) in found.shared


def test_where_cases_go_different_ways_is_told_with_how_long_each_takes(database):
    for _ in range(3):
        _case(database, ("measure", 0, 1), ("approve", 0, 2))
    _case(database, ("measure", 0, 1))

    with database.reader() as session:
        found = branches(take(session, AUDITOR, ASKED, SATURDAY))

    assert [(each.element_id, each.after, each.percent) for each in found] == [
        ("measure", "approve", 75),
        ("measure", None, 25),
    ]
    assert found[0].rest is not None
    assert found[0].rest.median == 2 * HOUR


def test_cases_are_held_to_what_the_newest_version_draws(database):
    follows = _case(database, ("look", 0, 1))
    _case(database, ("look", 0, 1), ("look", 0, 1))  # nothing leads back there
    other = _case(database, ("measure", 0, 1))
    moved = _case(database, ("look", 0, 1))
    _told(database, moved, EventKind.MODIFIED, "look")

    with database.reader() as session:
        known = deployed(session, session.scalars(select(instance_table.c.definition_id)).first())
        order = bpmn.order_of(model_of(known.bundle), "payment")
        found = conformance(session, take(session, AUDITOR, ASKED, SATURDAY), order)

    assert (found.cases, found.following, found.percent) == (4, 1, 25)
    assert Departure("moved", "look", 1, moved) in found.departures
    assert Departure("unknown", "measure", 1, other) in found.departures
    assert follows not in {each.example for each in found.departures}


def test_people_are_told_apart_once_they_gave_enough_answers(database):
    for _ in range(5):
        _case(database, ("measure", 0, 2), by="often")
    _case(database, ("measure", 0, 9), by="once")

    with database.reader() as session:
        found = by_person(take(session, AUDITOR, ASKED, SATURDAY))

    assert [(each.key, each.visits) for each in found] == [("often", 5)]


def _told(database: Database, case: UUID, kind: EventKind, element_id: str) -> None:
    with database.unit_of_work() as uow:
        told = {"instance_id": case, "seq": 1, "at": SATURDAY, "kind": kind.value, "facts": {}}
        uow.session.execute(insert(event_table), {**told, "element_id": element_id})
        uow.commit()


def test_nobody_gets_figures_of_cases_he_does_not_watch(database):
    _case(database, ("measure", 0, 1))

    assert _figures(database, AUDITOR_15).steps == ()
    with pytest.raises(Forbidden):
        _figures(database, paying.CLERK)


def test_a_forecast_lays_what_was_left_of_like_cases_on_the_calendar(database):
    for hours in range(1, 12):  # approve took so long; the middle is six hours
        _case(database, ("measure", 0, 1), ("approve", 0, hours))
    case = _case(database, ("approve", 0, 0), state=InstanceState.RUNNING)

    with database.reader() as session:
        found = forecast(session, AUDITOR, case, SATURDAY)

    assert found is not None
    assert found.like == 11
    # …of which two were answered after the office had closed, at its opening the next day
    assert found.likely == SATURDAY + 6 * HOUR
    assert found.earliest == SATURDAY + 2 * HOUR
    assert found.latest is not None
    assert found.latest <= SATURDAY + timedelta(days=1)


def test_cases_that_had_ended_sooner_tell_nothing_of_one_that_stands_longer(database):
    for hours in (1, 2, 3, 4):
        for _ in range(6):
            _case(database, ("approve", 0, hours))
    case = _case(database, ("approve", 0, 0), state=InstanceState.RUNNING)

    with database.reader() as session:
        after_two_hours = forecast(session, AUDITOR, case, SATURDAY + 2 * HOUR)
        after_three_hours = forecast(session, AUDITOR, case, SATURDAY + 3 * HOUR)

    assert after_two_hours is not None
    assert after_three_hours is not None
    assert (after_two_hours.like, after_two_hours.is_known) == (12, True)
    assert (after_three_hours.like, after_three_hours.is_known) == (6, False)


def test_of_a_case_that_has_ended_nothing_is_forecast_and_of_strangers_none(database):
    case = _case(database, ("approve", 0, 1))

    with database.reader() as session:
        assert forecast(session, AUDITOR, case, SATURDAY) is None
        with pytest.raises(CaseNotFound):
            forecast(session, AUDITOR_15, case, SATURDAY)


def test_figures_cost_the_same_statements_whatever_the_number_of_cases(database):
    def statements() -> int:
        told: list[str] = []
        count = lambda *args: told.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", count)
        _figures(database)
        event.remove(database.engine, "before_cursor_execute", count)
        return len(told)

    _case(database, ("measure", 0, 1))
    few = statements()
    for _ in range(20):
        _case(database, ("measure", 0, 1), ("approve", 0, 1))

    assert statements() <= few
