"""What an applicant attaches: nothing goes on without it; strangers read and fill nothing by it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.commands import keeping, sealing
from engine.errors import RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.batch import Batch
from engine.settings import DocumentSettings
from processes.transactions import registry
from processes.transactions.commands import registration_papers
from processes.transactions.records import BidderRegistration, RegistrationPaper
from processes.transactions.tests.test_registration import (
    AT,
    COMPANY,
    applied,
    attached,
    kept,
    waiting,
    waiting_cases,
)
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.papers import EICAR, pdf
from tests.kit.scanner import Scanner

SignedIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_papers_come_one_by_one_and_nothing_goes_to_the_office_without_those_that_are_needed(
    office: Office, client: FlaskClient, locale: str
):
    client.post("/language", data={"locale": locale})
    own = client.post(AT, data=COMPANY).location
    asked = client.get(own).text
    assert re.findall(r'type="file"', asked) == ['type="file"'] * 4
    assert foreign_words(asked.split("<body", 1)[1], locale) == []

    some = attached("statute") | attached("gazette", content=b"MZ\x90\x00 not a paper")
    answer = client.post(own, data={**some, "send": "1"})

    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-problem"', answer.text)) == {"gazette"}
    assert "statute.pdf" in answer.text, "what was good is kept"
    still = client.post(own, data=attached("gazette", send="1"))
    assert set(re.findall(r'id="(\w+)-problem"', still.text)) == {"introduction"}
    assert waiting_cases(office) == 0
    assert client.post(own, data=attached("introduction", "national_card")).status_code == 303
    assert client.post(own, data={"send": "1"}).status_code == 303
    assert waiting_cases(office) == 1
    again = client.post(own, data=attached("statute", content=pdf("another"), send="1"))
    assert (again.status_code, papers_kept(office)) == (303, 3), "sent: nothing changes it"


def test_a_virus_is_refused_and_nothing_is_taken_while_nobody_can_look(
    office: Office, client: FlaskClient, app: Flask
):
    own = client.post(AT, data=COMPANY).location
    settings = app.extensions["divan"].settings
    with Scanner() as daemon:
        object.__setattr__(settings, "documents", DocumentSettings(scanner=daemon.address))
        found = client.post(own, data={"statute": (io.BytesIO(b"x " + EICAR), "a.txt")})
        assert (found.status_code, "Win.Test.EICAR_HDB-1" in found.text) == (422, True)
        assert client.post(own, data=attached("gazette")).status_code == 303
    assert client.post(own, data=attached("statute")).status_code == 422
    with office.database.reader() as session:
        rows = session.execute(select(RegistrationPaper.paper, RegistrationPaper.scanned)).all()
    assert [tuple(each) for each in rows] == [("gazette", True)]


def test_the_officer_reads_them_they_stay_with_the_firm_and_nobody_else_reads_them(
    office: Office, client: FlaskClient, signed_in: SignedIn
):
    own = applied(client).location
    case = waiting(office)
    [row] = kept(office)
    paper = f"/areas/transactions/registrations/{row.id}/papers/statute"
    task = case.waiting["decide_registration"]
    officer = signed_in("proc_officer")
    page = officer.get(f"/tasks/{task.id}?tab=file").text
    assert paper in page
    form = officer.get(f"/tasks/{task.id}").text
    assert f'<a href="{paper}"><bdi class="quoted">اساسنامه</bdi></a>' in form
    shown = form.split(paper, 1)[1].split("</tr>")[0]
    assert [each in shown for each in ("statute.pdf", ">PDF<", "بررسی نشد")] == [True] * 3
    officer.post("/language", data={"locale": "en"})
    assert "not scanned: this site has no scanner" in officer.get(f"/tasks/{task.id}").text
    with officer.get(paper) as given:
        assert given.data == pdf()
    assert officer.get(paper.replace("statute", "grade")).status_code == 404
    case.do("decide_registration", "admit")
    assert paper in officer.get("/areas/transactions/firms").text
    for stranger in ("fin_expert", "bidder1"):
        other = signed_in(stranger)
        assert other.get(paper).status_code == 404
        assert paper not in other.get("/areas/transactions/firms").text
    assert client.get(paper).status_code in {302, 303, 404}
    assert "statute.pdf" not in client.get(own).text


def test_who_sends_too_much_is_told_so_and_what_all_strangers_send_has_an_end(
    office: Office, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    own = client.post(AT, data=COMPANY).location
    limits = {"registration.papers.most.megabytes": 3, "registration.papers.waiting.megabytes": 4}
    others = registry.whole
    monkeypatch.setattr(registry, "whole", lambda key, on: limits.get(key) or others(key, on))
    monkeypatch.setattr(registration_papers, "_MEGABYTE", 2**16)
    large = pdf(extra=b"%" + b"x" * 2**16)
    for _ in range(2):
        assert client.post(own, data=attached("statute", content=large)).status_code == 303
    more = client.post(own, data=attached("statute", content=large))
    assert (more.status_code, 'id="statute-problem"' in more.text) == (422, True)
    second = client.post(AT, data={**COMPANY, "identifier": "14007650912"}).location
    assert client.post(second, data=attached("statute", content=large)).status_code == 303
    full = client.post(second, data=attached("gazette", content=large))
    assert (full.status_code, 'id="gazette-problem"' in full.text) == (422, True)
    assert papers_kept(office) == 2
    for _ in range(26):
        answer = client.post(own, data={})
    assert answer.status_code == 429


def test_papers_that_are_never_sent_are_forgotten_with_their_contents(
    office: Office, client: FlaskClient
):
    own = client.post(AT, data=COMPANY).location
    client.post(own, data=attached("statute", content=pdf("only here")))
    office.clock.pass_time(timedelta(days=10, minutes=1))
    assert client.post(AT, data={**COMPANY, "identifier": "14007650912"}).status_code == 303
    assert (papers_kept(office), client.get(own).status_code) == (0, 404)
    with office.database.reader() as session:
        numbers = session.scalars(select(BidderRegistration.identifier)).all()
    assert numbers == ["14007650912"]


def test_papers_that_come_too_late_are_told_so_though_nobody_cleared_the_registration_away(
    office: Office, client: FlaskClient
):
    own = client.post(AT, data=COMPANY).location
    client.post(own, data=attached("statute"))
    office.clock.pass_time(timedelta(days=10, minutes=1))
    assert client.post(own, data=attached("gazette", "introduction", send="1")).status_code == 404
    assert waiting_cases(office) == 0


def papers_kept(office: Office) -> int:
    with office.database.reader() as session:
        return int(session.scalar(select(func.count()).select_from(RegistrationPaper)) or 0)


def test_a_refused_registration_goes_with_its_papers_when_its_time_is_over_and_nobody_holds_it(
    office: Office, client: FlaskClient, app: Flask
):
    """The one that came after it, and was let in, stays with the firm."""
    database, uow = office.database, office.database.unit_of_work
    applied(client)
    refused = waiting(office)
    refused.do("decide_registration", "refuse", refusal_reason="مدارک ناخوانا است")
    applied(client)
    waiting(office).do("decide_registration", "admit")
    first, second = kept(office)
    over = office.clock() + timedelta(days=2 * 366)
    early = office.clock() + timedelta(days=700)
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    sealing.seal(database, key, early)
    records, auditor = office.actor("records"), office.actor("auditor")

    def purge(at: datetime) -> Batch:
        asked = keeping.ask_purge(uow(), "bidder_registration", "مهلت", actor=records, at=at)
        batch = keeping.confirm(uow(), asked, "دیدم", actor=auditor, at=at)
        office.run_jobs(at)
        with database.reader() as session:
            return session.get_one(Batch, batch)

    keeping.hold(uow(), refused.instance_id, "دادگاه خواسته است", actor=auditor, at=over)
    with pytest.raises(RulesBroken):
        purge(early)
    with pytest.raises(RulesBroken):
        purge(over)
    assert papers_kept(office) == 6
    keeping.lift(uow(), refused.instance_id, "رأی داده شد", actor=auditor, at=over)

    later = over + timedelta(hours=1)
    sealing.seal(database, key, later)  # the hold's acts are journalled before the case may go
    assert (purge(later).done, [each.number for each in kept(office)]) == (1, [second.number])

    assert papers_kept(office) == 3
    with database.reader() as session:
        told = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
        acts = session.scalars(told.order_by(AdminEvent.number)).all()
    assert acts[-1]["act"] == "bidder_papers_purged"
    assert first.identifier not in str(acts[-1])
