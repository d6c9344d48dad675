"""People whose password is kept in the site's directory: a real slapd answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.model.act import Act
from engine.model.person import Person
from engine.settings import Settings, SignInSettings
from engine.storage.database import Database
from tests.kit.directory import PEOPLE, READER, READER_PASSWORD, SUFFIX, Directory, must_be_there
from tests.kit.sites import PASSWORD, Clock
from webapp.app import create_app

Door = Callable[..., FlaskClient]
Purchase = Callable[..., tuple[UUID, UUID]]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    must_be_there()
    started = Directory(tmp_path_factory.mktemp("directory"))
    yield started
    started.stop()


@pytest.fixture
def door(site: Database, clock: Clock, tmp_path: Path, directory: Directory) -> Door:
    """Open the site with a directory; ``head`` and ``buyer`` have no password here."""
    with site.unit_of_work() as uow:
        names = ("head", "buyer")
        uow.session.execute(
            update(Person).where(Person.username.in_(names)).values(password_hash=None)
        )
        uow.commit()

    def open_door(**given: Any) -> FlaskClient:
        told = SignInSettings(ldap_url=directory.address, ldap_starttls=False)
        settings = Settings(
            home=tmp_path, database_url=str(site.url), sign_in=replace(told, **given)
        )
        app = create_app(site, settings=settings, clock=clock)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return app.test_client()

    return open_door


LOOKED_FOR = {
    "ldap_base": f"ou=people,{SUFFIX}",
    "ldap_reader": READER,
    "ldap_password": READER_PASSWORD,
}


def sign_in(client: FlaskClient, username: str, password: str) -> int:
    answer = client.post("/sign-in", data={"username": username, "password": password})
    return answer.status_code


def test_a_name_made_of_the_user_name_is_let_in_with_the_directorys_password(door: Door):
    client = door(ldap_dn=f"uid={{}},ou=people,{SUFFIX}")

    assert sign_in(client, "buyer", "wrong") == 422
    assert sign_in(client, "buyer", "کلید خریدار") == 303
    assert client.get("/inbox").status_code == 200


def test_somebody_is_looked_for_where_one_name_does_not_fit_all(door: Door):
    client = door(**LOOKED_FOR)

    assert sign_in(client, "head", PEOPLE["head"]) == 303


def test_an_empty_password_lets_nobody_in(door: Door):
    assert sign_in(door(**LOOKED_FOR), "head", "") == 422


def test_a_name_is_no_filter(door: Door, site: Database):
    client = door(**LOOKED_FOR)
    with site.unit_of_work() as uow:
        uow.session.add(Person(username="*", name_fa="ستاره", name_en="Star", password_hash=None))
        uow.commit()

    assert sign_in(client, "*", PEOPLE["head"]) == 422


def test_who_is_known_to_the_directory_only_is_not_let_in(door: Door):
    assert sign_in(door(**LOOKED_FOR), "o)(uid=*", PEOPLE["o)(uid=*"]) == 422


def test_a_password_kept_here_is_not_asked_of_the_directory(door: Door):
    client = door(ldap_url="ldap://127.0.0.1:1", **LOOKED_FOR)

    assert sign_in(client, "head2", PASSWORD) == 303


def test_a_directory_that_does_not_answer_lets_nobody_in(door: Door):
    assert sign_in(door(ldap_url="ldap://127.0.0.1:1", **LOOKED_FOR), "head", "x") == 422


def test_a_directory_that_cannot_encrypt_is_not_told_the_password(door: Door):
    client = door(ldap_starttls=True, **LOOKED_FOR)

    assert sign_in(client, "head", PEOPLE["head"]) == 422


@pytest.mark.parametrize("by", ["a name made of the user name", "a name looked for"])
def test_a_wrong_password_costs_the_directory_the_same_whoever_is_named(
    door: Door, directory: Directory, by: str
):
    told = {"ldap_dn": f"uid={{}},ou=people,{SUFFIX}"} if "made" in by else LOOKED_FOR
    client = door(**told)
    spent = {}
    for name in ("buyer", "head2", "nobody", "admin"):  # of the directory, of here, unknown
        before = directory.work()
        assert sign_in(client, name, "wrong") == 422
        after = directory.work()
        spent[name] = tuple(late - early for late, early in zip(after, before, strict=True))

    assert len(set(spent.values())) == 1, spent


def test_nothing_is_asked_of_the_directory_with_an_empty_password(door: Door, directory: Directory):
    client = door(**LOOKED_FOR)
    spent = set()
    for name in ("head", "head2", "nobody"):
        before = directory.work()
        assert sign_in(client, name, "") == 422
        spent.add(directory.work()[0] - before[0])

    assert spent == {1}  # the counting itself


def test_an_approval_confirmed_with_the_directorys_password_says_so(
    door: Door, site: Database, a_purchase: Purchase
):
    client = door(**LOOKED_FOR)
    sign_in(client, "head", PEOPLE["head"])
    _case, task = a_purchase(sent=True)
    client.post(f"/tasks/{task}/claim")

    client.post(f"/tasks/{task}", data={"outcome": "approve", "password": PEOPLE["head"]})

    with site.reader() as session:
        [act] = session.scalars(select(Act))
    assert act.method == "directory"
    assert '"method":"directory"' in act.content
