"""A small purchase, its people and browsers: all the pages' tests need of a site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY, Answers, CaseFacts, StartRequest, TaskAnswer
from engine.commands import deployments, instances, tasks
from engine.errors import Problem, RulesBroken
from engine.model.person import Actor, Grant, Person, Unit
from engine.queries import people
from engine.sdk import Json
from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.databases import Databases
from tests.kit.passwords import cheap_hash
from tests.kit.sites import NOON, PASSWORD, Clock, close, copied
from webapp.app import create_app

PURCHASE = Path(__file__).parent / "purchase"
LIMIT = 3_000_000_000
ORDERED = 5

#: user name -> names and grants
PEOPLE = {
    "buyer": ("کارپرداز یکم", "First buyer", [("PROC_OFFICER", "D07")]),
    "buyer2": ("کارپرداز دوم", "Second buyer", [("PROC_OFFICER", "D07")]),
    "head": ("مدیر منطقه", "District head", [("UNIT_HEAD", "D07")]),
    "head2": ("جانشین مدیر", "Deputy head", [("UNIT_HEAD", "D07")]),
    "both": ("همه‌کاره", "Both at once", [("UNIT_HEAD", "D07"), ("PROC_OFFICER", "D07")]),
    "head15": ("مدیر دیگر", "Another head", [("UNIT_HEAD", "D15"), ("PROC_OFFICER", "D15")]),
    "auditor": ("حسابرس", "Auditor", [("AUDITOR", "*")]),
    "admin": ("راهبر سامانه", "Administrator", [("ADMIN", "*")]),
    "mayor": ("شهردار", "Mayor", [("UNIT_HEAD", "CITY")]),
    "nima": ("تحلیلگر نیما", "Nima", [("ANALYST", "*")]),
    "roya": ("تحلیلگر رویا", "Roya", [("ANALYST", "*")]),
}


@pytest.fixture(scope="session")
def purchases() -> dict[str, str]:
    """The URL of a template of the site by kind of database, once one was asked for."""
    return {}


@pytest.fixture
def site(
    backend: str,
    databases: Databases,
    prepared: Callable[[str, str], str],
    purchases: dict[str, str],
    purchase_rules: None,
) -> Iterator[Database]:
    """The purchase deployed, its people at their desks."""
    if backend not in purchases:
        url = databases.create(backend, prepared(backend, "tables"))
        _furnish(url)
        purchases[backend] = url
    yield from copied(databases, backend, purchases[backend])


def _furnish(url: str) -> None:
    database = Database(url)
    uow = database.unit_of_work()
    with uow:
        uow.session.add(Unit(code="CITY", title_fa="شهرداری", title_en="Municipality"))
        uow.session.flush()
        for code, number in (("D07", 7), ("D15", 15)):
            uow.session.add(
                Unit(
                    code=code,
                    title_fa=f"شهرداری منطقه {number}",
                    title_en=f"District {number}",
                    parent_code="CITY",
                )
            )
        for username, (name_fa, name_en, grants) in PEOPLE.items():
            person = Person(
                username=username,
                name_fa=name_fa,
                name_en=name_en,
                password_hash=cheap_hash(PASSWORD),
            )
            uow.session.add(person)
            uow.session.flush()
            for role, unit in grants:
                uow.session.add(
                    Grant(
                        person_id=person.id,
                        role=role,
                        unit_code=unit,
                        with_children=username == "mayor",
                    )
                )
        uow.commit()
    deployments.deploy(uow, Bundle.read(PURCHASE), at=NOON)
    close(database)


@pytest.fixture(autouse=True)
def purchase_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the area registers, for one test; what others registered stays."""

    def begin(request: StartRequest) -> CaseFacts:
        number = str(request.values["request_no"])
        if number == "P-13":
            raise RulesBroken([Problem("GEN-CHOICE", "request_no")])
        unit = min(request.actor.units)
        values: dict[str, Json] = {"request_no": number, "budget": 9_000_000_000}
        return CaseFacts(number, f"خرید {number}", unit, values=values)

    def described(answer: TaskAnswer) -> dict[str, Any]:
        if answer.values["amount"] > LIMIT:
            raise RulesBroken([Problem("PUR-001", "amount", {"limit": str(LIMIT)})])
        return dict(answer.values)

    monkeypatch.setitem(REGISTRY.starts, "purchase", begin)
    monkeypatch.setitem(REGISTRY.answers, ("purchase", "describe"), described)


@pytest.fixture(autouse=True)
def delivery_rules(purchase_rules: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the deliveries of the area register."""

    def begin(request: StartRequest) -> CaseFacts:
        return CaseFacts("T-1", "تحویل T-1", min(request.actor.units))

    def verify(answers: Answers) -> Mapping[str, Json]:
        if answers.integer("quantity") > ORDERED:
            params = {"limit": str(ORDERED)}
            raise RulesBroken([Problem("DEL-001", "quantity", params), Problem("DEL-001")])
        return {"warnings": [{"code": "DEL-002", "params": {"days": "3"}}]}

    monkeypatch.setitem(REGISTRY.starts, "delivery", begin)
    monkeypatch.setitem(REGISTRY.services, "verify", verify)


@pytest.fixture
def app(site: Database, clock: Clock, tmp_path: Path) -> Flask:
    settings = Settings(home=tmp_path, database_url=str(site.url))
    made = create_app(site, settings=settings, clock=clock)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def actor_of(site: Database) -> Callable[[str], Actor]:
    def of(username: str) -> Actor:
        with site.reader() as session:
            found = people.by_username(session, username, NOON)
        assert found is not None
        return found

    return of


@pytest.fixture
def a_purchase(
    site: Database, actor_of: Callable[[str], Actor]
) -> Callable[..., tuple[UUID, UUID]]:
    """Start a purchase; return its case and its open task (described and sent, if asked)."""

    def start(
        number: str = "P-1", *, by: str = "buyer", sent: bool = False, at: datetime = NOON
    ) -> tuple[UUID, UUID]:
        uow, actor = site.unit_of_work(), actor_of(by)
        started = instances.start(uow, "purchase", {"request_no": number}, actor=actor, at=at)
        [task] = started.opened
        if sent:
            tasks.claim(uow, task, actor=actor, at=at)
            values = {"goods": "کاغذ", "quantity": 5, "amount": 1_250_000, "outcome": "send"}
            [task] = tasks.complete(uow, task, values, actor=actor, at=at).opened
        return started.instance_id, task

    return start


def text_of(html: str) -> str:
    """Return the visible text of a page, tags and runs of space gone."""
    without = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    flat = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without)).strip()
    return re.sub(r" ([:.،…])", r"\1", flat)


def described(**changes: str) -> dict[str, str]:
    """Return a good answer to the form ``describe``, as typed."""
    answer = {
        "goods": "کاغذ",
        "quantity": "۱۲٫۵",
        "amount": "۱٬۲۵۰٬۰۰۰",
        "seller": "",
        "needed_on": "۱۴۰۵/۰۶/۰۱",
        "kind": "goods",
        "note": "",
        "outcome": "send",
    }
    return answer | changes


Browser = Callable[[str], FlaskClient]


@pytest.fixture
def taken(
    a_purchase: Callable[..., tuple[UUID, UUID]], signed_in: Browser
) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser, his case, and the step of it that he has taken."""
    case, task = a_purchase()
    client = signed_in("buyer")
    assert client.post(f"/tasks/{task}/claim").status_code == 303
    return client, case, task


def hidden(html: str) -> dict[str, str]:
    """Return what the forms of a page carry along unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}
