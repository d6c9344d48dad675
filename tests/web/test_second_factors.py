"""Proofs beside the password: codes of a device, recovery codes, and what they open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from engine.commands.people import grant
from engine.model.act import Act
from engine.model.person import Person
from engine.settings import Settings, SignInSettings
from engine.storage.database import Database
from tests.kit.sites import PASSWORD, Clock
from tests.web.conftest import text_of
from webapp.app import create_app

Browser = Callable[[str], FlaskClient]
Purchase = Callable[..., tuple[object, object]]


@pytest.fixture
def device(signed_in: Browser, clock: Clock) -> pyotp.TOTP:
    """A device that gives codes for the account of ``head``."""
    head = signed_in("head")
    head.post("/account/device")
    secret = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', head.get("/account").text)[0]
    totp = pyotp.TOTP(secret)
    assert head.post("/account/device/confirm", data={"code": totp.at(clock())}).status_code == 303
    clock.pass_time(timedelta(minutes=2))
    return totp


def test_with_a_device_a_password_alone_opens_nothing(
    client: FlaskClient, device: pyotp.TOTP, clock: Clock
):
    asked = client.post(
        "/sign-in", data={"username": "head", "password": PASSWORD, "next": "/inbox?view=done"}
    )
    assert asked.location == "/sign-in/second"
    assert client.get("/inbox").status_code == 303

    entered = client.post("/sign-in/second", data={"code": device.at(clock())})

    assert entered.location == "/inbox?view=done"
    assert client.get("/inbox").status_code == 200


def test_a_code_may_be_typed_in_persian_digits_and_with_blanks(
    client: FlaskClient, device: pyotp.TOTP, clock: Clock
):
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    code = device.at(clock()).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    assert (
        client.post("/sign-in/second", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    )


def test_a_code_is_taken_once(app: Flask, device: pyotp.TOTP, clock: Clock):
    codes = []
    for _ in range(2):
        client = app.test_client()
        client.post("/sign-in", data={"username": "head", "password": PASSWORD})
        codes.append(client.post("/sign-in/second", data={"code": device.at(clock())}).status_code)

    assert codes == [303, 422]


@pytest.mark.parametrize(("late", "status"), [(-30, 303), (30, 303), (-90, 422), (90, 422)])
def test_a_clock_may_be_one_step_off(
    client: FlaskClient, device: pyotp.TOTP, clock: Clock, late: int, status: int
):
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    code = device.at(clock() + timedelta(seconds=late))

    assert client.post("/sign-in/second", data={"code": code}).status_code == status


def test_codes_cannot_be_guessed(client: FlaskClient, device: pyotp.TOTP, clock: Clock):
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    for _ in range(10):
        client.post("/sign-in/second", data={"code": "000000"})

    assert client.post("/sign-in/second", data={"code": device.at(clock())}).status_code == 429


def test_the_second_step_has_to_follow_soon(client: FlaskClient, device: pyotp.TOTP, clock: Clock):
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    clock.pass_time(timedelta(minutes=6))

    late = client.post("/sign-in/second", data={"code": device.at(clock())})

    assert late.location == "/sign-in"
    assert client.get("/inbox").status_code == 303


def test_a_recovery_code_opens_the_door_once(
    app: Flask, signed_in: Browser, device: pyotp.TOTP, clock: Clock
):
    head = signed_in_with(app, device, clock)
    codes = re.findall(r"<li><code>([a-z0-9-]{11})</code>", head.post("/account/codes").text)
    assert len(set(codes)) == 10

    answers = []
    for _ in range(2):
        client = app.test_client()
        client.post("/sign-in", data={"username": "head", "password": PASSWORD})
        sent = {"code": codes[3].upper().replace("-", " ")}
        answers.append(client.post("/sign-in/second", data=sent).status_code)

    assert answers == [303, 422]


def test_new_recovery_codes_end_the_older_ones(app: Flask, device: pyotp.TOTP, clock: Clock):
    head = signed_in_with(app, device, clock)
    old = re.findall(r"<li><code>([a-z0-9-]{11})</code>", head.post("/account/codes").text)
    head.post("/account/codes")

    client = app.test_client()
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})

    assert client.post("/sign-in/second", data={"code": old[0]}).status_code == 422


def test_with_the_last_factor_the_recovery_codes_go(app: Flask, device: pyotp.TOTP, clock: Clock):
    head = signed_in_with(app, device, clock)
    head.post("/account/codes")
    assert head.post("/account/device/remove").status_code == 303

    client = app.test_client()
    entered = client.post("/sign-in", data={"username": "head", "password": PASSWORD})

    assert entered.location == "/"


def test_an_approval_is_confirmed_by_the_password_and_by_a_code(
    app: Flask, a_purchase: Purchase, device: pyotp.TOTP, clock: Clock
):
    _, approval = a_purchase(sent=True)
    head = signed_in_with(app, device, clock)
    clock.pass_time(timedelta(minutes=1))
    head.post(f"/tasks/{approval}/claim")

    wrong = head.post(f"/tasks/{approval}", data={"outcome": "approve", "password": "000000"})
    right = head.post(
        f"/tasks/{approval}", data={"outcome": "approve", "password": device.at(clock())}
    )

    assert (wrong.status_code, right.status_code) == (422, 303)


def test_a_lock_is_changed_only_soon_after_a_proof(signed_in: Browser, clock: Clock):
    head = signed_in("head")
    clock.pass_time(timedelta(minutes=11))

    asked = head.post("/account/device")
    assert asked.location.startswith("/account/proof")
    assert head.post("/account/proof", data={"secret": "wrong"}).status_code == 422
    proved = head.post("/account/proof", data={"secret": PASSWORD, "next": "/account"})

    assert proved.location == "/account"
    assert head.post("/account/device").location == "/account#device"


def test_a_secret_is_sealed_in_the_database(signed_in: Browser, site: Database, clock: Clock):
    head = signed_in("head")
    head.post("/account/device")
    secret = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', head.get("/account").text)[0]

    with site.reader() as session:
        [kept] = session.execute(text("SELECT sealed FROM totp")).scalars()

    assert secret not in kept


def signed_in_with(app: Flask, device: pyotp.TOTP, clock: Clock) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    assert client.post("/sign-in/second", data={"code": device.at(clock())}).status_code == 303
    return client


def test_what_the_account_says_is_in_the_persons_language(signed_in: Browser):
    head = signed_in("head")

    assert "کلیدهای عبور" in text_of(head.get("/account").text)


def test_who_needs_a_second_factor_adds_one_before_anything_else(
    site: Database, clock: Clock, tmp_path: Path
):
    door = SignInSettings(second_factor="UNIT_HEAD")
    settings = Settings(home=tmp_path, database_url=str(site.url), sign_in=door)
    app = create_app(site, settings=settings, clock=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    head, buyer = app.test_client(), app.test_client()
    for name, client in (("head", head), ("buyer", buyer)):
        client.post("/sign-in", data={"username": name, "password": PASSWORD})

    assert buyer.get("/inbox").status_code == 200
    assert head.get("/inbox").location == "/account"
    head.post("/account/device")
    secret = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', head.get("/account").text)[0]
    head.post("/account/device/confirm", data={"code": pyotp.TOTP(secret).at(clock())})

    assert head.get("/inbox").status_code == 200


def test_who_removes_the_only_factor_that_the_roles_need_stops_there(
    site: Database, clock: Clock, tmp_path: Path
):
    head = of_a_site_that_asks("UNIT_HEAD", site, clock, tmp_path).test_client()
    head.post("/sign-in", data={"username": "head", "password": PASSWORD})
    head.post("/account/device")
    secret = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', head.get("/account").text)[0]
    head.post("/account/device/confirm", data={"code": pyotp.TOTP(secret).at(clock())})
    assert head.get("/inbox").status_code == 200

    head.post("/account/device/remove")

    assert head.get("/inbox").location == "/account"


def test_a_role_given_meanwhile_asks_for_its_factor_at_the_next_page(
    site: Database, clock: Clock, tmp_path: Path
):
    buyer = of_a_site_that_asks("TREASURER", site, clock, tmp_path).test_client()
    buyer.post("/sign-in", data={"username": "buyer", "password": PASSWORD})
    assert buyer.get("/inbox").status_code == 200
    with site.reader() as session:
        person = session.scalars(select(Person.id).where(Person.username == "buyer")).one()
    grant(site.unit_of_work(), person, "TREASURER", "D07")

    assert buyer.get("/inbox").location == "/account"


def of_a_site_that_asks(roles: str, site: Database, clock: Clock, home: Path) -> Flask:
    door = SignInSettings(second_factor=roles)
    settings = Settings(home=home, database_url=str(site.url), sign_in=door)
    app = create_app(site, settings=settings, clock=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def test_an_approval_confirmed_with_a_code_of_the_device_says_so(
    client: FlaskClient, device: pyotp.TOTP, clock: Clock, site: Database, a_purchase: Purchase
):
    _case, task = a_purchase(sent=True)
    client.post("/sign-in", data={"username": "head", "password": PASSWORD})
    client.post("/sign-in/second", data={"code": device.at(clock())})
    clock.pass_time(timedelta(minutes=2))
    client.post(f"/tasks/{task}/claim")

    client.post(f"/tasks/{task}", data={"outcome": "approve", "password": device.at(clock())})

    with site.reader() as session:
        [act] = session.scalars(select(Act))
    assert act.method == "totp"
    assert '"method":"totp"' in act.content
