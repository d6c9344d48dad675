"""What people and administrators did, told in sentences to those who watch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model.admin_event import AdminEventKind
from engine.storage.admin_events import tell
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD
from tests.web.conftest import text_of
from webapp.people.log import SAID

Browser = Callable[[str], FlaskClient]


def test_every_act_has_its_sentence():
    assert set(SAID) == set(AdminEventKind)


def test_a_sign_in_is_told_to_auditors_with_name_and_means(app: Flask, signed_in: Browser):
    app.test_client().post("/sign-in", data={"username": "buyer", "password": PASSWORD})

    page = text_of(signed_in("auditor").get("/access/log?person=buyer").text)

    assert "وارد شد گذرواژه کارپرداز یکم" in page


@pytest.mark.parametrize("who", ["buyer", "head"])
def test_who_watches_over_nothing_does_not_read_it(signed_in: Browser, who: str):
    assert signed_in(who).get("/access/log").status_code == 403


@pytest.mark.both_databases
def test_pages_follow_each_other_without_gap(site: Database, signed_in: Browser):
    with site.unit_of_work() as uow:
        for number in range(60):
            kind = AdminEventKind.UNIT_RENAMED
            tell(uow.session, kind, actor="admin", at=NOON, unit=f"U{number:02}")
            uow.session.flush()
        uow.commit()
    auditor = signed_in("auditor")

    first = auditor.get("/access/log?kind=unit_renamed").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = auditor.get(following).text

    assert [f"U{each:02}" in first for each in (59, 10, 9)] == [True, True, False]
    assert [f"U{each:02}" in second for each in (9, 0, 10)] == [True, True, False]


@pytest.mark.parametrize("asked", ["before=x", "before=-1", "kind=nothing", "person=nobody"])
def test_what_nobody_could_mean_finds_nothing_and_breaks_nothing(signed_in: Browser, asked: str):
    assert signed_in("auditor").get(f"/access/log?{asked}").status_code == 200
