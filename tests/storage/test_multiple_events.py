"""Events of several definitions through the commands: whoever comes first, and all that must."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.commands import messages, signals
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.job import JobState
from engine.storage.database import Database
from tests.storage.events import (
    END,
    NOON,
    SIGNAL,
    START,
    begin,
    case,
    catch,
    deploy,
    heard,
    jobs,
    listening,
    message,
    process,
    rows,
    timer,
)

pytestmark = pytest.mark.both_databases

HOUR = timedelta(hours=1)
FIRST = process(
    "first", START, catch("any", message("paid") + SIGNAL + timer("timeDuration", "PT1H")), END
)
ALL = process(
    "all",
    START,
    '<intermediateCatchEvent id="both" parallelMultiple="true">'
    + message("paid")
    + timer("timeDuration", "PT1H")
    + "</intermediateCatchEvent>",
    END,
)
OPENED = process(
    "file",
    f'<startEvent id="by" parallelMultiple="true">{message("opened")}{SIGNAL}</startEvent>',
    END,
)


def _pay(database: Database) -> None:
    given: dict[str, Any] = {"values": {"paid": 7}, "at": NOON}
    messages.publish(database.unit_of_work(), "paid", "312", **given)
    _run(database)


def _run(database: Database, after: timedelta = timedelta()) -> None:
    run_due(database, lambda: NOON + after)


def test_the_message_that_comes_first_ends_the_timer_and_the_listening(database):
    deploy(database, FIRST)
    instance_id = begin(database, "first", contract="312")
    assert len(listening(database, instance_id=instance_id)) == 2

    _pay(database)

    assert case(database, instance_id).state == "finished"
    assert listening(database, instance_id=instance_id) == []
    [ended] = jobs(database, instance_id=instance_id, kind="timer")
    assert ended.state == JobState.CANCELLED.value


def test_the_timer_that_comes_first_ends_the_listening(database):
    deploy(database, FIRST)
    instance_id = begin(database, "first", contract="312")

    _run(database, HOUR)

    assert case(database, instance_id).state == "finished"
    assert listening(database, instance_id=instance_id) == []


def test_both_have_to_come_before_the_case_goes_on(database):
    deploy(database, ALL)
    instance_id = begin(database, "all", contract="312")

    _pay(database)
    assert case(database, instance_id).state == "running"
    _run(database, HOUR)

    assert case(database, instance_id).state == "finished"
    assert case(database, instance_id).variables["paid"] == 7


def test_a_start_that_needs_a_message_and_a_signal_begins_with_one_and_waits_for_the_other(
    database,
):
    deploy(database, OPENED, config="[file]\ntitle = 'x'\n")

    messages.publish(database.unit_of_work(), "opened", "k", values={"n": 1}, at=NOON)
    _run(database)
    [begun] = rows(database, instance_table)
    assert (begun.state, begun.variables) == ("running", {"n": 1})
    assert [each.element_id for each in heard(database, "started")] == ["by"]
    signals.broadcast(database.unit_of_work(), "closing", {}, at=NOON)
    _run(database, HOUR)

    assert case(database, begun.id).state == "finished"
