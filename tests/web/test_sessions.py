"""Signed-in browsers: they end by themselves, and their person sees and ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.model.admin_event import AdminEvent
from engine.model.person import Person
from engine.model.sign_in import SignIn
from engine.storage.database import Database
from tests.kit.sites import PASSWORD, Clock
from tests.web.conftest import text_of
from webapp.accounts.pages import local

Browser = Callable[[str], FlaskClient]
STRONG = "پنج گربه روی بام آبی"


@pytest.fixture
def entered(app: Flask) -> Browser:
    """Sign somebody in with a browser of its own."""

    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        client.post("/sign-in", data={"username": username, "password": PASSWORD})
        return client

    return enter


@pytest.mark.both_databases
def test_a_browser_ends_when_nothing_comes_from_it(entered: Browser, clock: Clock):
    head = entered("head")
    clock.pass_time(timedelta(hours=1, minutes=59))
    assert head.get("/inbox").status_code == 200
    clock.pass_time(timedelta(hours=1, minutes=59))
    assert head.get("/inbox").status_code == 200
    clock.pass_time(timedelta(hours=2, minutes=1))

    assert head.get("/inbox").status_code == 303


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(entered: Browser, clock: Clock):
    head = entered("head")
    for _ in range(5):
        clock.pass_time(timedelta(minutes=30))
        head.get("/news")

    assert head.get("/inbox").status_code == 303


def test_a_browser_in_use_ends_after_half_a_day_all_the_same(entered: Browser, clock: Clock):
    head = entered("head")
    for _ in range(12):
        clock.pass_time(timedelta(minutes=59))
        assert head.get("/inbox").status_code == 200
    clock.pass_time(timedelta(minutes=59))

    assert head.get("/inbox").status_code == 303


def test_a_person_sees_every_browser_and_ends_the_others(entered: Browser):
    here, there, third = entered("head"), entered("head"), entered("head")
    assert here.get("/account").text.count("/sign-out") >= 3

    here.post("/account/browsers/sign-out")

    assert here.get("/inbox").status_code == 200
    assert [there.get("/inbox").status_code, third.get("/inbox").status_code] == [303, 303]


def test_nobody_ends_the_browser_of_another(entered: Browser):
    head, thief = entered("head"), entered("buyer")
    [mine] = [
        each.split("/")[0]
        for each in thief.get("/account").text.split("/account/browsers/")
        if len(each.split("/")[0]) == 64
    ] or ["0" * 64]

    assert thief.post(f"/account/browsers/{mine[::-1]}/sign-out").status_code == 404
    assert head.get("/inbox").status_code == 200


def test_a_new_password_ends_browsers_elsewhere_and_the_old_one(
    app: Flask, entered: Browser, site: Database
):
    here, there = entered("head"), entered("head")

    changed = here.post(
        "/account/password", data={"current": PASSWORD, "new": STRONG, "again": STRONG}
    )

    assert changed.status_code == 303
    assert [here.get("/inbox").status_code, there.get("/inbox").status_code] == [200, 303]
    fresh = app.test_client()
    old = fresh.post("/sign-in", data={"username": "head", "password": PASSWORD})
    new = fresh.post("/sign-in", data={"username": "head", "password": STRONG})
    assert (old.status_code, new.status_code) == (422, 303)
    with site.reader() as session:
        kinds = set(session.scalars(select(AdminEvent.kind).where(AdminEvent.person == "head")))
    assert kinds == {"signed_in", "password_changed"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"current": "wrong", "new": STRONG, "again": STRONG}, "گذرواژهٔ شما این نیست"),
        ({"current": PASSWORD, "new": "کوتاه", "again": "کوتاه"}, "دست‌کم ۱۲ نویسه"),
        ({"current": PASSWORD, "new": "password1234", "again": "password1234"}, "حدس زدن"),
        ({"current": PASSWORD, "new": "District head head", "again": "District head head"}, "حدس"),
        ({"current": PASSWORD, "new": STRONG, "again": STRONG + "!"}, "یکی نیستند"),
    ],
)
def test_a_password_that_will_not_do_is_refused_beside_its_field(
    entered: Browser, sent: dict[str, str], said: str
):
    answer = entered("head").post("/account/password", data=sent)

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert STRONG not in answer.text


def test_the_password_of_somebody_cannot_be_guessed_where_it_is_changed(entered: Browser):
    head = entered("head")
    for _ in range(10):
        head.post("/account/password", data={"current": "x", "new": STRONG, "again": STRONG})

    late = head.post(
        "/account/password", data={"current": PASSWORD, "new": STRONG, "again": STRONG}
    )

    assert late.status_code == 422


def test_a_page_that_says_that_it_is_open_keeps_nobody_signed_in(
    entered: Browser, clock: Clock, a_purchase
):
    _, approval = a_purchase(sent=True)
    head = entered("head")
    for _ in range(5):
        clock.pass_time(timedelta(minutes=30))
        head.post(f"/tasks/{approval}/here", json={})

    assert head.get("/inbox").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "///elsewhere.example/",
        "/\\elsewhere.example",
        "/\t/elsewhere.example",
        "//elsewhere.example",
    ],
)
def test_nobody_is_led_to_another_site(client: FlaskClient, elsewhere: str):
    with client.application.test_request_context():
        assert local(elsewhere) == "/"


def test_wrong_passkeys_of_somebody_keep_nobody_else_out(client: FlaskClient):
    for _ in range(12):
        answer = client.post("/sign-in/passkey", json={"id": "none"})

    assert answer.status_code == 422


def test_signing_in_again_with_one_browser_ends_what_it_had(entered: Browser, site: Database):
    head = entered("head")
    head.post("/sign-in", data={"username": "head", "password": PASSWORD})
    head.post("/sign-in", data={"username": "buyer", "password": PASSWORD})

    with site.reader() as session:
        left = session.scalars(
            select(Person.username).join(SignIn, SignIn.person_id == Person.id)
        ).all()
    assert left == ["buyer"]


def test_a_password_somebody_else_made_is_changed_before_anything_else(
    app: Flask, entered: Browser, site: Database
):
    with site.unit_of_work() as uow:
        uow.session.execute(
            update(Person).where(Person.username == "head").values(password_given=True)
        )
        uow.commit()
    head = app.test_client()

    entering = head.post(
        "/sign-in", data={"username": "head", "password": PASSWORD, "next": "/inbox"}
    )
    led = head.get("/inbox")
    told = text_of(head.get("/account").text)
    kept = head.post(
        "/account/password", data={"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}
    )
    changed = head.post(
        "/account/password", data={"current": PASSWORD, "new": STRONG, "again": STRONG}
    )

    assert (entering.location, led.location) == ("/account", "/account")
    assert "گذرواژهٔ شما را کس دیگری ساخته است" in told
    assert (kept.status_code, changed.status_code) == (422, 303)
    assert head.get("/inbox").status_code == 200
