"""What one person types, and what went wrong inside, is not for everybody who sees the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import drafts, jobs, tasks
from engine.errors import Contended
from engine.model.base import new_id
from engine.model.job import Job, JobKind
from engine.model.person import Actor, Person
from engine.queries import tasks as queries
from engine.storage.database import Database
from tests.kit.sites import NOON
from webapp.cli import main

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


def _typed(site: Database, task: UUID, actor: Actor) -> dict[str, str]:
    with site.reader() as session:
        return dict(queries.page(session, task, actor).drafts)


def test_what_the_holder_types_is_seen_by_nobody_else(
    site: Database, a_purchase: Purchase, actor_of: ActorOf, signed_in: Browser
):
    _, task = a_purchase()
    buyer = actor_of("buyer")
    tasks.claim(site.unit_of_work(), task, actor=buyer, at=NOON)
    drafts.save(site.unit_of_work(), task, {"goods": "نیمه‌کاره"}, actor=buyer, at=NOON)

    assert _typed(site, task, buyer) == {"goods": "نیمه‌کاره"}
    assert _typed(site, task, actor_of("buyer2")) == {}
    assert "نیمه‌کاره" not in signed_in("head").get(f"/tasks/{task}").text


def test_what_was_typed_into_a_step_put_back_is_for_who_may_go_on_with_it(
    site: Database, a_purchase: Purchase, actor_of: ActorOf
):
    _, task = a_purchase()
    buyer = actor_of("buyer")
    uow = site.unit_of_work()
    tasks.claim(uow, task, actor=buyer, at=NOON)
    drafts.save(uow, task, {"goods": "نیمه‌کاره"}, actor=buyer, at=NOON)
    tasks.unclaim(uow, task, actor=buyer, at=NOON)

    assert _typed(site, task, actor_of("buyer2")) == {"goods": "نیمه‌کاره"}
    assert _typed(site, task, actor_of("head")) == {}


def test_an_error_of_the_database_does_not_tell_what_people_wrote(site: Database):
    def add_twice() -> None:
        with site.unit_of_work() as uow:
            uow.session.add(Person(username="buyer", name_fa="a secret", name_en="a secret"))
            uow.commit()

    with pytest.raises(Contended) as refused:
        add_twice()

    assert "a secret" not in str(refused.value)


def test_why_a_job_failed_is_told_to_the_operator_not_on_the_case(
    site: Database,
    a_purchase: Purchase,
    signed_in: Browser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    case, job = _failed(site, a_purchase()[0])
    monkeypatch.setenv("DIVAN_HOME", str(tmp_path))
    monkeypatch.setenv("DIVAN_DATABASE_URL", str(site.url))

    page = signed_in("buyer").get(f"/cases/{case}").text
    main(["incidents"])

    told = capsys.readouterr().out
    assert "describe" in told
    assert f"{job}" in told
    assert "KeyError: 'price_of_bank'" in told
    assert "price_of_bank" not in page


def _failed(site: Database, case: UUID) -> tuple[UUID, UUID]:
    """Let a notice of the case give up; return the case and its job."""
    row = Job(new_id(), case, JobKind.NOTICE, "key", "token", "describe", "remind", NOON, NOON)
    spent = replace(row, max_attempts=1)
    uow = site.unit_of_work()
    with uow:
        instance = uow.cases.one(case)
        uow.cases.save(instance, [], [spent])
        uow.commit()
    claimed = jobs.claim(uow, NOON)
    assert claimed is not None
    jobs.fail(uow, claimed, KeyError("price_of_bank"), NOON)
    return case, row.id
