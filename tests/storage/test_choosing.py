"""Ad-hoc sub-processes through the commands: who may choose, what opens, what is told."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from engine import bpmn
from engine.commands import choosing, tasks, upkeep
from engine.commands.follow import stored
from engine.commands.models import model_of
from engine.errors import NotAtThisDesk
from engine.model.incident import Incident
from engine.model.instance import task_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.storage.events import (
    ADMIN,
    CLERK,
    END,
    NOON,
    START,
    begin,
    case,
    deploy,
    heard,
    process,
    rows,
)

pytestmark = pytest.mark.both_databases

STRANGER = Actor(uuid4(), "other", "other", "other", desks=frozenset({"HEAD@*"}))
VISIT = process(
    "visit",
    START,
    '<adHocSubProcess id="site"><userTask id="measure"/><userTask id="ask"/></adHocSubProcess>',
    END,
    more='<laneSet id="lanes"><lane id="clerk"><flowNodeRef>site</flowNodeRef></lane></laneSet>',
)


@pytest.fixture
def a_visit(database: Database) -> UUID:
    deploy(database, VISIT)
    return begin(database, "visit")


def _open(database: Database) -> list[str]:
    return sorted(each.element_id for each in rows(database, task_table, closed_at=None))


def _offered(database: Database, instance_id: UUID) -> list[choosing.Offer]:
    uow = database.unit_of_work()
    with uow:
        instance = uow.cases.one(instance_id)
        model = model_of(uow.deployed(instance.definition_id).bundle)
        return list(choosing.offers(model, "visit", stored(instance)))


def _enable(database: Database, instance_id: UUID, element_id: str, actor: Actor = CLERK) -> None:
    token = _offered(database, instance_id)[0].token
    uow = database.unit_of_work()
    choosing.enable(uow, instance_id, token, element_id, actor=actor, at=NOON)


def test_what_is_chosen_opens_a_task_of_its_own_and_the_trail_says_who_chose(database, a_visit):
    assert _open(database) == ["ask", "measure"]
    assert [each.element_id for each in _offered(database, a_visit)] == ["measure", "ask"]

    _enable(database, a_visit, "ask")

    assert _open(database) == ["ask", "ask", "measure"]
    [chosen] = heard(database, "chosen")
    assert (chosen.element_id, chosen.actor) == ("ask", "clerk")


def test_when_all_that_was_chosen_is_done_nothing_is_offered_any_more(database, a_visit):
    _enable(database, a_visit, "measure")

    for task in rows(database, task_table):
        tasks.claim(database.unit_of_work(), task.id, actor=CLERK, at=NOON)
        tasks.complete(database.unit_of_work(), task.id, {}, actor=CLERK, at=NOON)

    assert case(database, a_visit).state == "finished"
    assert _offered(database, a_visit) == []


def test_a_case_that_waits_for_somebody_to_choose_is_not_stranded(database):
    until = "<completionCondition>done = true</completionCondition></adHocSubProcess>"
    deploy(database, VISIT.replace("</adHocSubProcess>", until))
    a_visit = begin(database, "visit")
    for task in rows(database, task_table):
        tasks.claim(database.unit_of_work(), task.id, actor=CLERK, at=NOON)
        tasks.complete(database.unit_of_work(), task.id, {}, actor=CLERK, at=NOON)
    assert _open(database) == []

    assert upkeep.make_round(database, NOON)

    assert rows(database, Incident.__table__) == []
    _enable(database, a_visit, "ask")
    assert _open(database) == ["ask"]


def test_only_who_does_it_may_choose_it_and_an_administrator(database, a_visit):
    with pytest.raises(NotAtThisDesk):
        _enable(database, a_visit, "ask", STRANGER)
    assert _open(database) == ["ask", "measure"]

    _enable(database, a_visit, "ask", ADMIN)

    assert _open(database) == ["ask", "ask", "measure"]


def test_what_is_not_offered_changes_nothing(database, a_visit):
    with pytest.raises(bpmn.ModificationRefused):
        _enable(database, a_visit, "end")

    assert _open(database) == ["ask", "measure"]
    assert heard(database, "chosen") == []
