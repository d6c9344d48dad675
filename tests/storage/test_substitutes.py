"""Who stands in for somebody does that person's work, in his own name, and only as far as said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.commands import assigning, substitutions, tasks
from engine.errors import DutiesNotSeparate, NotAtThisDesk, RulesBroken, TaskAlreadyClaimed
from engine.jobs import run_due
from engine.model.act import Act
from engine.model.admin_event import AdminEvent
from engine.model.event import event_table
from engine.model.instance import task_table
from engine.model.person import Actor, Grant, Person
from engine.model.sign_in import Method
from engine.model.substitution import StandIn
from engine.queries import cases
from engine.storage.database import Database
from engine.values import Rial, local_date
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases

TODAY = local_date(NOON)


def test_a_substitute_takes_and_answers_a_task_of_the_desk_and_both_names_stand(
    order, opened, away, actor_of
):
    away("clerk", "deputy")
    task, deputy = opened(), actor_of("deputy")

    tasks.claim(order.unit_of_work(), task, actor=deputy, at=NOON)
    done = tasks.complete(order.unit_of_work(), task, {}, actor=deputy, at=NOON)

    with order.unit_of_work() as uow:
        of_the_task = select(event_table).where(
            event_table.c.instance_id == done.instance_id, event_table.c.actor == "deputy"
        )
        told = {each.kind: each.facts["for"] for each in uow.session.execute(of_the_task)}
    assert told == {"task_claimed": "clerk", "task_completed": "clerk"}


def test_the_desks_of_a_substitute_stay_his_own(away, actor_of):
    away("clerk", "deputy")

    deputy = actor_of("deputy")

    assert deputy.desks == {"NOBODY@D07"}
    [stands] = deputy.stands_in
    assert (stands.username, stands.desks, stands.until) == ("clerk", {"CLERK@D07"}, TODAY)


def test_nobody_stands_in_for_whom_the_one_away_stood_in_for(away, actor_of, opened, order):
    away("clerk", "head")
    away("head", "deputy")

    [stands] = actor_of("deputy").stands_in

    assert stands.desks == {"HEAD@D07"}
    with pytest.raises(NotAtThisDesk):
        tasks.claim(order.unit_of_work(), opened(), actor=actor_of("deputy"), at=NOON)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"valid_from": TODAY + timedelta(days=1)}, id="it has not begun"),
        pytest.param({"valid_to": TODAY - timedelta(days=1)}, id="it is over"),
        pytest.param({"ended_at": NOON, "ended_by": "clerk"}, id="it was ended early"),
        pytest.param({"processes": ["another"]}, id="another process"),
        pytest.param({"desks": ["HEAD@D07"]}, id="another desk"),
    ],
)
def test_outside_what_was_said_he_may_not(order, opened, away, actor_of, said):
    away("clerk", "deputy", **said)

    with pytest.raises(NotAtThisDesk):
        tasks.claim(order.unit_of_work(), opened(), actor=actor_of("deputy"), at=NOON)


def test_it_ends_by_itself_at_the_end_of_its_last_day_in_tehran(away, actor_of):
    away("clerk", "deputy", valid_to=date(2026, 11, 21))

    before = NOON.replace(hour=20, minute=29)  # 23:59 in Tehran
    after = NOON.replace(hour=20, minute=30)

    assert actor_of("deputy", before).stands_in
    assert not actor_of("deputy", after).stands_in


def test_what_the_one_away_holds_passes_to_the_substitute_and_to_nobody_else(
    order, opened, away, actor_of
):
    task = opened()
    tasks.claim(order.unit_of_work(), task, actor=actor_of("clerk"), at=NOON)
    away("clerk", "deputy")

    tasks.claim(order.unit_of_work(), task, actor=actor_of("deputy"), at=NOON)

    with pytest.raises(TaskAlreadyClaimed):
        tasks.claim(order.unit_of_work(), task, actor=actor_of("clerk"), at=NOON)


def test_a_case_above_the_limit_is_not_for_the_substitute():
    limited = StandIn(
        uuid4(), "clerk", "clerk", "clerk", None, TODAY, frozenset({"CLERK@D07"}), most=1_000
    )

    assert limited.covers("CLERK@D07", "order", 1_000)
    assert not limited.covers("CLERK@D07", "order", 1_001)
    assert not limited.covers("CLERK@D07", "order", None)  # nobody knows that it is under it


def test_a_limit_and_a_scope_are_read_with_the_person(away, actor_of):
    away("clerk", "deputy", most=Rial(2_000_000_000), processes=["order"], desks=["CLERK@D07"])

    [stands] = actor_of("deputy").stands_in

    assert (stands.most, stands.processes) == (2_000_000_000, {"order"})


def test_the_preparer_may_not_approve_as_a_substitute(order, opened, away, actor_of):
    clerk, task = actor_of("clerk"), opened()
    tasks.claim(order.unit_of_work(), task, actor=clerk, at=NOON)
    approval = _approval(order, task, clerk)
    away("head", "clerk")

    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approval, actor=actor_of("clerk"), at=NOON)


def test_who_stands_in_for_the_preparer_may_not_approve_as_himself_for_another(
    order, opened, away, actor_of
):
    away("clerk", "deputy")
    task, deputy = opened(), actor_of("deputy")
    tasks.claim(order.unit_of_work(), task, actor=deputy, at=NOON)
    approval = _approval(order, task, deputy)
    away("head", "deputy")

    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approval, actor=actor_of("deputy"), at=NOON)


def test_the_one_away_may_not_approve_what_was_prepared_for_him(order, opened, away, actor_of):
    with order.unit_of_work() as uow:  # the head is a clerk as well
        head = uow.session.scalars(select(Person).where(Person.username == "head")).one()
        uow.session.add(Grant(person_id=head.id, role="CLERK", unit_code="D07"))
        uow.commit()
    away("head", "deputy", desks=["CLERK@D07"])
    task, deputy = opened(), actor_of("deputy")
    tasks.claim(order.unit_of_work(), task, actor=deputy, at=NOON)
    approval = _approval(order, task, deputy)

    with pytest.raises(DutiesNotSeparate):  # back from leave
        tasks.claim(order.unit_of_work(), approval, actor=actor_of("head"), at=NOON)


def test_an_approval_says_for_whom_it_was_given(order, opened, away, actor_of):
    clerk, task = actor_of("clerk"), opened()
    tasks.claim(order.unit_of_work(), task, actor=clerk, at=NOON)
    approval = _approval(order, task, clerk)
    away("head", "deputy")

    deputy = actor_of("deputy")
    tasks.claim(order.unit_of_work(), approval, actor=deputy, at=NOON)
    tasks.complete(
        order.unit_of_work(), approval, {}, actor=deputy, at=NOON, confirmed_by=Method.PASSWORD
    )

    with order.unit_of_work() as uow:
        act = uow.session.scalars(select(Act)).one()
    assert act.actor == "deputy"
    assert '"for":"head"' in act.content


def test_entered_by_the_person_away_it_holds_at_once_and_is_journalled(order, people, actor_of):
    substitutions.enter(order.unit_of_work(), _wish(), actor=actor_of("clerk"), at=NOON)

    [stands] = actor_of("deputy").stands_in
    assert stands.username == "clerk"
    with order.unit_of_work() as uow:
        [told] = uow.session.scalars(select(AdminEvent))
    assert (told.kind, told.actor, told.person) == ("substitution_entered", "clerk", "clerk")
    assert told.facts["substitute"] == "deputy"


def test_a_colleague_may_not_enter_one_but_a_head_and_an_administrator_may(order, people, actor_of):
    chief = replace(actor_of("third"), desks=frozenset({"UNIT_HEAD@D07"}))
    other_chief = replace(actor_of("third"), desks=frozenset({"UNIT_HEAD@D15"}))
    admin = replace(actor_of("third"), desks=frozenset({"ADMIN@*"}))

    for who in (actor_of("third"), actor_of("deputy"), other_chief):
        with pytest.raises(substitutions.NotTheirHead):
            substitutions.enter(order.unit_of_work(), _wish(), actor=who, at=NOON)
    for who in (chief, admin):
        substitutions.enter(order.unit_of_work(), _wish(), actor=who, at=NOON)

    assert len(actor_of("deputy").stands_in) == 2


@pytest.mark.parametrize("desk", ["ADMIN@*", "UNIT_HEAD@D07"])
def test_who_enters_one_for_somebody_else_takes_nothing_for_himself(order, people, actor_of, desk):
    with order.unit_of_work() as uow:
        uow.session.get_one(Person, people["deputy"]).national_code = "0012345679"
        uow.commit()
    who = replace(actor_of("deputy"), desks=frozenset({desk}))
    other_account = replace(who, person_id=people["third"], username="third")

    for each in (who, other_account):
        with pytest.raises(RulesBroken) as refused:
            substitutions.enter(order.unit_of_work(), _wish(), actor=each, at=NOON)
        assert [problem.code for problem in refused.value.problems] == ["SUB-009"]


def test_a_head_passes_on_the_desks_of_the_own_unit_only(order, people, actor_of):
    chief = replace(actor_of("third"), desks=frozenset({"UNIT_HEAD@D07"}))
    with order.unit_of_work() as uow:
        uow.session.add(Grant(person_id=people["clerk"], role="TREASURER", unit_code="D15"))
        uow.commit()

    elsewhere = _wish(desks=["TREASURER@D15"])
    with pytest.raises(RulesBroken) as refused:
        substitutions.enter(order.unit_of_work(), elsewhere, actor=chief, at=NOON)
    substitutions.enter(order.unit_of_work(), _wish(), actor=chief, at=NOON)

    [stand_in] = actor_of("deputy").stands_in
    assert [each.code for each in refused.value.problems] == ["SUB-010"]
    assert stand_in.desks == {"CLERK@D07"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param({"substitute": "clerk"}, "SUB-002", id="for himself"),
        pytest.param({"substitute": "nobody"}, "SUB-001", id="by nobody"),
        pytest.param({"last": TODAY - timedelta(days=1)}, "SUB-003", id="ends before it begins"),
        pytest.param(
            {"first": TODAY - timedelta(days=9), "last": TODAY - timedelta(days=1)},
            "SUB-004",
            id="is over already",
        ),
        pytest.param({"last": TODAY + timedelta(days=400)}, "SUB-005", id="longer than a year"),
        pytest.param({"reason": "  "}, "GEN-REQUIRED", id="without a reason"),
        pytest.param({"desks": ["HEAD@D07"]}, "SUB-008", id="a desk that is not his"),
        pytest.param({"desks": []}, "SUB-008", id="no desk at all"),
        pytest.param({"most": Rial(0)}, "MON-002", id="nothing is under the limit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(order, people, actor_of, said, code):
    with pytest.raises(RulesBroken) as refused:
        substitutions.enter(order.unit_of_work(), _wish(**said), actor=actor_of("clerk"), at=NOON)

    assert code in [each.code for each in refused.value.problems]
    assert not actor_of("deputy").stands_in


@pytest.mark.parametrize(
    ("known", "code"),
    [
        pytest.param(("clerk", "third"), "SUB-013", id="two substitutes"),
        pytest.param(("deputy", "third"), "SUB-012", id="both away"),
        pytest.param(("deputy", "clerk"), "SUB-011", id="each for the other"),
        pytest.param(("head", "deputy"), "SUB-014", id="he stands in for others too"),
    ],
)
def test_overlaps_are_told_before_it_is_entered(order, away, known, code):
    away(*known, valid_from=TODAY, valid_to=TODAY + timedelta(days=3))

    with order.unit_of_work() as uow:
        told = substitutions.warnings(uow.session, _wish(last=TODAY + timedelta(days=9)), NOON)
        later = _wish(first=TODAY + timedelta(days=4), last=TODAY + timedelta(days=9))
        nothing = substitutions.warnings(uow.session, later, NOON)

    assert [each.code for each in told] == [code]
    assert nothing == ()


def test_at_its_end_what_the_substitute_holds_goes_back_to_the_desk(
    order, opened, people, actor_of
):
    substitutions.enter(order.unit_of_work(), _wish(), actor=actor_of("clerk"), at=NOON)
    task = opened()
    tasks.claim(order.unit_of_work(), task, actor=actor_of("deputy"), at=NOON)
    evening, night = NOON.replace(hour=20, minute=29), NOON.replace(hour=20, minute=31)

    run_due(order, lambda: evening)
    before = _holder(order, task)
    run_due(order, lambda: night)

    assert (before, _holder(order, task)) == ("deputy", None)
    told = _last_event(order, task)
    assert (told.kind, told.actor) == ("task_unclaimed", None)
    assert told.facts["holder"] == "deputy"
    assert told.facts["for"] == "clerk"


@pytest.mark.parametrize("handed_back", [[], ["clerk"]], ids=["with its delegate", "handed back"])
def test_at_its_end_what_the_substitute_delegated_goes_back_too(
    order, opened, people, actor_of, handed_back
):
    substitutions.enter(order.unit_of_work(), _wish(), actor=actor_of("clerk"), at=NOON)
    uow, task = order.unit_of_work(), opened()
    tasks.claim(uow, task, actor=actor_of("deputy"), at=NOON)
    assigning.delegate(uow, task, "clerk", actor=actor_of("deputy"), at=NOON)
    for each in handed_back:
        assigning.hand_back(uow, task, actor=actor_of(each), at=NOON)

    run_due(order, lambda: NOON.replace(hour=20, minute=31))

    assert _holder(order, task) is None


def test_ended_early_it_ends_at_once_and_only_what_was_taken_for_the_other_goes_back(
    order, opened, people, actor_of
):
    entered = substitutions.enter(order.unit_of_work(), _wish(), actor=actor_of("clerk"), at=NOON)
    task = opened()
    tasks.claim(order.unit_of_work(), task, actor=actor_of("deputy"), at=NOON)

    substitutions.end(order.unit_of_work(), entered, actor=actor_of("deputy"), at=NOON)
    run_due(order, lambda: NOON)

    assert not actor_of("deputy").stands_in
    assert _holder(order, task) is None
    with pytest.raises(substitutions.SubstitutionEnded):
        substitutions.end(order.unit_of_work(), entered, actor=actor_of("clerk"), at=NOON)


def test_what_another_substitution_still_covers_stays_with_the_substitute(
    order, opened, people, actor_of
):
    clerk = actor_of("clerk")
    entered = substitutions.enter(order.unit_of_work(), _wish(), actor=clerk, at=NOON)
    substitutions.enter(order.unit_of_work(), _wish(), actor=clerk, at=NOON)
    task = opened()
    tasks.claim(order.unit_of_work(), task, actor=actor_of("deputy"), at=NOON)

    substitutions.end(order.unit_of_work(), entered, actor=clerk, at=NOON)
    run_due(order, lambda: NOON)

    assert _holder(order, task) == "deputy"


def test_the_substitute_sees_the_case_while_he_stands_in(order, opened, away, actor_of):
    task = opened()
    with order.unit_of_work() as uow:
        instance_id = uow.cases.read(task).instance.id
    away("clerk", "deputy")

    deputy = actor_of("deputy")

    with order.unit_of_work() as uow:
        assert cases.page(uow.session, instance_id, deputy).id == instance_id


def _wish(**said: Any) -> substitutions.Wish:
    """The clerk is away today, and the deputy stands in."""
    usual: dict[str, Any] = {
        "person": "clerk",
        "substitute": "deputy",
        "first": TODAY,
        "last": TODAY,
        "reason": "leave",
    }
    return substitutions.Wish(**{**usual, **said})


def _holder(order: Database, task: UUID) -> str | None:
    with order.unit_of_work() as uow:
        return uow.cases.of_task(task)[1].holder


def _last_event(order: Database, task: UUID) -> Any:
    newest = (
        select(event_table)
        .where(event_table.c.task_id == task)
        .order_by(event_table.c.seq.desc())
        .limit(1)
    )
    with order.unit_of_work() as uow:
        return uow.session.execute(newest).one()


def _approval(order: Database, task: UUID, by: Actor) -> UUID:
    """Complete the first step and what is computed after it; return the approval."""
    done = tasks.complete(order.unit_of_work(), task, {}, actor=by, at=NOON)
    run_due(order, lambda: NOON)
    asked = select(task_table.c.id).where(
        task_table.c.instance_id == done.instance_id, task_table.c.element_id == "approve"
    )
    with order.unit_of_work() as uow:
        found: UUID = uow.session.scalars(asked).one()
    return found
