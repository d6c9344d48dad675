"""What one person types, and what went wrong inside, is not for everybody who sees the case."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import drafts, tasks
from engine.errors import Contended
from engine.model.person import Actor, Person
from engine.queries import tasks as queries
from engine.storage.database import Database
from tests.kit.sites import NOON

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
    twice = Person(username="buyer", name_fa="a secret", name_en="a secret")

    with pytest.raises(Contended) as refused, site.unit_of_work() as uow:
        uow.session.add(twice)
        uow.commit()

    assert "a secret" not in str(refused.value)
