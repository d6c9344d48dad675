"""Bidders register themselves: what is asked, who is refused, and the account in the end."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.errors import RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.instance import instance_table
from engine.model.person import Person
from processes.transactions.records import BidderRegistration, Firm, RegistrationState
from processes.transactions.tests.noticing import registered
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.papers import pdf
from tests.kit.post import Post, plain_of
from tests.kit.walking import WalkedCase, codes

AT = "/bidder-registration"
SECRET = "چتر زرد روی پله پنجم"
COMPANY = {
    "kind": "LEGAL", "identifier": "۱۴۰۰۰۰۰۱۲۳۲", "name": "راه‌سازان نوید",
    "registration_no": "۴۵۱۲",
    "economic_code": "411111111111", "iban": "79 0610 0000 0070 0796 8580 44",
    "postal_code": "1619735744", "address": "تهران، خیابان نمونه ۱۲",
    "representative": "نوید پیمانی", "representative_code": "۰۰۸۴۵۷۵۹۴۸",
    "mobile": "09123456789", "email": "navid@example.com",
    "unit": "D07", "new": SECRET, "again": SECRET,
}  # fmt: skip


PAPERS = ("statute", "gazette", "introduction")


def attached(*papers: str, content: bytes | None = None, **more: str) -> dict[str, Any]:
    """What a browser sends of the papers' form."""
    body = content or pdf()
    return {each: (io.BytesIO(body), f"{each}.pdf") for each in papers} | more


def applied(client: FlaskClient, *papers: str, **typed: str) -> TestResponse:
    """Register and send the papers that are needed; the answer leads to the applicant's page."""
    made = client.post(AT, data={**COMPANY, **typed})
    assert made.status_code == 303, made.text
    sent = client.post(made.location, data=attached(*(papers or PAPERS), send="1"))
    assert sent.status_code == 303, sent.text
    return sent


class Registration(WalkedCase):
    """The officer's case of one registration."""

    people = {"decide_registration": "proc_officer"}


def waiting(office: Office) -> Registration:
    """Let the worker run; return the newest registration's case."""
    office.run_jobs(office.clock())
    of_process = instance_table.c.process_id == "bidder_registration"
    with office.database.reader() as session:
        newest = select(instance_table.c.id).where(of_process).order_by(instance_table.c.id.desc())
        return Registration(office, session.scalars(newest).first())  # type: ignore[arg-type]


def kept(office: Office) -> list[BidderRegistration]:
    with office.database.reader() as session:
        return list(session.scalars(select(BidderRegistration).order_by(BidderRegistration.number)))


def test_a_company_registers_is_let_in_and_signs_in_to_bid(
    office: Office, client: FlaskClient, app: Flask
):
    sent = applied(client)
    own = client.get(sent.location).text
    assert "REG-1405-0001" in own, "as it is typed"
    assert "نزد واحد خرید" in own

    case = waiting(office)
    shown = case.variables
    assert (shown["identifier"], shown["iban"]) == ("14000001232", "IR790610000000700796858044")
    assert (shown["mobile"], shown["economic_code"]) == ("+989123456789", "411111111111")
    assert [each["code"] for each in shown["findings"]] == ["REG-012"], "no mail was sent"
    assert (case.instance.unit, case.instance.title) == ("D07", COMPANY["name"])
    case.do("decide_registration", "admit")
    assert case.instance.state.value == "finished"

    [row] = kept(office)
    assert (row.state, row.password_hash) == (RegistrationState.ADMITTED, None)
    with office.database.reader() as session:
        person = session.scalars(select(Person).where(Person.username == "14000001232")).one()
        firm = session.scalars(select(Firm).where(Firm.identifier == "14000001232")).one()
        acts = list(session.scalars(select(AdminEvent.facts).where(AdminEvent.kind == "area_act")))
        added = session.scalars(select(AdminEvent).where(AdminEvent.kind == "person_added")).all()
    assert (person.email, person.mobile) == (None, "+989123456789"), "nobody confirmed the address"
    assert (firm.id, firm.entered_by, row.firm_id) == (firm.id, "proc_officer", firm.id)
    assert [each["act"] for each in acts] == [
        "bidder_registered", "bidder_papers_sent", "bidder_admitted"
    ]  # fmt: skip
    assert SECRET not in str(acts)
    assert [each.actor for each in added if each.person == "14000001232"] == ["proc_officer"]

    browser = app.test_client()
    wrong = browser.post("/sign-in", data={"username": "14000001232", "password": "another"})
    assert wrong.status_code == 422
    browser.post("/sign-in", data={"username": "14000001232", "password": SECRET})
    assert browser.get("/bidding").status_code == 200
    assert browser.get("/areas/transactions/").status_code == 404, "a bidder, no more"
    assert "ورود" in client.get(sent.location).text


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    office: Office, client: FlaskClient, locale: str
):
    client.post("/language", data={"locale": locale})
    wrong = {
        "identifier": "14000001233", "economic_code": "12", "iban": "IR1", "postal_code": "1111",
        "representative_code": "0084575949", "mobile": "123", "email": "navid@", "name": " ",
        "registration_no": "الف", "unit": "", "new": "12345", "again": "12346",
    }  # fmt: skip

    page = client.post(AT, data={**COMPANY, **wrong})

    assert page.status_code == 422
    beside = set(re.findall(r'id="(\w+)-problem"', page.text))
    assert beside == set(wrong) - {"again"}, "the second is compared once the first is good"
    assert 'value="تهران، خیابان نمونه ۱۲"' in page.text
    assert "12345" not in page.text.replace(COMPANY["mobile"], ""), "no password comes back"
    assert foreign_words(page.text, locale) == []
    assert kept(office) == []
    typo = client.post(AT, data={**COMPANY, "again": SECRET + "!"})
    assert 'id="again-problem"' in typo.text
    strange = client.post(AT, data={**COMPANY, "unit": "D15"})
    assert 'id="unit-problem"' in strange.text, "no buying officer there"
    assert client.post(AT, data={**COMPANY, "kind": "x"}).status_code == 422


def test_an_id_that_is_in_use_or_waits_is_refused_in_the_same_words(
    office: Office, client: FlaskClient
):
    registered(office.database, office.clock(), "14007650912")
    with_account = client.post(AT, data={**COMPANY, "identifier": "10380284790"})
    applied(client)
    waits = client.post(AT, data=COMPANY)

    said = [
        re.search(r'id="identifier-problem">([^<]*)<', each.text) for each in (with_account, waits)
    ]
    assert [each[1] if each else None for each in said] == [said[0] and said[0][1]] * 2
    assert (with_account.status_code, waits.status_code) == (422, 422)
    assert "شرکت کاغذ نمونه" not in with_account.text, "whose it is is not told"
    of_register = applied(client, identifier="14007650912")  # it is only in the register
    case = waiting(office)
    assert [each["code"] for each in case.variables["findings"]] == ["REG-010", "REG-012"]
    case.do("decide_registration", "refuse", refusal_reason="نماینده معرفی‌نامه ندارد")
    assert "نماینده معرفی‌نامه ندارد" in client.get(of_register.location).text
    assert client.post(AT, data={**COMPANY, "identifier": "14007650912"}).status_code == 303, (
        "again"
    )


def _beside_id(page: str) -> str:
    [found] = re.findall(r'id="identifier-problem">([^<]*)<', page)
    return str(found)


def test_a_person_bids_for_himself_and_no_employee_does(office: Office, client: FlaskClient):
    empty = ("registration_no", "economic_code", "representative", "representative_code")
    person = {**COMPANY, "kind": "NATURAL", "name": "گلناز شهروند", **dict.fromkeys(empty, "")}
    applied(client, "national_card", **{**person, "identifier": "0790419904"})
    with office.database.unit_of_work() as uow:
        officer = uow.session.scalars(select(Person).where(Person.username == "fin_head")).one()
        officer.national_code = "0790419904"
        uow.commit()
    case = waiting(office)
    assert [each["code"] for each in case.variables["findings"]] == ["REG-012", "REG-002"]
    with pytest.raises(RulesBroken) as refused:
        case.do("decide_registration", "admit")
    assert codes(refused) == [("REG-002", "outcome")]
    with office.database.unit_of_work() as uow:  # he left, and has an account as a bidder
        officer = uow.session.scalars(select(Person).where(Person.username == "fin_head")).one()
        officer.national_code, officer.username = None, "0790419904"
        uow.commit()
    with pytest.raises(RulesBroken) as refused:
        case.do("decide_registration", "admit")
    assert codes(refused) == [("REG-003", "outcome")]
    [row] = kept(office)
    assert row.state is RegistrationState.SUBMITTED, "nothing was half done"
    assert (row.representative, row.economic_code) == ("گلناز شهروند", None)


@pytest.mark.both_databases
def test_where_mail_goes_out_the_address_is_confirmed_first_and_what_was_decided_is_written(
    office: Office, client: FlaskClient, post: Post
):
    first = client.post(AT, data=COMPANY).location
    second = client.post(AT, data={**COMPANY, "email": "another@example.com"}).location
    assert (first != second, waiting_cases(office)) == (True, 0), "nobody is kept out by it"
    link, other = (_link(each) for each in post.letters)
    assert "نوید" not in plain_of(post.letters[0]), "no words of a stranger go out from us"
    assert client.get(link).status_code == 200
    assert kept(office)[0].state is RegistrationState.UNCONFIRMED, "following a link is no act"
    assert client.post(link).status_code == 303
    assert client.post(link).status_code == 303, "pressed twice"
    assert waiting_cases(office) == 0, "papers are awaited"
    assert client.post(first, data=attached(*PAPERS, send="1")).status_code == 303
    late = client.post(other)
    assert (late.status_code, "REG" in late.text) == (422, False), "the id waits now"
    assert client.get(AT + "/confirm/" + first.rsplit("/", 1)[1]).status_code == 404, "another kind"

    case = waiting(office)
    assert case.variables["findings"] == []
    case.do("decide_registration", "admit")
    office.run_jobs(office.clock())
    [told] = [each for each in post.letters if "پذیرفته شد" in str(each["Subject"])]
    assert (told["To"], "14000001232" in plain_of(told)) == ("navid@example.com", True)
    with office.database.reader() as session:
        email = select(Person.email).where(Person.username == "14000001232")
        assert session.scalar(email) == "navid@example.com"

    office.clock.pass_time(timedelta(days=2, minutes=1))
    assert client.get(other).status_code == 404, "too late"
    client.post(AT, data={**COMPANY, "identifier": "14007650912"})
    assert [each.state for each in kept(office)] == [
        RegistrationState.ADMITTED, RegistrationState.UNCONFIRMED
    ], "what was never confirmed is forgotten"  # fmt: skip


def waiting_cases(office: Office) -> int:
    office.run_jobs(office.clock())
    of_process = instance_table.c.process_id == "bidder_registration"
    with office.database.reader() as session:
        return len(list(session.scalars(select(instance_table.c.id).where(of_process))))


def _link(letter: Any) -> str:
    found = re.search(rf"{AT}/confirm/\S+", plain_of(letter))
    assert found is not None
    return found[0]


def test_who_registers_too_often_waits(office: Office, client: FlaskClient):
    answers = [client.post(AT, data={}).status_code for _ in range(21)]
    assert (answers[:20], answers[20]) == ([422] * 20, 429)
    assert client.get(AT).status_code == 200
