"""Work given to somebody, passed on and handed back, and how urgent it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import assigning, drafts, people, tasks
from engine.errors import (
    DutiesNotSeparate,
    NotAtThisDesk,
    NotDelegated,
    NotTaskHolder,
    NotTheirs,
    NotYoursToAssign,
    RulesBroken,
    TaskAlreadyClosed,
    TaskDelegated,
)
from engine.jobs import run_due
from engine.model.event import EventKind, event_table
from engine.model.instance import HumanTask
from engine.model.person import Actor, Person
from engine.storage import separation
from engine.storage.actors import by_username
from engine.storage.bundles import deployed
from engine.storage.cases import CaseStore
from engine.storage.database import Database
from tests.storage.conftest import NOON, _person

pytestmark = pytest.mark.both_databases

ADMIN = _person("admin", "ADMIN@*")

Office = Callable[[str], Actor]


@pytest.fixture
def office(order: Database) -> Office:
    """People with roles of their own in the database; called with a user name gives one."""
    roles = {
        "clerk": ["CLERK"],
        "other_clerk": ["CLERK"],
        "head": ["HEAD"],
        "both": ["CLERK", "HEAD"],
        "typist": ["TYPIST"],
    }
    for name, held in roles.items():
        _hire(order, name, held, "D07")
    _hire(order, "stranger", ["CLERK"], "D15")
    _hire(order, "gone", ["CLERK"], "D07", until=date(2026, 11, 20))

    def find(username: str) -> Actor:
        with order.reader() as session:
            actor = by_username(session, username, NOON)
        assert actor is not None
        return actor

    return find


def _hire(
    database: Database, name: str, roles: list[str], unit: str, until: date | None = None
) -> None:
    uow = database.unit_of_work()
    person = people.register(uow, name, name_fa=name, name_en=name, password_hash=None)
    for role in roles:
        people.grant(uow, person, role, unit, valid_to=until)


def _task(database: Database, task_id: UUID) -> HumanTask:
    with database.unit_of_work() as uow:
        return uow.cases.of_task(task_id)[1]


def _answered(database: Database, instance_id: UUID, task_id: UUID, *, by: Actor) -> UUID:
    """Answer the first step of a case; return the second."""
    uow = database.unit_of_work()
    tasks.complete(uow, task_id, {}, actor=by, at=NOON)
    run_due(database, lambda: NOON)
    with uow:
        [opened] = uow.cases.one(instance_id).tasks
        return opened.id


def _last(database: Database, instance_id: UUID) -> tuple[EventKind, str | None, Mapping[str, Any]]:
    with database.reader() as session:
        found = session.execute(
            select(event_table.c.kind, event_table.c.actor, event_table.c.facts)
            .where(event_table.c.instance_id == instance_id)
            .order_by(event_table.c.seq.desc())
        ).first()
    assert found is not None
    return EventKind(found.kind), found.actor, found.facts


def test_its_holder_gives_a_task_to_a_colleague_who_then_answers_it(order, a_case, office):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()

    assigning.assign(uow, task_id, "other_clerk", actor=office("clerk"), at=NOON, note="مرخصی")

    assert _last(order, instance_id) == (
        EventKind.TASK_ASSIGNED,
        "clerk",
        {"to": "other_clerk", "had": "clerk", "reason": "مرخصی"},
    )
    with pytest.raises(NotTaskHolder):
        tasks.complete(uow, task_id, {}, actor=office("clerk"), at=NOON)
    tasks.complete(uow, task_id, {}, actor=office("other_clerk"), at=NOON)


def test_who_is_told_when_it_is_late_and_administrators_assign_what_nobody_has(
    order, a_case, office
):
    _, task_id = a_case()
    uow = order.unit_of_work()
    tasks.unclaim(uow, task_id, actor=office("clerk"), at=NOON)

    assigning.assign(uow, task_id, "other_clerk", actor=office("head"), at=NOON)
    assigning.assign(uow, task_id, "clerk", actor=ADMIN, at=NOON)

    assert _task(order, task_id).holder == "clerk"


def test_a_colleague_at_the_desk_does_not_give_away_what_somebody_holds(order, a_case, office):
    _, task_id = a_case()

    with pytest.raises(NotYoursToAssign):
        assigning.assign(
            order.unit_of_work(), task_id, "other_clerk", actor=office("other_clerk"), at=NOON
        )


@pytest.mark.parametrize("to", ["stranger", "typist", "gone", "nobody"])
def test_nobody_gets_work_of_a_desk_that_is_not_theirs(order, a_case, office, to):
    _, task_id = a_case()

    with pytest.raises(NotTheirs):
        assigning.assign(order.unit_of_work(), task_id, to, actor=office("clerk"), at=NOON)

    assert _task(order, task_id).holder == "clerk"


def test_nobody_gets_a_step_that_their_other_step_keeps_them_from(order, a_case, office):
    instance_id, task_id = a_case(by=office("both"))
    uow = order.unit_of_work()
    tasks.complete(uow, task_id, {}, actor=office("both"), at=NOON)
    run_due(order, lambda: NOON)
    with uow:
        [approve] = [each.id for each in uow.cases.one(instance_id).tasks]

    with pytest.raises(DutiesNotSeparate):
        assigning.assign(uow, approve, "both", actor=ADMIN, at=NOON)


def test_candidates_are_those_of_the_desk_and_say_what_keeps_them_from_it(order, a_case, office):
    instance_id, task_id = a_case(by=office("both"))
    tasks.complete(order.unit_of_work(), task_id, {}, actor=office("both"), at=NOON)
    run_due(order, lambda: NOON)

    with order.reader() as session:
        case = CaseStore(session.connection()).one(instance_id)
        config = deployed(session, case.definition_id).bundle.process("order")
        [approve] = case.tasks
        found = assigning.colleagues(session, approve.id, config, NOON)

    assert [(each.username, each.refused and each.refused.code) for each in found] == [
        ("both", "SOD-001"),
        ("head", None),
    ]


def test_a_delegate_works_on_it_and_hands_it_back_to_its_owner_who_answers(order, a_case, office):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()
    clerk, typist = office("clerk"), office("typist")

    assigning.delegate(uow, task_id, "typist", actor=clerk, at=NOON, note="ارقام")
    drafts.save(uow, task_id, {"amount": "12"}, actor=typist, at=NOON)
    for anybody in (clerk, typist):
        with pytest.raises((NotTaskHolder, NotAtThisDesk, TaskDelegated)):
            tasks.complete(uow, task_id, {}, actor=anybody, at=NOON)
    assigning.hand_back(uow, task_id, actor=typist, at=NOON, note="آماده است")

    assert _last(order, instance_id) == (
        EventKind.TASK_HANDED_BACK,
        "typist",
        {"to": "clerk", "had": "typist", "reason": "آماده است"},
    )
    tasks.complete(uow, task_id, {}, actor=clerk, at=NOON)


@pytest.mark.parametrize("who", ["both", "owner"])
def test_while_a_step_is_delegated_both_its_owner_and_its_delegate_are_kept_from_others(
    order, a_case, office, who
):
    _hire(order, "owner", ["CLERK", "HEAD"], "D07")
    instance_id, task_id = a_case(by=office("owner"))
    assigning.delegate(order.unit_of_work(), task_id, "both", actor=office("owner"), at=NOON)

    with order.reader() as session:
        cases = CaseStore(session.connection())
        config = deployed(session, cases.one(instance_id).definition_id).bundle.process("order")
        held = cases.held_steps(instance_id, frozenset({"prepare"}))

    assert separation.apart(config, "approve", office(who), held) is not None


def test_a_delegate_who_handed_a_step_back_does_none_it_is_kept_apart_from(order, a_case, office):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()
    assigning.delegate(uow, task_id, "both", actor=office("clerk"), at=NOON)
    assigning.hand_back(uow, task_id, actor=office("both"), at=NOON)
    approve = _answered(order, instance_id, task_id, by=office("clerk"))

    with pytest.raises(DutiesNotSeparate) as refused:
        tasks.claim(uow, approve, actor=office("both"), at=NOON)

    assert (refused.value.by, refused.value.done_element_id) == ("both", "prepare")


def test_another_account_of_a_delegate_is_kept_apart_too(order, a_case, office):
    instance_id, task_id = a_case()
    with order.unit_of_work() as uow:
        for each in uow.session.scalars(
            select(Person).where(Person.username.in_(["typist", "head"]))
        ):
            each.national_code = "0499370899"
        uow.commit()
    uow = order.unit_of_work()
    assigning.delegate(uow, task_id, "typist", actor=office("clerk"), at=NOON)
    assigning.hand_back(uow, task_id, actor=office("typist"), at=NOON)
    approve = _answered(order, instance_id, task_id, by=office("clerk"))

    with pytest.raises(DutiesNotSeparate):
        tasks.claim(uow, approve, actor=office("head"), at=NOON)


def test_an_owner_takes_a_delegated_task_back_at_any_time(order, a_case, office):
    _, task_id = a_case()
    uow, clerk = order.unit_of_work(), office("clerk")
    assigning.delegate(uow, task_id, "typist", actor=clerk, at=NOON)

    assigning.hand_back(uow, task_id, actor=clerk, at=NOON)

    task = _task(order, task_id)
    assert (task.holder, task.is_delegated) == ("clerk", False)


def test_what_is_delegated_goes_no_further_and_back_to_no_desk(order, a_case, office):
    _, task_id = a_case()
    uow, typist = order.unit_of_work(), office("typist")
    assigning.delegate(uow, task_id, "typist", actor=office("clerk"), at=NOON)

    with pytest.raises(TaskDelegated):
        assigning.delegate(uow, task_id, "other_clerk", actor=typist, at=NOON)
    with pytest.raises(TaskDelegated):
        tasks.unclaim(uow, task_id, actor=typist, at=NOON)
    with pytest.raises(NotTaskHolder):
        assigning.hand_back(uow, task_id, actor=office("other_clerk"), at=NOON)


def test_only_what_is_delegated_is_handed_back(order, a_case, office):
    _, task_id = a_case()

    with pytest.raises(NotDelegated):
        assigning.hand_back(order.unit_of_work(), task_id, actor=office("clerk"), at=NOON)


def test_work_is_delegated_within_the_unit_only(order, a_case, office):
    _, task_id = a_case()

    for to in ("stranger", "clerk", "gone"):
        with pytest.raises(NotTheirs):
            assigning.delegate(order.unit_of_work(), task_id, to, actor=office("clerk"), at=NOON)


def test_an_administrator_frees_what_is_delegated_for_everybody_at_the_desk(order, a_case, office):
    _, task_id = a_case()
    uow = order.unit_of_work()
    assigning.delegate(uow, task_id, "typist", actor=office("clerk"), at=NOON)

    tasks.free(uow, task_id, "بیمار است", actor=ADMIN, at=NOON)

    task = _task(order, task_id)
    assert (task.holder, task.owner) == (None, None)


def test_how_urgent_a_task_is_is_said_at_its_desk_and_told(order, a_case, office):
    instance_id, task_id = a_case()
    uow = order.unit_of_work()

    assigning.prioritise(uow, task_id, 80, actor=office("other_clerk"), at=NOON)

    assert _task(order, task_id).priority == 80
    assert _last(order, instance_id)[2] == {"was": 50, "priority": 80}
    with pytest.raises(NotAtThisDesk):
        assigning.prioritise(uow, task_id, 10, actor=office("typist"), at=NOON)
    with pytest.raises(RulesBroken):
        assigning.prioritise(uow, task_id, 101, actor=office("clerk"), at=NOON)


def test_what_is_done_is_given_to_nobody(order, a_case, office):
    _, task_id = a_case()
    uow, clerk = order.unit_of_work(), office("clerk")
    tasks.complete(uow, task_id, {}, actor=clerk, at=NOON)

    for act in (
        lambda: assigning.assign(uow, task_id, "other_clerk", actor=ADMIN, at=NOON),
        lambda: assigning.delegate(uow, task_id, "typist", actor=clerk, at=NOON),
        lambda: assigning.prioritise(uow, task_id, 80, actor=clerk, at=NOON),
    ):
        with pytest.raises(TaskAlreadyClosed):
            act()
