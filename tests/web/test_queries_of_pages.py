"""No page asks the database more often for more rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from engine.commands import tasks
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.storage.database import Database
from tests.kit.sites import NOON

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
#: pages that show others as they are told to, and are asked for so
ASKED = (
    "/inbox?view=waiting",
    "/inbox?view=started",
    "/inbox?view=started&sort=amount",
    "/inbox?view=done",
    "/inbox?view=snoozed",
    "/inbox?view=late",
    "/inbox?q=p&sort=value:request_no",
    "/inbox?due=week&filters=1&columns=1",
    "/monitoring/cases?q=p",
)
#: what has tables or tests of its own, asks for nobody, or signs somebody out
_LEFT_OUT = ("/areas/", "/static/", "/health", "/metrics", "/engine-rest", "/sign-out")


@pytest.fixture
def asked(site: Database) -> Iterator[list[str]]:
    """What the database is asked."""
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)
    yield sent
    event.remove(*listener)


def pages(app: Flask) -> list[str]:
    """Return every page that needs no more than its address."""
    return [
        each.rule
        for each in app.url_map.iter_rules()
        if each.methods
        and "GET" in each.methods
        and not each.arguments
        and not each.rule.startswith(_LEFT_OUT)
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["buyer", "head", "auditor"])
def test_no_page_asks_more_often_for_more_rows(
    app: Flask,
    site: Database,
    a_purchase: Purchase,
    actor_of: ActorOf,
    signed_in: Browser,
    asked: list[str],
    who: str,
):
    client = signed_in(who)
    client.post("/inbox/filters", data={"name": "p", "q": "p", "share": ""})
    _work(site, a_purchase, actor_of, 2)
    few = {each: _count(client, each, asked) for each in (*pages(app), *ASKED)}
    _work(site, a_purchase, actor_of, 4)  # still one page: a longer list is counted, once
    for number in range(3):
        client.post("/inbox/filters", data={"name": f"p{number}", "q": f"{number}", "share": ""})

    many = {each: _count(client, each, asked) for each in few}

    assert {each: (few[each], count) for each, count in many.items() if count > few[each]} == {}
    assert "/inbox" in many


def _work(site: Database, a_purchase: Purchase, actor_of: ActorOf, number: int) -> None:
    """Leave open, taken, sent and answered work behind."""
    head = actor_of("head")
    for each in range(number):
        at = f"P-{number}{each:02}"
        a_purchase(f"{at}1")
        a_purchase(f"{at}2", sent=True)
        _, taken = a_purchase(f"{at}3")
        tasks.claim(site.unit_of_work(), taken, actor=actor_of("buyer"), at=NOON)
        _, approval = a_purchase(f"{at}4", sent=True)
        tasks.claim(site.unit_of_work(), approval, actor=head, at=NOON)
        tasks.complete(
            site.unit_of_work(), approval, {"outcome": "approve"}, actor=head, at=NOON,
            confirmed_by=Method.PASSWORD,
        )  # fmt: skip


def _count(client: FlaskClient, address: str, asked: list[str]) -> int:
    client.get(address)  # what is read once and kept has been read
    asked.clear()
    client.get(address)
    return len([each for each in asked if not each.startswith(("BEGIN", "PRAGMA"))])
