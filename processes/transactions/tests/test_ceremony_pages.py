"""The doors of the ceremony: whose they are, what is refused, and what everybody sees at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from processes.transactions.queries import sealing as rows
from processes.transactions.records import Tender as Published
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.fingerprints import fingerprint
from processes.transactions.sealing.member import MemberKey
from processes.transactions.tests.tendering import ROUNDS, Tender
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words

SignedIn = Callable[[str], FlaskClient]


def _at(tender: Tender, act: str = "") -> str:
    return f"/areas/transactions/tenders/{tender.number}/ceremony{act}"


def test_only_members_and_the_secretary_see_a_ceremony(tender: Tender, signed_in: SignedIn):
    tender.announced()
    seat = f"/areas/transactions/tenders/{tender.number}/seat"

    for who in ("commission1", "proc_officer"):
        assert signed_in(who).get(_at(tender)).status_code == 200
    for who in ("supervisor", "admin", "auditor", "bidder1", "unit_head15"):
        assert signed_in(who).get(_at(tender)).status_code == 404
    for who in ("proc_officer", "admin", "bidder1"):
        assert signed_in(who).get(seat).status_code == 404
    assert signed_in("commission1").get(seat).get_json()["position"] == 1
    assert signed_in("commission1").get(_at(Tender(**_like(tender, "T-none")))).status_code == 404


def _like(tender: Tender, number: str) -> dict[str, Any]:
    return {
        "database": tender.database, "store": tender.store, "actor": tender.actor,
        "at": tender.at, "number": number,
    }  # fmt: skip


def test_what_a_browser_sends_is_taken_once_and_refused_in_words(
    tender: Tender, signed_in: SignedIn
):
    tender.announced()
    member, key = signed_in("commission1"), MemberKey.new()
    right = {
        "public": key.public.encode().hex(),
        "wrapped": key.wrap("a long passphrase", f"{tender.id}/1", ROUNDS),
    }

    wrong: Any
    for wrong in ({}, [], {"public": 7, "wrapped": 8}, {**right, "public": "04" * 65}):
        answer = member.post(_at(tender, "/join"), json=wrong)
        assert answer.status_code == 422
        assert [each["code"] for each in answer.get_json()["problems"]] == ["TND-053"]
        assert answer.get_json()["problems"][0]["message"]
    for act in ("/deal", "/rehearse"):
        assert member.post(_at(tender, act), json={}).status_code == 409  # not the time
    for who in ("proc_officer", "bidder1", "admin"):
        assert signed_in(who).post(_at(tender, "/join"), json=right).status_code == 403
    assert member.post(_at(tender, "/join"), json=right).status_code == 200
    assert "data-act" not in member.get(_at(tender)).text


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_everybody_sees_the_same_letters_and_who_has_done_what(
    tender: Tender, signed_in: SignedIn, locale: str
):
    tender.announced().joined().dealt()
    browser = signed_in("commission2")
    browser.post("/language", data={"locale": locale})

    page = browser.get(_at(tender)).text

    for each in tender.seen_keys():
        assert fingerprint(each) in page
    assert foreign_words(page, locale) == []
    assert 'data-act="rehearse"' in page
    again = browser.get(_at(tender, "?live=1"))
    assert "<html" not in again.text
    unchanged = browser.get(
        _at(tender, "?live=1"), headers={"If-None-Match": again.headers["ETag"]}
    )
    assert unchanged.status_code == 304


def test_the_secretary_starts_over_with_a_reason(tender: Tender, signed_in: SignedIn):
    tender.announced().joined().dealt()
    secretary = signed_in("proc_officer")

    refused = secretary.post(_at(tender, "/start-over"), data={"reason": " "})
    assert refused.status_code == 422
    assert 'id="reason-problem"' in refused.text
    for who in ("commission1", "unit_head15"):
        sent = signed_in(who).post(_at(tender, "/start-over"), data={"reason": "x"})
        assert sent.status_code in {403, 404}
    done = secretary.post(_at(tender, "/start-over"), data={"reason": "رمز فراموش شد"})
    assert done.status_code == 303
    assert 'data-act="join"' in signed_in("commission3").get(_at(tender)).text


def test_the_fingerprint_is_kept_with_the_tender(tender: Tender, office: Office):
    """What the notice prints is what the members read aloud."""
    tender.announced().joined().dealt()
    office.add(tender.published(office))
    assert not rows.is_ready(tender.seen_published())
    tender.rehearsed()

    found: Published = tender.seen_published()
    letters = [fingerprint(each) for each in tender.seen_keys()]
    expected = " · ".join(f"{kind.value} {each}" for kind, each in zip(Kind, letters, strict=True))
    assert found.fingerprint == expected
    assert rows.is_ready(found)
