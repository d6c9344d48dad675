"""Deployments asked for by one analyst and approved by another: what is done, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import area_drafts, deployment_requests, deployments, instances
from engine.commands.deployment_checks import DeploymentRefused
from engine.commands.deployment_requests import Wish
from engine.connectors import SITE
from engine.errors import NotAtThisDesk, RulesBroken
from engine.findings import Finding, detail
from engine.jobs import run_due
from engine.model.admin_event import AdminEvent
from engine.model.area_draft import DraftMoved
from engine.model.definition import BundleRow, Definition
from engine.model.deployment_request import (
    DeploymentRequest,
    OwnRequest,
    RequestDecided,
    RequestState,
)
from engine.model.instance import instance_table
from engine.model.notice import Notice
from engine.model.person import Actor, Grant, Person
from engine.storage.bundles import latest
from engine.storage.database import Database
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

NIMA = Actor(uuid4(), "nima", "نیما", "Nima", "0013542419", desks=frozenset({"ANALYST@*"}))
ROYA = Actor(uuid4(), "roya", "رویا", "Roya", desks=frozenset({"ANALYST@*"}))
AGAIN = Actor(uuid4(), "nima2", "نیما", "Nima", "0013542419", desks=frozenset({"ANALYST@*"}))
QUICKER = CONFIG.replace("days = 10", "days = 3")
WRONG = Finding("DEP-021", "order.bpmn", "prepare", None, detail("FIT-005", form="x"))
LATER = timedelta(days=2)
Asked = Callable[..., UUID]


def _fine(*_: object) -> tuple[Finding, ...]:
    return ()


@pytest.fixture
def analysts(people, order: Database) -> None:
    with order.unit_of_work() as uow:
        for each in (NIMA, ROYA, AGAIN):
            uow.session.add(
                Person(
                    id=each.person_id,
                    username=each.username,
                    name_fa=each.name_fa,
                    name_en=each.name_en,
                    national_code=each.national_code,
                )
            )
            uow.session.flush()
            uow.session.add(Grant(person_id=each.person_id, role="ANALYST", unit_code="*"))
        uow.commit()


@pytest.fixture
def draft(order: Database, analysts: None) -> UUID:
    """A draft of what is deployed, in which a step takes three days."""
    with order.reader() as session:
        bundle_id = session.scalars(select(BundleRow.id)).one()
    uow = order.unit_of_work()
    draft_id = area_drafts.begin(uow, "order", "Quicker", actor=NIMA, at=NOON, bundle_id=bundle_id)
    _save(order, draft_id, "process.toml", QUICKER, 1)
    return draft_id


@pytest.fixture
def ask(order: Database, draft: UUID) -> Asked:
    """Ask for the deployment of the draft."""

    def do(save: int = 2, note: str = "three days", checks=_fine, **said) -> UUID:
        options = {"needs_approval": said.pop("needs_approval", True)}
        wish = Wish(save, note, **said)
        uow = order.unit_of_work()
        return deployment_requests.ask(
            uow, draft, wish, checks=checks, actor=NIMA, at=NOON, **options
        )

    return do


def _save(order: Database, draft_id: UUID, name: str, text: str, version: int) -> int:
    uow = order.unit_of_work()
    at = NOON + timedelta(hours=version)
    return area_drafts.save(uow, draft_id, name, text.encode(), version=version, actor=NIMA, at=at)


def _approve(order: Database, request_id: UUID, *, by: Actor = ROYA, at=NOON, checks=_fine):
    uow = order.unit_of_work()
    return deployment_requests.approve(
        uow, request_id, checks=checks, actor=by, at=at, proof="passkey"
    )


def _state(order: Database, request_id: UUID) -> str:
    with order.reader() as session:
        return session.get_one(DeploymentRequest, request_id).state


def _deployed(order: Database) -> tuple[int, str]:
    """Return the newest version, and the settings it has."""
    with order.reader() as session:
        found = latest(session, "order")
        return found.version, found.bundle.files["process.toml"].decode()


def _told(order: Database) -> set[tuple[str, str]]:
    with order.reader() as session:
        rows = session.execute(select(Person.username, Notice.kind).join(Notice))
        return {(name, kind) for name, kind in rows}


def test_what_one_asks_for_and_another_approves_is_deployed(order, ask):
    request_id = ask(message="From now on three days.")
    assert _deployed(order)[0] == 1

    assert _approve(order, request_id) is RequestState.DONE

    assert _deployed(order) == (2, QUICKER)
    with order.reader() as session:
        kinds = [each.kind for each in session.scalars(select(AdminEvent))]
        proof = session.get_one(DeploymentRequest, request_id).proof
        by = session.scalars(select(Definition.deployed_by).where(Definition.version == 2)).one()
    assert kinds == ["deployment_asked", "deployed", "deployment_approved"]
    assert (proof, by) == ("passkey", "nima")
    assert _told(order) == {
        ("roya", "deployment_asked"),
        ("nima2", "deployment_asked"),
        ("nima", "deployment_decided"),
        ("clerk", "process_changed"),
        ("head", "process_changed"),
    }


@pytest.mark.parametrize("who", [NIMA, AGAIN], ids=["asker", "asker's other account"])
def test_who_asks_does_not_approve_under_another_account_either(order, ask, who):
    request_id = ask()

    with pytest.raises(OwnRequest):
        _approve(order, request_id, by=who)

    assert _state(order, request_id) == "asked"


def test_only_an_analyst_asks_and_approves_a_substitute_does_not(order, ask, draft):
    request_id = ask()

    with pytest.raises(NotAtThisDesk):
        _approve(order, request_id, by=CLERK)
    with pytest.raises(NotAtThisDesk):
        deployment_requests.ask(
            order.unit_of_work(), draft, Wish(2, "x"), checks=_fine, actor=CLERK, at=NOON
        )


def test_a_draft_changed_since_is_deployed_as_it_was_approved(order, ask, draft):
    request_id = ask()
    _save(order, draft, "process.toml", CONFIG.replace("days = 10", "days = 1"), 2)

    _approve(order, request_id)

    assert _deployed(order) == (2, QUICKER)


def test_asking_for_the_changed_draft_withdraws_what_was_asked_before(order, ask, draft):
    first = ask()
    _save(order, draft, "process.toml", CONFIG.replace("days = 10", "days = 1"), 2)

    second = ask(save=3)

    assert [_state(order, each) for each in (first, second)] == ["withdrawn", "asked"]
    with pytest.raises(RequestDecided):
        _approve(order, first)


def test_who_asks_for_what_he_has_not_seen_is_told(order, ask, draft):
    _save(order, draft, "process.toml", CONFIG.replace("days = 10", "days = 1"), 2)

    with pytest.raises(DraftMoved):
        ask(save=2)


def test_all_that_stands_against_it_is_told_at_once_and_nothing_is_kept(order, ask, draft):
    _save(order, draft, "process.toml", CONFIG.replace('id = "order"', 'id = "other"'), 2)

    with pytest.raises(DeploymentRefused) as refused:
        ask(save=3, checks=lambda *_: (WRONG,))

    assert {each.rule for each in refused.value.findings} == {"DEP-002", "DEP-021"}
    with order.reader() as session:
        assert session.scalars(select(DeploymentRequest)).all() == []


def test_what_came_up_since_it_was_asked_for_is_told_to_who_approves(order, ask):
    request_id = ask()

    with pytest.raises(DeploymentRefused):
        _approve(order, request_id, checks=lambda *_: (WRONG,))

    assert (_state(order, request_id), _deployed(order)[0]) == ("asked", 1)


def test_an_area_deployed_meanwhile_has_to_be_compared_anew(order, ask):
    request_id = ask()
    other = {"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode() + b"\n# other\n"}
    deployments.deploy(order.unit_of_work(), Bundle(other), at=NOON)

    with pytest.raises(DeploymentRefused) as refused:
        _approve(order, request_id)

    assert [each.rule for each in refused.value.findings] == ["DEP-001"]
    assert _deployed(order)[0] == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"note": "  "}, "note", id="no note"),
        pytest.param({"message": "x" * 2001}, "message", id="a long message"),
        pytest.param({"planned_at": NOON}, "planned", id="a moment that has passed"),
        pytest.param({"planned_at": NOON + timedelta(days=400)}, "planned", id="far away"),
    ],
)
def test_a_wish_that_will_not_do_is_refused_beside_its_field(ask, said, field):
    with pytest.raises(RulesBroken) as refused:
        ask(**said)

    assert [each.field for each in refused.value.problems] == [field]


def test_a_planned_deployment_is_done_at_its_moment_and_not_before(order, ask):
    request_id = ask(planned_at=NOON + LATER)

    assert _approve(order, request_id) is RequestState.PLANNED
    run_due(order, lambda: NOON + timedelta(days=1))
    assert _deployed(order)[0] == 1
    run_due(order, lambda: NOON + LATER)

    assert (_state(order, request_id), _deployed(order)) == ("done", (2, QUICKER))


def test_a_planned_one_that_was_withdrawn_is_not_done(order, ask):
    request_id = ask(planned_at=NOON + LATER)
    _approve(order, request_id)

    deployment_requests.withdraw(order.unit_of_work(), request_id, actor=ROYA, at=NOON)
    run_due(order, lambda: NOON + LATER)

    assert (_state(order, request_id), _deployed(order)[0]) == ("withdrawn", 1)


def test_what_stands_against_it_at_its_moment_is_kept_and_nothing_changed(
    order, ask, monkeypatch: pytest.MonkeyPatch
):
    request_id = ask(planned_at=NOON + LATER)
    _approve(order, request_id)
    monkeypatch.setattr(SITE, "check_deployment", lambda *_: (WRONG,))

    run_due(order, lambda: NOON + LATER)

    with order.reader() as session:
        request = session.get_one(DeploymentRequest, request_id)
        assert [each["rule"] for each in request.problems or ()] == ["DEP-021"]
    assert (_state(order, request_id), _deployed(order)[0]) == ("failed", 1)


def test_a_refusal_has_a_reason_and_ends_it(order, ask):
    request_id, uow = ask(), order.unit_of_work()
    with pytest.raises(RulesBroken):
        deployment_requests.refuse(uow, request_id, " ", actor=ROYA, at=NOON)

    deployment_requests.refuse(uow, request_id, "too quick", actor=ROYA, at=NOON)

    assert _state(order, request_id) == "refused"
    with pytest.raises(RequestDecided):
        _approve(order, request_id)


def test_where_no_approval_is_needed_asking_deploys(order, ask):
    request_id = ask(needs_approval=False)

    assert (_state(order, request_id), _deployed(order)[0]) == ("done", 2)


def test_an_earlier_version_is_put_back_as_a_new_one(order, ask, analysts):
    _approve(order, ask())
    with order.reader() as session:
        first = session.scalars(select(Definition.bundle_id).where(Definition.version == 1)).one()
    uow, at = order.unit_of_work(), NOON + LATER
    back = area_drafts.begin(uow, "order", "Back", actor=NIMA, at=at, bundle_id=first)

    request_id = deployment_requests.ask(
        uow, back, Wish(1, "as before"), checks=_fine, actor=NIMA, at=at
    )
    _approve(order, request_id, at=at)

    assert _deployed(order) == (3, CONFIG)
    started = instances.start(uow, "order", {"amount": 5}, actor=CLERK, at=at)
    with order.reader() as session:
        case = session.execute(
            select(instance_table.c.definition_id).where(instance_table.c.id == started.instance_id)
        ).scalar_one()
        assert session.get_one(Definition, case).version == 3


@pytest.mark.parametrize("point", ["publish", "tell_of", "notify_of", "commit"])
def test_a_deployment_that_fails_half_way_changes_nothing(
    order, ask, monkeypatch: pytest.MonkeyPatch, point
):
    request_id = ask(message="From now on three days.")
    before = _everything(order)

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    uow = order.unit_of_work()
    if point == "commit":
        monkeypatch.setattr(uow, "commit", die)
    elif point == "publish":
        monkeypatch.setattr("engine.commands.publishing.starts.plan", die)
    else:
        monkeypatch.setattr(f"engine.commands.deployment_requests.{point}", die)
    with pytest.raises(RuntimeError):
        deployment_requests.approve(uow, request_id, checks=_fine, actor=ROYA, at=NOON)

    assert _everything(order) == before
    monkeypatch.undo()
    _approve(order, request_id)
    assert _deployed(order) == (2, QUICKER)


def _everything(order: Database) -> list[object]:
    with order.reader() as session:
        tables = (BundleRow, Definition, AdminEvent, Notice, DeploymentRequest)
        return [
            [tuple(each) for each in session.execute(select(table.__table__))] for table in tables
        ]
