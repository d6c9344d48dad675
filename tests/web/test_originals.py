"""Paper that was scanned: taken in, found true by two people, allowed to go, and its minute."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import keeping, people
from engine.model.document import Document
from engine.model.person import Actor, Person
from engine.queries.people import by_username
from engine.storage.database import Database
from tests.kit.papers import pdf as paper
from tests.kit.papers import scanned
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
TODAY = "1405/05/03"
TAKEN = {"received_from": "پیمانکار", "pages": "۱"}
GONE = {"ending": "destroyed", "ended_on": TODAY, "minute_no": "ب-۱۲"}


class Scan:
    """A PDF in the file of a case, before people who keep records and an auditor."""

    def __init__(
        self, site: Database, case: UUID, signed_in: Browser, content: bytes = paper("Contract")
    ) -> None:
        self.site, self.case, self.signed_in = site, case, signed_in
        files = {"files": (io.BytesIO(content), "contract.pdf")}
        buyer = signed_in("buyer")
        assert buyer.post(f"/cases/{case}/documents", data=files).status_code == 303
        with site.reader() as session:
            self.id = session.scalars(select(Document.id)).one()
        for username in ("buyer2", "head2"):
            person = self.actor(username).person_id
            people.grant(site.unit_of_work(), person, "RECORDS", "D07")

    def actor(self, username: str) -> Actor:
        with self.site.reader() as session:
            found = by_username(session, username, NOON)
        assert found is not None
        return found

    @property
    def address(self) -> str:
        return f"/cases/{self.case}/documents/{self.id}"

    def post(self, username: str, act: str = "", **typed: str):
        return self.signed_in(username).post(f"{self.address}/original{act}", data=typed)

    def page(self, username: str) -> str:
        return str(self.signed_in(username).get(self.address).text)

    def certify(self, username: str):
        found = re.search(r'name="sha256" value="([0-9a-f]{64})"', self.page(username))
        return self.post(username, "/certify", sha256=found[1] if found else "")

    def share(self) -> str:
        return text_of(self.signed_in("auditor").get("/monitoring/paper").text)


@pytest.fixture
def scan(site: Database, a_purchase: Purchase, signed_in: Browser) -> Scan:
    case, _task = a_purchase(sent=True)
    return Scan(site, case, signed_in)


def test_a_coarse_scan_is_refused_with_its_page(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _task = a_purchase(sent=True)
    coarse = Scan(site, case, signed_in, scanned((300, 300), (299, 300)))
    refused = coarse.post("buyer2", **(TAKEN | {"pages": "2"}))
    assert refused.status_code == 422
    assert "صفحهٔ ۲ اسکن ۲۹۹ نقطه در اینچ دارد" in text_of(refused.text)


def test_a_fine_scan_is_taken(site: Database, a_purchase: Purchase, signed_in: Browser):
    case, _task = a_purchase(sent=True)
    fine = Scan(site, case, signed_in, scanned((300, 300)))
    assert fine.post("buyer2", **TAKEN).status_code == 303


@pytest.mark.both_databases
def test_paper_is_taken_in_found_true_by_two_and_destroyed_with_a_minute(scan: Scan):
    assert "۰٪ ۰" in scan.share()
    assert scan.post("buyer2", **TAKEN).status_code == 303
    assert "۱۰۰٪ ۱" in scan.share()

    assert scan.certify("buyer2").status_code == 303
    early = scan.post("auditor", "/allow")
    assert (early.status_code, "دو نفر باید" in early.text) == (422, True)
    assert scan.certify("head2").status_code == 303
    too_early = scan.post("head2", "/end", **GONE)
    assert (too_early.status_code, "ب-۱۲" in too_early.text) == (422, True)
    assert scan.post("auditor", "/allow").status_code == 303
    assert scan.post("head2", "/end", **GONE).status_code == 303

    shown = text_of(scan.page("buyer"))
    for said in ("امحا شد", "ب-۱۲", "کارپرداز دوم", "جانشین مدیر", "حسابرس", "پیمانکار"):
        assert said in shown
    trail = text_of(scan.signed_in("buyer").get(f"/cases/{scan.case}?tab=trail").text)
    for said in ("کاغذ یک تصویر را تحویل گرفت", "کاغذ یک تصویر را امحا کرد"):
        assert said in trail
    assert "۱۰۰٪ ۰" in scan.share()


def test_what_is_typed_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(scan: Scan):
    refused = scan.post("buyer2", received_from="شرکت نمونه", pages="3")

    assert refused.status_code == 422
    assert 'id="pages-problem"' in refused.text
    assert "۱ صفحه" in text_of(refused.text)
    assert 'value="شرکت نمونه"' in refused.text
    blank = scan.post("buyer2", received_from=" ", pages="")
    assert ('id="received_from-problem"' in blank.text, 'id="pages-problem"' in blank.text) == (
        True,
        True,
    )


def test_only_who_keeps_records_takes_paper_and_one_person_is_not_two(scan: Scan):
    assert scan.post("buyer", **TAKEN).status_code == 403
    assert scan.post("buyer2", **TAKEN).status_code == 303
    again = scan.post("buyer2", **TAKEN)
    assert (again.status_code, "پیش‌تر" in again.text) == (422, True)
    scan.certify("buyer2")

    assert scan.certify("buyer2").status_code == 422
    assert scan.post("buyer2", "/allow").status_code == 403
    assert scan.certify("head2").status_code == 303
    back = {**GONE, "ending": "returned"}
    assert scan.post("buyer2", "/end", **back).status_code == 303
    assert scan.post("buyer2", "/end", **back).status_code == 422


def test_who_took_paper_in_does_not_let_it_go_under_another_account(scan: Scan):
    with scan.site.unit_of_work() as uow:
        for username in ("buyer2", "auditor"):
            person = uow.session.get_one(Person, scan.actor(username).person_id)
            person.national_code = "0013542419"
        uow.commit()
    people.grant(scan.site.unit_of_work(), scan.actor("head").person_id, "RECORDS", "D07")
    assert scan.post("buyer2", **TAKEN).status_code == 303
    assert (scan.certify("head2").status_code, scan.certify("head").status_code) == (303, 303)

    refused = scan.post("auditor", "/allow")

    assert (refused.status_code, "امحای آن را اجازه نمی‌دهند" in text_of(refused.text)) == (
        422,
        True,
    )


def test_a_newer_version_has_to_be_found_true_anew(scan: Scan):
    scan.post("buyer2", **TAKEN)
    scan.certify("buyer2")
    shown = re.search(r'name="sha256" value="([0-9a-f]{64})"', scan.page("head2"))
    newer = {"files": (io.BytesIO(paper("Contract, straight")), "contract.pdf")}
    assert scan.signed_in("buyer").post(scan.address, data=newer).status_code == 303

    assert shown is not None
    assert scan.post("head2", "/certify", sha256=shown[1]).status_code == 422
    assert scan.certify("head2").status_code == 303
    assert scan.post("head2", "/end", **{**GONE, "ending": "returned"}).status_code == 422
    assert scan.certify("buyer2").status_code == 303


def test_what_an_auditor_allowed_of_one_scan_is_not_allowed_of_a_newer_one(scan: Scan):
    scan.post("buyer2", **TAKEN)
    scan.certify("buyer2")
    scan.certify("head2")
    assert scan.post("auditor", "/allow").status_code == 303
    newer = {"files": (io.BytesIO(paper("Contract, straight")), "contract.pdf")}
    assert scan.signed_in("buyer").post(scan.address, data=newer).status_code == 303
    scan.certify("buyer2")
    scan.certify("head2")

    assert scan.post("head2", "/end", **GONE).status_code == 422
    assert scan.post("auditor", "/allow").status_code == 303
    assert scan.post("head2", "/end", **GONE).status_code == 303


def test_what_is_held_is_not_destroyed(scan: Scan):
    scan.post("buyer2", **TAKEN)
    scan.certify("buyer2")
    scan.certify("head2")
    keeping.hold(scan.site.unit_of_work(), scan.case, "دعوی", actor=scan.actor("auditor"), at=NOON)

    refused = scan.post("auditor", "/allow")

    assert (refused.status_code, "نگهداشته" in refused.text) == (422, True)
