"""The handbook of a process as staff and analysts read it, on a page and on paper."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.model.person import Grant
from tests.kit.sites import NOON
from tests.web.conftest import PURCHASE, text_of

Browser = Callable[[str], FlaskClient]


def _english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


@pytest.fixture
def buyer(signed_in: Browser) -> FlaskClient:
    return _english(signed_in("buyer"))


@pytest.fixture
def analyst(signed_in: Browser) -> FlaskClient:
    return _english(signed_in("nima"))


def _paper(client: FlaskClient, address: str) -> tuple[str, PdfReader]:
    answer = client.get(address)
    assert answer.mimetype == "application/pdf"
    read = PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in read.pages).split()), read


def test_whoever_works_in_a_process_reads_its_handbook(buyer):
    page = text_of(buyer.get("/handbook/purchase").text)

    assert "Process handbook" in page
    assert "Done by: Buying officer" in page
    assert "version 1" in page
    assert "District 7" in page  # where the role is held


def test_who_has_no_part_in_a_process_does_not_read_its_handbook(site, signed_in):
    uow = site.unit_of_work()
    with uow:
        for grant in uow.session.query(Grant).filter(Grant.role == "PROC_OFFICER"):
            grant.role = "STOREKEEPER"
        uow.commit()

    assert signed_in("buyer").get("/handbook/purchase").status_code == 403
    assert signed_in("buyer").get("/handbook/purchase/handbook.pdf").status_code == 403
    assert signed_in("buyer").get("/handbook/purchase/diagram.bpmn").status_code == 403
    assert signed_in("auditor").get("/handbook/purchase").status_code == 200
    assert signed_in("buyer").get("/handbook/nothing").status_code == 404


def test_start_pages_and_the_map_of_a_case_lead_to_it(buyer, a_purchase):
    case, _task = a_purchase()

    assert "/handbook/purchase" in buyer.get("/start").text
    assert "/handbook/purchase?version=1" in buyer.get(f"/cases/{case}?tab=map").text


def test_paper_has_all_of_it_in_either_language_with_pages_and_a_title(buyer):
    english, read = _paper(buyer, "/handbook/purchase/handbook.pdf?language=en")

    for each in ("Contents", "Who takes part", "Steps", "Done by", "Page 1 of"):
        assert each in english
    assert read.metadata is not None
    assert str(read.metadata.title).startswith("Process handbook:")
    assert "/MarkInfo" in read.root_object
    assert str(read.root_object["/Lang"]) == "en"
    _persian, other = _paper(buyer, "/handbook/purchase/handbook.pdf?language=fa")
    assert str(other.root_object["/Lang"]) == "fa"


def test_a_second_version_tells_what_is_new_and_the_first_that_there_is_a_newer(site, buyer):
    files = Bundle.read(PURCHASE).files
    settings = files["process.toml"].replace(b"days = 2", b"days = 9")
    uow = site.unit_of_work()
    deployments.deploy(uow, Bundle({**files, "process.toml": settings}), at=NOON)

    newest = text_of(buyer.get("/handbook/purchase").text)
    first = text_of(buyer.get("/handbook/purchase?version=1").text)

    assert "What is new since version 1" in newest
    assert "2 days → 9 days" in newest
    assert "There is a newer version" in first
    assert buyer.get("/handbook/purchase?version=7").status_code == 404


def test_a_draft_has_a_handbook_that_says_it_is_a_draft_and_is_only_for_analysts(analyst, buyer):
    bundle = analyst.get("/studio").text.partition('name="bundle" value="')[2].partition('"')[0]
    asked = {"area": "purchase", "title": "Quicker", "bundle": bundle}
    draft = analyst.post("/studio", data=asked).location

    page = text_of(analyst.get(f"{draft}/handbook?process=purchase").text)

    assert "nothing runs by it yet" in page
    assert "Nothing about this process is different." in page
    assert "Nima" in page
    assert f"{draft}/handbook" in analyst.get(draft).text
    text, _read = _paper(analyst, f"{draft}/handbook.pdf?process=purchase&language=en")
    assert "This is a draft" in text
    assert buyer.get(f"{draft}/handbook").status_code == 403
    assert analyst.get(f"{draft}/handbook?process=nothing").status_code == 404


def test_a_hostile_model_is_shown_as_text(analyst):
    asked = {"area": "hostile", "title": "Hostile"}
    draft = analyst.post("/studio", data=asked).location
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
        '<process id="h"><userTask id="x" name="&lt;script&gt;alert(1)&lt;/script&gt;&#x202e;">'
        "<documentation>&lt;img src=x onerror=alert(1)&gt; #panic() $</documentation>"
        "</userTask></process></definitions>"
    )
    analyst.post(f"{draft}/files/hostile.bpmn", json={"text": model, "version": 1})
    analyst.post(f"{draft}/files/other.bpmn", json={"text": model, "version": 0})

    answer = analyst.get(f"{draft}/handbook?process=h")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "alert(1)" in text_of(answer.text)
    assert _paper(analyst, f"{draft}/handbook.pdf?process=h")
