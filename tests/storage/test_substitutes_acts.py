"""What a substitute does beside taking and answering: put off, hurry, be given work, hand in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select

from engine.commands import assigning, coming, documents, instances, snoozing, tasks
from engine.commands.documents import Content
from engine.errors import DutiesNotSeparate, NotAtThisDesk, NotInThisCase, NotTheirs
from engine.jobs import run_due
from engine.model.event import event_table
from engine.model.instance import HumanTask, task_table
from engine.model.person import Actor, Grant
from engine.queries.snoozed import snoozed_until
from engine.settings import DocumentSettings
from engine.storage.bundles import deployed
from engine.storage.cases import CaseStore
from engine.storage.database import Database
from engine.values import Rial
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases

TOMORROW = NOON + timedelta(days=1)
PAPER = Content("a.txt", "txt", 3, "ab" * 32, scanned=False)


def test_a_substitute_puts_off_what_he_would_do_for_the_one_away(order, opened, away, actor_of):
    task = opened()
    with pytest.raises(NotAtThisDesk):
        _snooze(order, task, actor_of("deputy"))
    away("clerk", "deputy")

    _snooze(order, task, actor_of("deputy"))

    with order.reader() as session:
        assert snoozed_until(session, task, actor_of("deputy"), NOON) == TOMORROW
        assert snoozed_until(session, task, actor_of("clerk"), NOON) is None


def test_a_substitute_says_how_urgent_a_step_is_and_both_names_stand(order, opened, away, actor_of):
    task = opened()
    with pytest.raises(NotAtThisDesk):
        _hurry(order, task, actor_of("deputy"))
    away("clerk", "deputy")

    _hurry(order, task, actor_of("deputy"))

    told = _last(order, task)
    assert (told.actor, told.facts["for"], told.facts["priority"]) == ("deputy", "clerk", 80)


def test_above_his_limit_a_substitute_neither_puts_off_nor_hurries(order, opened, away, actor_of):
    task = opened()
    away("clerk", "deputy", most=Rial(1))  # the order has no amount that is known

    for act in (_snooze, _hurry):
        with pytest.raises(NotAtThisDesk):
            act(order, task, actor_of("deputy"))


def test_a_substitute_is_given_a_task_for_the_one_away_and_answers_it(
    order, opened, away, actor_of
):
    task, uow = opened(), order.unit_of_work()
    tasks.claim(uow, task, actor=actor_of("clerk"), at=NOON)
    with pytest.raises(NotTheirs):
        assigning.assign(uow, task, "deputy", actor=actor_of("clerk"), at=NOON)
    away("clerk", "deputy")

    assigning.assign(uow, task, "deputy", actor=actor_of("clerk"), at=NOON)

    held, told = _task(order, task), _last(order, task)
    assert (held.holder, held.held_for) == ("deputy", "clerk")
    assert (told.facts["to"], told.facts["to_for"]) == ("deputy", "clerk")
    tasks.complete(uow, task, {}, actor=actor_of("deputy"), at=NOON)
    assert _last(order, task, "task_completed").facts["for"] == "clerk"


def test_who_stands_in_for_the_head_gives_work_to_the_heads_people(order, opened, away, actor_of):
    task, uow = opened(), order.unit_of_work()
    away("head", "deputy")

    assigning.assign(uow, task, "clerk", actor=actor_of("deputy"), at=NOON)

    told = _last(order, task)
    assert (told.actor, told.facts["for"], told.facts["to"]) == ("deputy", "head", "clerk")


def test_nobody_is_given_a_step_that_the_one_he_stands_in_for_is_kept_from(
    order, opened, away, actor_of, people
):
    approval = _approval_of_a_head_that_prepared(order, people, actor_of)
    away("head", "deputy")

    with order.reader() as session:
        read = CaseStore(session.connection()).read(approval)
        config = deployed(session, read.instance.definition_id).bundle.process("order")
        found = {
            each.username: each.refused and each.refused.code
            for each in assigning.colleagues(session, approval, config, NOON)
        }
        passed_on = {
            each.username: each.refused and each.refused.code
            for each in assigning.delegates(session, approval, config, NOON)
        }

    assert found == {"deputy": "SOD-001", "head": "SOD-001"}
    assert passed_on["deputy"] is None  # he would work on it for its holder, not for the head
    admin = replace(actor_of("third"), desks=frozenset({"ADMIN@*"}))
    with pytest.raises(DutiesNotSeparate):
        assigning.assign(order.unit_of_work(), approval, "deputy", actor=admin, at=NOON)


def test_who_would_get_a_step_next_says_for_whom_and_what_keeps_them_from_it(
    order, opened, away, actor_of, people
):
    away("head", "deputy")
    task = opened()
    tasks.claim(order.unit_of_work(), task, actor=actor_of("clerk"), at=NOON)
    away("head", "clerk")

    with order.reader() as session:
        case = CaseStore(session.connection()).read(task).instance
        definition = deployed(session, case.definition_id)
        standing = coming.Standing(
            case.id, definition, case.unit, case.variables, frozenset({"prepare"})
        )
        steps = coming.coming_steps(session, standing, NOON)

    [approve] = [each for each in steps if each.element.id == "approve"]
    assert approve.people is not None
    told = {
        each.username: (
            each.stands.username if each.stands else None,
            each.kept_apart.code if each.kept_apart else None,
        )
        for each in approve.people
    }
    assert told == {
        "clerk": ("head", "SOD-001"),
        "deputy": ("head", None),
        "head": (None, None),
    }


def test_a_substitute_adds_to_the_file_of_a_case_and_both_names_stand(
    order, opened, away, actor_of
):
    case = _task(order, opened()).instance_id
    with pytest.raises(NotInThisCase):
        _hand_in(order, case, actor_of("deputy"))
    away("clerk", "deputy")

    _hand_in(order, case, actor_of("deputy"))

    with order.reader() as session:
        told = session.execute(
            select(event_table).where(
                event_table.c.instance_id == case, event_table.c.kind == "document_added"
            )
        ).one()
    assert (told.actor, told.facts["for"]) == ("deputy", "clerk")


def _snooze(order: Database, task: UUID, actor: Actor) -> None:
    snoozing.snooze(order.unit_of_work(), task, TOMORROW, actor=actor, at=NOON)


def _hurry(order: Database, task: UUID, actor: Actor) -> None:
    assigning.prioritise(order.unit_of_work(), task, 80, actor=actor, at=NOON)


def _hand_in(order: Database, case: UUID, actor: Actor) -> None:
    documents.attach(
        order.unit_of_work(), case, [PAPER], actor=actor, at=NOON, limits=DocumentSettings()
    )


def _approval_of_a_head_that_prepared(order, people, actor_of) -> UUID:
    """Let the head, who is a clerk as well, prepare an order; return its approval."""
    uow = order.unit_of_work()
    with uow:
        uow.session.add(Grant(person_id=people["head"], role="CLERK", unit_code="D07"))
        uow.commit()
    head = actor_of("head")
    [task] = instances.start(uow, "order", {"amount": 5}, actor=head, at=NOON).opened
    tasks.claim(uow, task, actor=head, at=NOON)
    done = tasks.complete(uow, task, {}, actor=head, at=NOON)
    run_due(order, lambda: NOON)
    with order.reader() as session:
        found: UUID = session.scalars(
            select(task_table.c.id).where(
                task_table.c.instance_id == done.instance_id, task_table.c.element_id == "approve"
            )
        ).one()
    return found


def _task(order: Database, task: UUID) -> HumanTask:
    with order.unit_of_work() as uow:
        return uow.cases.of_task(task)[1]


def _last(order: Database, task: UUID, kind: str | None = None) -> Row[Any]:
    asked = select(event_table).where(event_table.c.task_id == task)
    if kind is not None:
        asked = asked.where(event_table.c.kind == kind)
    with order.reader() as session:
        return session.execute(asked.order_by(event_table.c.seq.desc()).limit(1)).one()
