"""People, roles, units and who may see what: pages of administrators, checked on the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.model.admin_event import AdminEvent
from engine.model.person import Actor, Grant, Person
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD, Clock

Browser = Callable[[str], FlaskClient]
MINA = {"username": "mina", "name_fa": "مینا", "name_en": "Mina", "opens": "password"}


def text_of(page) -> str:
    return str(page.get_data(as_text=True))


def kinds(site: Database) -> list[str]:
    """Return what administrators did; that somebody signed in is told beside it."""
    with site.reader() as session:
        told = session.scalars(select(AdminEvent.kind).order_by(AdminEvent.number))
        return [each for each in told if each != "signed_in"]


@pytest.mark.parametrize(
    "address",
    [
        "/people",
        "/people/new",
        "/people/buyer",
        "/units",
        "/units/new",
        "/units/D07",
        "/access",
        "/access?unit=D15",
    ],
)
def test_who_is_no_administrator_reads_none_of_it(signed_in: Browser, address: str):
    assert signed_in("head").get(address).status_code == 403


def test_a_head_reads_who_holds_what_at_home_and_an_auditor_everywhere(signed_in: Browser):
    assert "کارپرداز یکم" in text_of(signed_in("head").get("/access?unit=D07"))
    assert signed_in("auditor").get("/access").status_code == 200


def test_a_person_is_added_given_a_role_and_acts_from_the_first_day(
    site: Database, signed_in: Browser, actor_of
):
    admin = signed_in("admin")

    added = admin.post("/people/new", data=MINA)
    given = admin.post(
        "/people/mina/roles",
        data={
            "role": "UNIT_HEAD",
            "unit": "D15",
            "first": "1405/05/01",
            "last": "1405/05/31",
            "acting": "true",
        },
    )

    assert (added.status_code, given.status_code) == (303, 303)
    assert actor_of("mina").desks == {"UNIT_HEAD@D15"}
    page = text_of(admin.get("/people/mina"))
    assert "سرپرست" in page
    assert kinds(site) == ["person_added", "role_granted"]


def test_an_ended_role_stays_as_history(site: Database, signed_in: Browser, actor_of):
    admin = signed_in("admin")
    page = text_of(admin.get("/people/buyer"))
    [address] = [
        each.partition('"')[0]
        for each in page.split('action="')[1:]
        if each.partition('"')[0].endswith("/end")
    ]

    assert admin.post(address).status_code == 303

    assert actor_of("buyer").desks == frozenset()
    with site.reader() as session:
        [kept] = session.scalars(
            select(Grant)
            .join(Person, Person.id == Grant.person_id)
            .where(Person.username == "buyer")
        )
    assert (kept.ended_by, kept.ended_at) == ("admin", NOON)
    assert admin.post(address).status_code == 409


def test_who_gave_or_ended_a_role_is_called_by_name(
    signed_in: Browser, actor_of: Callable[[str], Actor]
):
    admin, name = signed_in("admin"), actor_of("admin").name("fa")
    today = {"role": "STOREKEEPER", "unit": "D07"}
    assert admin.post("/people/buyer/roles", data=today).status_code == 303

    page = text_of(admin.get("/people/buyer"))
    assert f'<td data-label="دهنده"><bdi>{name}</bdi>' in page
    assert f"<bdi>{name}</bdi>" in text_of(admin.get("/access"))
    ends = [each for each in re.findall('action="([^"]+)"', page) if each.endswith("/end")]
    for each in ends:
        admin.post(each)
    assert f"پایان داده شد به دست {name}" in text_of(admin.get("/people/buyer"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"unit": "D99"}, "unit", id="no such unit"),
        pytest.param({"role": "KING"}, "role", id="no such role"),
        pytest.param({"acting": "true"}, "last", id="acting without an end"),
        pytest.param({"first": "1405/06/01", "last": "1405/05/01"}, "last", id="ends before"),
        pytest.param({"role": "PROC_OFFICER"}, "role", id="has it already"),
    ],
)
def test_what_is_wrong_with_a_role_is_said_beside_its_field(
    signed_in: Browser, said: dict[str, str], field: str
):
    usual = {"role": "TREASURER", "unit": "D07"}

    refused = signed_in("admin").post("/people/buyer/roles", data={**usual, **said})

    assert refused.status_code == 422
    assert f'href="#{field}"' in text_of(refused)


def test_nobody_gives_himself_a_role_shuts_himself_out_or_ends_the_last_administrator(
    signed_in: Browser,
):
    admin = signed_in("admin")
    page = text_of(admin.get("/people/admin"))
    [address] = [
        each.partition('"')[0]
        for each in page.split('action="')[1:]
        if each.partition('"')[0].endswith("/end")
    ]

    own = admin.post("/people/admin/roles", data={"role": "TREASURER", "unit": "D07"})

    assert own.status_code == 403
    assert admin.post("/people/admin/access", data={"to": "disable"}).status_code == 403
    assert admin.post(address).status_code == 409


def test_a_role_is_given_only_soon_after_a_proof(signed_in: Browser, clock: Clock):
    admin = signed_in("admin")
    clock.pass_time(timedelta(hours=1))

    given = admin.post("/people/buyer/roles", data={"role": "TREASURER", "unit": "D07"})

    assert given.location.startswith("/account/proof")


def test_what_was_typed_before_the_proof_is_there_again_after_it(
    signed_in: Browser, clock: Clock, actor_of
):
    admin = signed_in("admin")
    clock.pass_time(timedelta(hours=1))
    wish = {"role": "TREASURER", "unit": "D07", "last": "1405/06/31", "acting": "true"}

    asked = admin.post(
        "/people/buyer/roles", data=wish, headers={"Referer": "http://localhost/people/buyer"}
    )
    back = re.findall(r'name="next" value="([^"]+)"', text_of(admin.get(asked.location)))[-1]
    proved = admin.post(asked.location, data={"secret": PASSWORD, "next": back})
    page = text_of(admin.get(proved.location))

    assert proved.location == "/people/buyer"
    assert "TREASURER@D07" not in actor_of("buyer").desks  # the proof alone does nothing
    assert '<option value="TREASURER" selected' in page
    assert 'value="1405/06/31"' in page
    assert "آنچه نوشته بودید دوباره سر جایش است" in page
    assert 'value="1405/06/31"' not in text_of(admin.get("/people/buyer"))  # once


def test_a_new_person_is_asked_for_again_as_typed_after_the_proof(signed_in: Browser, clock: Clock):
    admin = signed_in("admin")
    clock.pass_time(timedelta(hours=1))

    asked = admin.post("/people/new", data=MINA, headers={"Referer": "http://localhost/people/new"})
    proved = admin.post(asked.location, data={"secret": PASSWORD, "next": "/people/new"})

    assert 'value="مینا"' in text_of(admin.get(proved.location))


@pytest.mark.parametrize(
    ("opens", "is_machine", "has_password"),
    [("password", False, True), ("elsewhere", False, False), ("machine", True, True)],
)
def test_a_person_signs_in_by_what_was_declared(
    site: Database, signed_in: Browser, opens: str, is_machine: bool, has_password: bool
):
    signed_in("admin").post("/people/new", data={**MINA, "opens": opens})

    with site.reader() as session:
        mina = session.scalars(select(Person).where(Person.username == "mina")).one()
    assert (mina.is_machine, mina.password_hash is not None) == (is_machine, has_password)
    assert mina.password_given == (opens == "password")


def test_a_new_first_password_ends_the_old_one_and_every_browser(
    site: Database, signed_in: Browser, app
):
    buyer, admin = signed_in("buyer"), signed_in("admin")

    assert signed_in("head").post("/people/buyer/password").status_code == 403
    assert admin.post("/people/admin/password").status_code == 403
    given = admin.post("/people/buyer/password")

    shown = re.findall(r'(?<=: <bdi dir="ltr">)[\w-]{16}(?=<)', text_of(admin.get(given.location)))
    assert buyer.get("/inbox").status_code == 303
    fresh = app.test_client()
    old = fresh.post("/sign-in", data={"username": "buyer", "password": PASSWORD})
    new = fresh.post("/sign-in", data={"username": "buyer", "password": shown[0]})
    assert (old.status_code, new.location) == (422, "/account")
    assert kinds(site) == ["password_given"]


def test_roles_are_named_with_their_units_and_not_with_codes(signed_in: Browser):
    admin = signed_in("admin")

    for address in ("/people/buyer", "/people", "/access"):
        page = text_of(admin.get(address))
        assert "کارپرداز در شهرداری منطقه 7" in page
        assert "کارپرداز در D07" not in page


def test_nobody_gives_a_role_to_another_account_of_his_own(site: Database, signed_in: Browser):
    admin = signed_in("admin")
    both = Person.username.in_(["admin", "buyer"])
    with site.unit_of_work() as uow:
        uow.session.execute(update(Person).where(both).values(national_code="0012345679"))
        uow.commit()

    given = admin.post("/people/buyer/roles", data={"role": "TREASURER", "unit": "D07"})

    assert given.status_code == 403


def test_who_is_shut_out_is_out_of_every_browser_at_once_and_may_be_let_in(
    site: Database, signed_in: Browser
):
    buyer, admin = signed_in("buyer"), signed_in("admin")

    admin.post("/people/buyer/access", data={"to": "disable"})
    out = buyer.get("/inbox")
    admin.post("/people/buyer/access", data={"to": "enable"})

    assert out.status_code == 303
    assert "/sign-in" in out.location
    assert buyer.get("/inbox").status_code == 303  # has to sign in again
    assert kinds(site) == ["person_disabled", "person_enabled"]


def test_a_unit_is_added_renamed_moved_and_closed(site: Database, signed_in: Browser):
    admin = signed_in("admin")
    new = {"code": "D23", "title_fa": "منطقه ۲۳", "title_en": "District 23", "parent": "CITY"}

    assert admin.post("/units/new", data=new).status_code == 303
    named = {"title_fa": "منطقهٔ نو", "title_en": "District 23", "parent": "D07"}
    assert admin.post("/units/D23", data=named).status_code == 303
    assert admin.post("/units/D07/close").status_code == 422  # one lies under it
    assert admin.post("/units/D23/close").status_code == 303
    assert admin.post("/units/D07", data={**named, "parent": "D23"}).status_code == 422

    assert "منطقهٔ نو" in text_of(admin.get("/units"))
    assert kinds(site) == ["unit_added", "unit_renamed", "unit_moved", "unit_closed"]
    given = admin.post("/people/buyer/roles", data={"role": "TREASURER", "unit": "D23"})
    assert given.status_code == 422


def test_the_page_of_why_names_the_unit_and_the_desk_and_nothing_else(
    signed_in: Browser, a_purchase
):
    case, task = a_purchase("P-SECRET")
    elsewhere = signed_in("head15")

    for of in (case, task, f"http://site/cases/{case}?tab=trail"):
        told = text_of(elsewhere.get(f"/access/why?of={of}"))
        assert "منطقه" in told
        assert "P-SECRET" not in told
    assert "P-SECRET" not in text_of(signed_in("buyer").get(f"/access/why?of={case}"))
    unknown = elsewhere.get("/access/why?of=0190d2a1-0000-7000-8000-000000000000")
    assert unknown.status_code == 200


def test_a_page_that_is_not_ones_own_leads_to_why(signed_in: Browser, a_purchase):
    case, _ = a_purchase()

    refused = signed_in("head15").get(f"/cases/{case}")

    assert refused.status_code == 404
    assert f"/access/why?of=/cases/{case}" in text_of(refused)
