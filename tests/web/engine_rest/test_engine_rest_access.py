"""Who may ask ``/engine-rest``: HTTP Basic with the accounts of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from engine.model.person import Person
from engine.model.sign_in import Passkey, SignInAttempt
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import PASSWORD, Caller
from webapp.accounts import passwords
from webapp.engine_rest import basic


@pytest.fixture
def verified(monkeypatch):
    """How often argon2 was asked."""
    asked: list[str] = []

    def ask(password, password_hash):
        asked.append(password)
        return passwords.is_password(password, password_hash)

    monkeypatch.setattr(basic, "is_password", ask)
    monkeypatch.setattr(basic, "_RECENT", basic.RecentPasswords())
    return asked


def _change(database, **values):
    with database.unit_of_work() as uow:
        uow.session.execute(update(Person).where(Person.username == "clerk").values(**values))
        uow.commit()


@pytest.mark.parametrize(
    ("username", "password"),
    [("clerk", "wrong"), ("nobody", PASSWORD), ("clerk", ""), ("", ""), ("clerk\0", PASSWORD)],
)
def test_a_wrong_name_or_password_is_unauthorised(caller, username, password):
    answer = caller(username, password).get("/task")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert answer.json["type"] == "AuthenticationException"


@pytest.mark.parametrize("header", [None, "Basic", "Basic %%%", "Bearer abc", "Basic Y2xlcms="])
def test_whoever_names_nobody_is_unauthorised(rest_app, header):
    headers = {"Authorization": header} if header else {}

    answer = rest_app.test_client().get("/engine-rest/version", headers=headers)

    assert answer.status_code == 401


def test_no_cookie_is_set_and_none_is_accepted(rest_app, clerk):
    assert "Set-Cookie" not in clerk.get("/task").headers
    rest_app.config["WTF_CSRF_ENABLED"] = False
    browser = rest_app.test_client()
    entered = browser.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    assert entered.status_code == 303

    assert browser.get("/engine-rest/task").status_code == 401


def test_the_name_is_read_as_at_the_sign_in_page(caller):
    assert caller(" Clerk ").get("/task").status_code == 200


def test_a_right_password_is_verified_once_a_minute(clerk, clock, verified):
    assert [clerk.get("/task").status_code for _ in range(3)] == [200, 200, 200]
    assert len(verified) == 1

    clock.pass_time(timedelta(seconds=61))

    assert clerk.get("/task").status_code == 200
    assert len(verified) == 2


def test_a_changed_password_counts_at_once(clerk, caller, errands, verified):
    assert clerk.get("/task").status_code == 200

    _change(errands, password_hash=passwords.hash_password("new"))

    assert clerk.get("/task").status_code == 401
    assert caller("clerk", "new").get("/task").status_code == 200


def test_a_disabled_person_is_out_at_once(clerk, errands, verified):
    assert clerk.get("/task").status_code == 200

    _change(errands, disabled=True)

    assert clerk.get("/task").status_code == 401


@pytest.mark.usefixtures("verified")
def test_guessing_is_waited_out_as_at_the_sign_in_page(clerk, caller, errands, clock):
    guesser = caller("clerk", "guess")
    assert {guesser.get("/task").status_code for _ in range(10)} == {401}
    with errands.reader() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 10

    refused = guesser.get("/task")

    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert clerk.get("/task").status_code == 429
    clock.pass_time(timedelta(minutes=16))
    assert clerk.get("/task").status_code == 200


def test_an_address_that_does_not_exist_is_refused_in_camundas_words(clerk):
    for answer in (clerk.get("/"), clerk.get("/nonsense"), clerk.post("/nonsense/1")):
        assert (answer.status_code, answer.json["type"]) == (404, "InvalidRequestException")


def test_our_own_mistake_is_told_without_its_inside(clerk, monkeypatch):
    from engine.queries import rest  # noqa: PLC0415 - replaced for this one test

    monkeypatch.setattr(rest, "tasks", lambda *_: 1 // 0)

    answer = clerk.get("/task")

    assert (answer.status_code, answer.json["type"]) == (500, "RestException")
    assert "ZeroDivision" not in answer.text


def test_the_alias_of_the_default_engine_answers_the_same(clerk: Caller):
    clerk.start()

    assert clerk.get("/engine/default/task").json == clerk.get("/task").json
    assert clerk.get("/engine").json == [{"name": "default"}]
    assert clerk.get("/engine/other/task").status_code == 404


def test_a_password_alone_is_not_enough_for_who_has_a_second_factor(clerk, errands, verified):
    with errands.unit_of_work() as uow:
        [person] = uow.session.scalars(select(Person).where(Person.username == "clerk"))
        uow.session.add(
            Passkey(
                credential_id="key",
                person_id=person.id,
                public_key=b"-",
                sign_count=0,
                title="Token",
                added_at=NOON,
                used_at=None,
            )
        )
        uow.commit()

    assert clerk.get("/task").status_code == 401


def test_a_role_that_needs_a_second_factor_is_not_for_machines(rest_app, clerk):
    made = rest_app.extensions["divan"]
    door = replace(made.settings.sign_in, second_factor="*")
    rest_app.extensions["divan"] = replace(made, settings=replace(made.settings, sign_in=door))

    assert clerk.get("/task").status_code == 401


def test_a_program_that_is_declared_one_is_let_in_where_everybody_needs_a_second_factor(
    rest_app, clerk, errands
):
    made = rest_app.extensions["divan"]
    door = replace(made.settings.sign_in, second_factor="*")
    rest_app.extensions["divan"] = replace(made, settings=replace(made.settings, sign_in=door))

    _change(errands, is_machine=True)

    assert clerk.get("/task").status_code == 200


def test_a_program_opens_no_browser(rest_app, clerk, errands):
    _change(errands, is_machine=True)
    given = {"username": "clerk", "password": PASSWORD}
    rest_app.config["WTF_CSRF_ENABLED"] = False

    assert rest_app.test_client().post("/sign-in", data=given).status_code == 422


def test_a_first_password_opens_nothing_before_it_was_changed(clerk, errands):
    _change(errands, password_given=True)

    assert clerk.get("/task").status_code == 401


def test_an_unknown_name_costs_what_a_wrong_password_costs(caller, verified):
    for name in ("clerk", "nobody"):
        assert caller(name, "wrong").get("/task").status_code == 401

    assert verified == ["wrong", "wrong"]
