"""The pages of a pre-qualification: papers on the portal, who reads them, viruses and room."""

from __future__ import annotations

import html
import io
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from engine.settings import DocumentSettings
from processes.transactions.tests.prequalifying import EVALUATORS, Walk, begin
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words
from tests.kit.papers import EICAR, pdf
from tests.kit.scanner import Scanner


@pytest.fixture
def begun(office: Office) -> Walk:
    return begin(office)


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_a_firm_hands_its_papers_in_on_the_portal_and_nobody_reads_them_before_the_deadline(
    begun: Walk, office: Office, signed_in: Any, client: FlaskClient, locale: str
):
    begun.called()
    at = f"/prequalifications/{begun.found.number}"
    assert client.get(at).status_code == 200, "read by anybody"
    assert begun.found.number in client.get("/prequalifications").text
    firm = signed_in("bidder3")
    firm.post("/language", data={"locale": locale})
    nothing = firm.post(f"/bidding{at}/papers", data={})
    assert (nothing.status_code, 'id="papers-problem"' in nothing.text) == (422, True)
    program = {"papers": (io.BytesIO(b"MZ\x90\x00"), "x.exe")}
    assert firm.post(f"/bidding{at}/papers", data=program).status_code == 422
    sent = firm.post(f"/bidding{at}/papers", data={"papers": (io.BytesIO(pdf("Rank")), "رتبه.pdf")})
    assert sent.status_code == 303
    page = firm.get(at)
    assert "رتبه.pdf" in page.text
    assert foreign_words(page.text, locale) == []
    receipt = firm.get(f"/bidding{at}/receipt/receipt.json").data
    key = load_pem_public_key(firm.get(f"/bidding{at}/receipt/site.pem").data)
    key.verify(firm.get(f"/bidding{at}/receipt/receipt.sig").data, receipt)  # type: ignore[union-attr,call-arg]
    assert json.loads(receipt)["papers"][0]["name"] == "رتبه.pdf"
    with firm.get(f"/bidding{at}/papers/1") as own:
        assert own.data == pdf("Rank")
    for who in ("bidder2", "supervisor"):
        assert signed_in(who).get(f"/bidding{at}/papers/1").status_code == 404

    office_at = f"/areas/transactions{at}"
    officer = signed_in("proc_officer")
    officer.post("/language", data={"locale": locale})
    early = officer.get(office_at).text
    assert "نمونه ب" not in early, "nobody is told who has applied"
    applicant = begun.found.applicants[0].id
    paper = f"{office_at}/papers/{applicant}/1"
    assert officer.get(paper).status_code == 404
    begun.until_deadline().named()
    evaluator = signed_in(EVALUATORS[0])
    assert begun.found.number in evaluator.get("/areas/transactions/prequalifications").text
    with evaluator.get(paper) as read:
        assert read.data == pdf("Rank")
    assert signed_in("bidder3").get(office_at).status_code == 404
    begun.scored({"نمونه ب": 50})
    officer = signed_in("proc_officer")  # half a month later
    officer.post("/language", data={"locale": locale})
    shown = officer.get(office_at).text
    listed = officer.get("/areas/transactions/prequalifications").text
    assert foreign_words(listed.replace("روکش آسفالت", ""), locale) == []
    assert foreign_words(shown, locale) == []
    assert "نمونه ب" in shown
    below = {"fa": "در فهرست کوتاه نیست", "en": "is not on the short list"}
    assert below[locale] in shown, "no price lies here that could stay closed"


def test_papers_are_looked_at_for_viruses_and_a_firm_has_its_room(
    begun: Walk, app: Flask, signed_in: Any, monkeypatch: pytest.MonkeyPatch
):
    begun.called()
    firm, number = signed_in("bidder3"), begun.found.number
    firm.post("/language", data={"locale": "en"})

    def sent(*papers: tuple[bytes, str]) -> str:
        files = [FileStorage(io.BytesIO(content), name) for content, name in papers]
        boundary, body = encode_multipart(MultiDict(("papers", each) for each in files))
        kind = f"multipart/form-data; boundary={boundary}"
        at = f"/bidding/prequalifications/{number}/papers"
        answer = firm.post(at, data=body, content_type=kind)
        assert answer.status_code in (303, 422), answer.status
        assert (answer.status_code == 422) == ('id="papers-problem"' in answer.text)
        return html.unescape(answer.text)

    def site_takes(**settings: Any) -> None:
        own = app.extensions["divan"].settings
        object.__setattr__(own, "documents", DocumentSettings(**settings))

    with Scanner() as daemon:
        site_takes(scanner=daemon.address)
        found = sent((pdf("Rank"), "rank.pdf"), (b"x " + EICAR, "list.txt"), (b"MZ\x90", "a.exe"))
        assert "found Win.Test.EICAR_HDB-1 in “list.txt”" in found
        assert "“a.exe”" in found, "all that is wrong is said at once"
        assert begun.found.applicants == [], "and none is kept"
        sent((pdf("Rank"), "rank.pdf"))
    assert "could not be looked at for viruses" in sent((pdf("Other"), "other.pdf"))
    site_takes(size=1, case_size=1)
    letter = b"%07d\n" * 75_000 % tuple(range(75_000))
    assert "larger than 1 MB" in sent((letter * 2, "large.txt"))
    assert "at most 1 MB together" in sent((letter, "a.txt"), (letter, "b.txt"))
    sent((letter, "a.txt"))
    sent((letter, "b.txt"))
    [mine] = begun.found.applicants
    assert [each.name for each in mine.papers] == ["b.txt"], "the earlier ones make room"
