"""Kept searches of notices: told once, on the page and by mail, until they are ended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine.model.notice import Notice
from engine.model.person import Person
from engine.sdk import send_message
from engine.values import Rial
from processes.transactions.records import NoticeAlert, NoticeTold
from processes.transactions.rules.searching import Noticed, Search, fits
from processes.transactions.tests.tender_walk import a_request, walk
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.post import Post, plain_of

AT = "/alerts"
NOTICE = Noticed(("D07-1405-T-0001", "روکش آسفالت معابر", "گرم"), "D07", "WORKS", "PUBLIC_TENDER",
                 Rial(100))  # fmt: skip


@pytest.mark.parametrize(
    ("search", "found"),
    [
        pytest.param(Search(), True, id="everything"),
        pytest.param(Search("t-0001 آسفالت"), True, id="each word somewhere"),
        pytest.param(Search("آسفالت پل"), False, id="every word"),
        pytest.param(Search("روكش"), True, id="an Arabic letter typed"),
        pytest.param(Search(unit="D15"), False, id="another unit"),
        pytest.param(Search(category="GOODS"), False, id="another category"),
        pytest.param(Search(method="LIMITED_TENDER"), False, id="another method"),
        pytest.param(Search(least=Rial(100), most=Rial(100)), True, id="both ends count"),
        pytest.param(Search(least=Rial(101)), False, id="too small"),
        pytest.param(Search(most=Rial(99)), False, id="too large"),
    ],
)
def test_a_notice_fits_what_is_looked_for(search: Search, found: bool):
    assert fits(search, NOTICE) is found


def _notices(office: Office, username: str) -> list[dict[str, str]]:
    mine = select(Person.id).where(Person.username == username).scalar_subquery()
    kind = Notice.kind == "published"
    with office.database.reader() as session:
        found = select(Notice.facts).where(kind, Notice.person_id == mine)
        return [dict(each) for each in session.scalars(found)]


def _published(office: Office, folder: Path) -> str:
    case = walk(office, a_request(office), folder).published()
    office.run_jobs(office.clock())
    assert case.incidents == []
    return case.tender.number


@pytest.mark.both_databases
def test_who_keeps_a_search_is_told_once_and_ends_it_by_the_letter(
    office: Office, tmp_path: Path, signed_in, client: FlaskClient, post: Post
):
    with office.database.unit_of_work() as uow:
        named = update(Person).where(Person.username == "bidder1").values(email="one@example.com")
        uow.session.execute(named)
        uow.commit()
    one, two = signed_in("bidder1"), signed_in("bidder2")
    assert one.post(AT, data={"unit": "", "by_mail": "1"}).status_code == 303
    assert one.post(AT, data={"category": "WORKS"}).status_code == 303, "fits as well"
    assert one.post(AT, data={"q": "چیزی دیگر"}).status_code == 303
    assert two.post(AT, data={"by_mail": "1", "most": "۱۰۰"}).status_code == 303, "dearer ones not"

    number = _published(office, tmp_path)

    [told] = _notices(office, "bidder1")
    assert (told["path"], number in told["title"]) == (f"/tender-notices/{number}", True)
    assert _notices(office, "bidder2") == []
    page = one.get("/notices").text
    assert "آگهی تازه‌ای با جست‌وجوی شما سازگار است." in page
    [letter] = [each for each in post.letters if each["To"] == "one@example.com"]
    assert f"https://divan.city.example/tender-notices/{number}" in plain_of(letter)
    assert "/tender-notices/unsubscribe/" in plain_of(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.search(r"/tender-notices/unsubscribe/[\w-]+", letter["List-Unsubscribe"])
    assert found is not None

    with office.database.unit_of_work() as uow:  # the same notice, told of again
        [row] = uow.session.scalars(select(NoticeTold)).all()
        about = {"tender_id": str(row.tender_id), "tender_no": number, "unit_code": "D07"}
        send_message(uow.session, "tender_published", "", about, key="again", at=office.clock())
        uow.commit()
    office.run_jobs(office.clock())
    assert len(_notices(office, "bidder1")) == 1, "never twice"

    client.application.config["WTF_CSRF_ENABLED"] = True
    assert client.get(found[0]).status_code == 200
    assert _kept(office) == 4, "a program that opens links ends nothing"
    assert client.post(found[0]).status_code == 200, "a mail program sends no token of ours"
    assert client.post(found[0]).status_code == 200, "again"
    assert _kept(office) == 3
    assert client.post("/tender-notices/unsubscribe/unknown").status_code == 404


def _kept(office: Office) -> int:
    with office.database.reader() as session:
        alive = select(func.count(NoticeAlert.id)).where(NoticeAlert.ended_at.is_(None))
        return session.scalar(alive) or 0


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_search_is_kept_corrected_and_ended_on_ones_own_page(
    office: Office, signed_in, locale: str
):
    browser = signed_in("bidder1")
    browser.post("/language", data={"locale": locale})
    searched = browser.get("/tender-notices?q=asphalt&category=WORKS").text
    assert f'href="{AT}?q=asphalt&amp;category=WORKS"' in searched
    form = browser.get(f"{AT}?q=asphalt&category=WORKS").text
    assert 'value="asphalt"' in form
    assert '<option value="WORKS" selected>' in form

    wrong = {"q": "asphalt", "unit": "X", "category": "Y", "method": "AUCTION",
             "least": "9", "most": "8"}  # fmt: skip
    refused = browser.post(AT, data=wrong)
    assert refused.status_code == 422
    beside = set(re.findall(r'id="(\w+)-problem"', refused.text))
    assert beside == {"unit", "category", "method", "most"}
    assert 'value="asphalt"' in refused.text
    for _ in range(2):
        assert browser.post(AT, data={"q": "asphalt", "least": "9"}).status_code == 303
    assert _kept(office) == 1, "the same is kept once"

    page = browser.get(AT).text
    assert foreign_words(page.replace("asphalt", ""), locale) == []
    [end] = re.findall(rf'action="({AT}/[\w-]+/end)"', page)
    assert signed_in("bidder2").post(end).status_code == 404
    assert (browser.post(end).status_code, _kept(office)) == (303, 0)
    for each in range(20):
        browser.post(AT, data={"q": f"word{each}"})
    assert browser.post(AT, data={"q": "one too many"}).status_code == 422
