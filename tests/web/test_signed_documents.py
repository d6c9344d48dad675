"""PDFs of a case's file that are signed, and verified by anybody."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model.person import Actor
from engine.queries import documents as queries
from engine.signing import pdf, pdf_checks
from engine.signing.codes import code_of
from engine.storage import signatures
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.papers import pdf as paper
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of
from webapp.signing import verify_pages
from webapp.signing.verify_pages import Limits

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


@pytest.fixture
def filed(app: Flask, site: Database, a_purchase: Purchase, signed_in: Browser):
    """Two PDFs in the file of a case, and two people with certificates before it."""
    case, _task = a_purchase(sent=True)
    vault = app.extensions["divan"].vault
    kit.enrol(site, vault, "buyer")
    kit.enrol(site, vault, "head", code=kit.OTHER_CODE)
    buyer, head = signed_in("buyer"), signed_in("head")
    files = [(io.BytesIO(paper(f"Page {each}")), f"paper{each}.pdf") for each in (1, 2)]
    assert buyer.post(f"/cases/{case}/documents", data={"files": files}).status_code == 303
    return case, buyer, head


def signed(browser: FlaskClient, case: UUID, password: str = kit.SIGNING_PASSWORD, **more: str):
    page = browser.get(f"/cases/{case}/documents/sign").text
    ids = [each.split('"')[0] for each in page.split('name="document" value="')[1:]]
    data = {"document": ids, "password": password, **more}
    return browser.post(f"/cases/{case}/documents/sign", data=data)


def contents(app: Flask, site: Database, case: UUID) -> list[tuple[UUID, bytes]]:
    with site.reader() as session:
        buyer = by_username(session, "buyer", NOON)
        assert buyer is not None
        found = queries.of_case(session, case, buyer)
    contents = []
    for each in found:
        with app.extensions["divan"].documents.open(each.newest.sha256) as file:
            contents.append((each.id, file.read()))
    return contents


def test_several_are_signed_in_one_act_each_with_its_own_signature(
    app: Flask, site: Database, filed: tuple[UUID, FlaskClient, FlaskClient]
):
    case, buyer, head = filed
    listed = text_of(buyer.get(f"/cases/{case}/documents/sign").text)
    assert "paper1.pdf" in listed
    assert "در مجموع: ۲" in listed

    first, second = signed(buyer, case), signed(head, case)

    assert (first.status_code, second.status_code) == (303, 303), text_of(second.text)
    for _id, content in contents(app, site, case):
        found = pdf_checks.verify(content, kit.trust(), NOON)
        assert [each.result.value for each in found] == ["TOTAL-PASSED"] * 2
        assert [each.signer and each.signer.national_code for each in found] == [
            kit.CODE,
            kit.OTHER_CODE,
        ]
    with site.reader() as session:
        kept = signatures.of_case(session, case)
    assert [(each.number, each.username) for each in kept] == [
        (1, "buyer"), (2, "buyer"), (3, "head"), (4, "head"),
    ]  # fmt: skip
    shown = text_of(buyer.get(f"/cases/{case}?tab=file").text)
    assert "امضاها" in shown
    assert "SIG-005" not in shown


def test_nothing_is_signed_with_a_wrong_password_or_twice(
    site: Database, filed: tuple[UUID, FlaskClient, FlaskClient]
):
    case, buyer, _head = filed

    wrong = signed(buyer, case, "another password")
    right, again = signed(buyer, case), signed(buyer, case)

    assert (wrong.status_code, right.status_code, again.status_code) == (422, 303, 422)
    assert "این سند را چنان‌که هست امضا کرده‌اید" in text_of(again.text)
    with site.reader() as session:
        assert len(signatures.of_case(session, case)) == 2


def test_of_several_it_is_told_which_was_signed_and_which_was_not(
    app: Flask, site: Database, filed: tuple[UUID, FlaskClient, FlaskClient]
):
    case, buyer, _head = filed
    last, _content = contents(app, site, case)[-1]
    address = f"/cases/{case}/documents/sign"
    buyer.post(address, data={"document": [str(last)], "password": kit.SIGNING_PASSWORD})

    both = signed(buyer, case)

    assert both.status_code == 422
    told = text_of(both.text)
    assert "۱ سند امضا شد" in told
    assert re.search(r"paper\d\.pdf: این سند را چنان‌که هست امضا کرده‌اید", told)
    assert re.findall(r'value="([^"]+)"[^>]* checked', both.text)[:1] == [str(last)]
    with site.reader() as session:
        assert len({each.document_id for each in signatures.of_case(session, case)}) == 2


def test_anybody_verifies_a_file_and_a_byte_of_it_is_enough(
    app: Flask, client: FlaskClient, site: Database, filed: tuple[UUID, FlaskClient, FlaskClient]
):
    case, buyer, _head = filed
    signed(buyer, case)
    document_id, content = contents(app, site, case)[0]
    changed = bytearray(content)
    changed[content.index(b"Page")] ^= 1
    address = f"/verify/{code_of(document_id)}"

    good, bad = posted(client, address, content), posted(client, address, bytes(changed))
    machine = posted(client, "/verify", bytes(changed), Accept="application/json").get_json()

    page = client.get(address)
    assert (page.status_code, 'name="locale"' in page.text) == (200, True), (
        "strangers choose a language"
    )
    assert "TOTAL-PASSED" in text_of(good.text)
    assert "فایل همان است که این کد را دارد" in text_of(good.text)
    assert "TOTAL-FAILED" in text_of(bad.text)
    assert "معتبر TOTAL-PASSED" in text_of(good.text), "said in words, not by the code alone"
    assert "نامعتبر TOTAL-FAILED" in text_of(bad.text)
    assert "SIG-001" in text_of(bad.text)
    assert [each["code"] for each in machine["signatures"]] == ["SIG-001"]
    assert machine["isKept"] is False


def test_who_is_not_signed_in_verifies_fifty_files_in_a_quarter_of_an_hour(
    client: FlaskClient, signed_in: Browser, clock: Clock
):
    for _ in range(50):
        assert posted(client, "/verify", b"no pdf").status_code == 422

    assert posted(client, "/verify", b"no pdf").status_code == 429
    assert posted(client, "/verify", b"no pdf", Accept="application/json").status_code == 429
    assert posted(signed_in("head"), "/verify", b"no pdf").status_code == 422
    clock.pass_time(timedelta(minutes=16))
    assert posted(client, "/verify", b"no pdf").status_code == 422


@pytest.mark.parametrize("limits", [Limits(1_000, 15), Limits(2**20, 1)], ids=["size", "count"])
def test_of_strangers_less_is_looked_at_than_of_people_of_the_site(
    client: FlaskClient, signed_in: Browser, monkeypatch: pytest.MonkeyPatch, limits: Limits
):
    content = paper("A contract")
    for number in (1, 2):
        content = pdf.sign(content, kit.holder().pen, kit.trust(), NOON - timedelta(hours=number))
    assert posted(client, "/verify", content).status_code == 200

    monkeypatch.setattr(verify_pages, "STRANGERS", limits)

    assert posted(client, "/verify", content).status_code == 422
    assert posted(signed_in("head"), "/verify", content).status_code == 200


def test_a_code_nobody_was_given_and_a_file_that_is_none_are_told(client: FlaskClient):
    assert client.get("/verify/NOT-A-CODE").status_code == 404
    refused = posted(client, "/verify", b"no pdf", Accept="application/json")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "SIG-013")


def test_who_takes_no_part_in_a_case_signs_nothing_in_it(
    filed: tuple[UUID, FlaskClient, FlaskClient], signed_in: Browser
):
    case, _buyer, _head = filed

    assert signed_in("auditor").get(f"/cases/{case}/documents/sign").status_code == 404
    assert signed_in("head15").get(f"/cases/{case}/documents/sign").status_code == 404


def test_a_signature_under_the_national_root_is_told_as_level_3(
    app: Flask, client: FlaskClient, tmp_path
):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(kit.pem_of(kit.authority("National")))
    settings = app.extensions["divan"].settings
    object.__setattr__(settings.signing, "national", str(roots))
    who = kit.holder(of=kit.authority("National"))

    content = pdf.sign(paper("A contract"), who.pen, kit.trust(), NOON - timedelta(hours=1))

    [found] = posted(client, "/verify", content, Accept="application/json").get_json()["signatures"]
    assert (found["result"], found["level"]) == ("TOTAL-PASSED", "L3")


def posted(browser: FlaskClient, address: str, content: bytes, **headers: str):
    return browser.post(address, data={"file": (io.BytesIO(content), "paper.pdf")}, headers=headers)
