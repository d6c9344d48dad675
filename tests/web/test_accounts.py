from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.person import Grant, Person
from engine.model.sign_in import SignIn
from engine.queries import people
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD, Clock
from webapp.accounts.passwords import hash_password, is_password


def sign_in(client: FlaskClient, username: str = "buyer", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"username": username, "password": password, **more})


def test_a_page_leads_to_the_sign_in_and_back_to_itself(client: FlaskClient):
    sent = client.get("/inbox?view=done")
    assert sent.status_code == 303
    assert sent.location == "/sign-in?next=/inbox?view%3Ddone"

    back = sign_in(client, next="/inbox?view=done")

    assert (back.status_code, back.location) == (303, "/inbox?view=done")
    assert client.get("/inbox").status_code == 200


def test_a_user_name_may_be_typed_in_capitals(client: FlaskClient):
    assert sign_in(client, " Buyer ").status_code == 303


@pytest.mark.parametrize(
    ("username", "password"), [("buyer", "wrong"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_sign_in_says_no_more_than_that(client: FlaskClient, username: str, password: str):
    answer = sign_in(client, username, password)

    assert answer.status_code == 422
    assert "نام کاربری یا گذرواژه درست نیست" in answer.text
    assert client.get("/inbox").status_code == 303


def test_a_disabled_person_cannot_sign_in(client: FlaskClient, site: Database):
    with site.unit_of_work() as uow:
        uow.session.scalars(select(Person).where(Person.username == "buyer")).one().disabled = True
        uow.commit()

    assert sign_in(client).status_code == 422


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(client: FlaskClient, target: str):
    assert sign_in(client, next=target).location == "/"


def test_guessing_is_slowed_down_and_forgotten_after_a_while(client: FlaskClient, clock: Clock):
    for _ in range(10):
        assert sign_in(client, password="guess").status_code == 422

    assert sign_in(client).status_code == 429

    clock.pass_time(timedelta(minutes=16))
    assert sign_in(client).status_code == 303


def test_the_database_keeps_a_hash_of_the_browsers_token_only(client: FlaskClient, site: Database):
    sign_in(client)

    with client.session_transaction() as session, site.reader() as database:
        [kept] = database.scalars(select(SignIn.token_hash))
        assert session["token"] not in kept


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient):
    cookie = sign_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session_on_the_server_too(client: FlaskClient, app: Flask):
    sign_in(client)
    with client.session_transaction() as session:
        token = session["token"]

    assert client.post("/sign-out").status_code == 303

    thief = app.test_client()
    with thief.session_transaction() as session:
        session["token"] = token
    assert thief.get("/inbox").status_code == 303


def test_a_session_ends_by_itself(client: FlaskClient, clock: Clock):
    sign_in(client)
    clock.pass_time(timedelta(hours=13))

    assert client.get("/inbox").location.startswith("/sign-in")


def test_the_language_switch_keeps_the_page_and_is_remembered(client: FlaskClient, site: Database):
    sign_in(client)
    assert '<html lang="fa" dir="rtl">' in client.get("/inbox").text

    switched = client.post("/language", data={"locale": "en", "next": "/inbox?view=done"})

    assert switched.location == "/inbox?view=done"
    assert '<html lang="en" dir="ltr">' in client.get("/inbox").text
    with site.reader() as session:
        assert people.by_username(session, "buyer", NOON).locale == "en"  # type: ignore[union-attr]


def test_a_visitor_may_switch_the_language_before_signing_in(client: FlaskClient):
    client.post("/language", data={"locale": "en", "next": "/sign-in"})

    assert "User name" in client.get("/sign-in").text


def test_a_form_without_the_sites_token_is_refused(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    answer = sign_in(client)

    assert answer.status_code == 400


def test_a_token_is_taken_from_the_browser_it_was_made_for_and_from_no_other(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True
    here, elsewhere = app.test_client(), app.test_client()
    given = re.compile(r'name="csrf_token" value="([^"]+)"')
    first, again, other = (
        given.findall(each.get("/sign-in").text)[0] for each in (here, here, elsewhere)
    )

    assert sign_in(elsewhere, csrf_token=first).status_code == 400
    assert sign_in(here, csrf_token=again).status_code == 303
    assert sign_in(elsewhere, csrf_token=other).status_code == 303


def test_a_role_with_children_reaches_the_units_below(site: Database):
    with site.reader() as session:
        mayor = people.by_username(session, "mayor", NOON)

    assert mayor is not None
    assert mayor.desks == {"UNIT_HEAD@CITY", "UNIT_HEAD@D07", "UNIT_HEAD@D15"}


def test_a_role_counts_from_its_first_day_to_its_last(site: Database):
    with site.unit_of_work() as uow:
        buyer = uow.session.scalars(select(Person).where(Person.username == "buyer")).one()
        grant = uow.session.scalars(select(Grant).where(Grant.person_id == buyer.id)).one()
        grant.valid_from = grant.valid_to = NOON.date()
        uow.commit()

    def desks(days: int) -> frozenset[str]:
        with site.reader() as session:
            actor = people.by_username(session, "buyer", NOON + timedelta(days=days))
        assert actor is not None
        return actor.desks

    assert [sorted(desks(days)) for days in (-1, 0, 1)] == [[], ["PROC_OFFICER@D07"], []]


def test_a_password_is_kept_as_an_argon2id_hash():
    kept = hash_password("کلید")

    assert kept.startswith("$argon2id$")
    assert is_password("کلید", kept)
    assert not is_password("کلیید", kept)
    assert not is_password("", None)


Browser = Callable[[str], FlaskClient]


def test_pages_carry_headers_that_keep_scripts_of_others_out(signed_in: Browser):
    answer = signed_in("buyer").get("/inbox")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_token_for_a_program_is_shown_once_and_revoked_on_the_same_page(
    signed_in: Callable[[str], FlaskClient],
):
    head = signed_in("head")
    asked = {"token_name": "reports", "scopes": ["read"], "days": "30"}

    made = head.post("/account/tokens", data=asked)
    wrong = head.post("/account/tokens", data={**asked, "scopes": [], "days": "0"})

    [token] = re.findall(r'id="new-token">(divan_[\w-]{43})<', made.text)
    later = head.get("/account").text
    assert (token in later, "reports" in later, wrong.status_code) == (False, True, 422)
    [revoke] = re.findall(r'action="(/account/tokens/[\w-]+/revoke)"', later)
    assert head.post(revoke).status_code == 303
    assert "reports" not in head.get("/account").text
