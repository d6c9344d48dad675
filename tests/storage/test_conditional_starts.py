"""Processes that begin when a condition over the moment begins to hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import bpmn
from engine.commands import jobs as commands
from engine.commands import starts, upkeep
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.job import JobState
from engine.model.person import Unit
from engine.storage import jobs as job_rows
from engine.storage import leases
from tests.storage.events import END, deploy, heard, jobs, process, rows

pytestmark = pytest.mark.both_databases

EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  #: half past eleven at night in Tehran
MINUTE = timedelta(minutes=1)
TITLED = "[daily]\ntitle = 'x'\n"


def _begins(condition: str) -> str:
    event = (
        "<conditionalEventDefinition><condition>"
        f"{condition}</condition></conditionalEventDefinition>"
    )
    return process("daily", f'<startEvent id="dawn">{event}</startEvent>', END)


def _started(database) -> list[datetime]:
    return [each.started_at for each in rows(database, instance_table)]


def _run(database, moment: datetime) -> None:
    run_due(database, lambda: moment)


def test_a_case_begins_each_time_the_condition_begins_to_hold(database):
    condition = 'day of week(today()) = "Sunday"'
    deploy(database, _begins(condition), config=TITLED, at=EVENING)
    midnight = EVENING + timedelta(minutes=30)
    week = timedelta(days=7)

    for moment in (EVENING + MINUTE, midnight, midnight + MINUTE, midnight + 2 * MINUTE):
        _run(database, moment)
    assert _started(database) == [midnight]
    for moment in (midnight + week - MINUTE, midnight + week, midnight + week + MINUTE):
        _run(database, moment)

    assert _started(database) == [midnight, midnight + week]
    assert {each.element_id for each in heard(database, "started")} == {"dawn"}
    [ready] = jobs(database, kind="start", state=JobState.READY.value)
    assert ready.run_at == midnight + week + 2 * MINUTE


def test_a_condition_that_holds_already_begins_one_case_when_it_is_looked_at_first(database):
    deploy(database, _begins("today() &gt; date(2020, 1, 1)"), config=TITLED, at=EVENING)

    for minutes in (1, 2, 3):
        _run(database, EVENING + minutes * MINUTE)

    assert _started(database) == [EVENING + MINUTE]


def test_a_start_that_failed_is_made_up_for_when_the_condition_holds_no_more(database):
    condition = 'day of week(today()) = "Sunday"'
    deploy(database, _begins(condition), config=TITLED + "unit = 'D99'\n", at=EVENING)
    midnight = EVENING + timedelta(minutes=30)
    monday = midnight + timedelta(days=1)
    for hours in range(9):
        _run(database, midnight + timedelta(hours=hours))
    [failed] = jobs(database, kind="start", state=JobState.INCIDENT.value)
    with database.unit_of_work() as uow:
        uow.session.add(Unit(code="D99", title_fa="منطقه ۹۹", title_en="District 99"))
        uow.commit()

    commands.retry(database.unit_of_work(), failed.id, by="admin", at=monday)
    _run(database, monday)
    _run(database, monday + MINUTE)

    assert _started(database) == [monday]


def test_a_look_that_a_worker_died_in_begins_no_second_case(database, monkeypatch):
    condition = 'day of week(today()) = "Sunday"'
    deploy(database, _begins(condition), config=TITLED, at=EVENING)
    midnight = EVENING + timedelta(minutes=30)
    with database.unit_of_work() as uow:
        [job] = leases.claim(uow.session, midnight - MINUTE, leases.Claimant("w"))
        uow.commit()
    with monkeypatch.context() as patched:
        patched.setattr(job_rows, "close", _die)
        with pytest.raises(SystemExit):
            starts.start_planned(database.unit_of_work(), job, midnight - MINUTE)

    upkeep.make_round(database, midnight)
    _run(database, midnight)
    _run(database, midnight + MINUTE)

    assert _started(database) == [midnight]


def _die(*_: object) -> None:
    raise SystemExit


def test_a_newer_version_looks_at_its_own_condition_alone(database):
    deploy(database, _begins("true"), config=TITLED, at=EVENING)
    deploy(database, _begins("false"), config=TITLED, at=EVENING)

    _run(database, EVENING + MINUTE)

    assert _started(database) == []


def test_a_condition_cannot_ask_for_a_case_that_is_not_there_yet(database):
    with pytest.raises(bpmn.ModelRefused, match="BPMN-107"):
        deploy(database, _begins("amount &gt; 3"), config=TITLED, at=EVENING)
