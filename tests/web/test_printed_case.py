"""The case on paper: what was answered and said in it, with who and when, in words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.catalogue.handlers import REGISTRY
from tests.kit.sites import Clock
from tests.web.conftest import described

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser in English, his case, and the step of it that he has taken."""
    case, task = a_purchase()
    client = signed_in("buyer")
    client.post("/language", data={"locale": "en"})
    assert client.post(f"/tasks/{task}/claim").status_code == 303
    return client, case, task


def _printed(client: FlaskClient, case: UUID) -> dict[str, str]:
    """Return what stands under each heading of the printed case."""
    answer = client.get(f"/cases/{case}/documents/case.pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = " ".join("\n".join(page.extract_text() for page in pages).split())
    headings = ("Documents", "Answers", "Talk", "Trail")
    cut = re.split(rf"\b({'|'.join(headings)})\b", text)
    return dict(zip(cut[1::2], cut[2::2], strict=True))


def test_answers_stand_in_a_section_of_their_own_with_the_labels_of_the_form(taken):
    client, case, task = taken
    client.post(f"/tasks/{task}", data=described(goods="Paper A4"))

    printed = _printed(client, case)

    said = printed["Answers"]
    assert "Describe the purchase First buyer · Buying officer · " in said
    for each in ("Goods Paper A4", "Quantity 12.5", "Price 1,250,000", "Needed on 1405/06/01"):
        assert each in said
    assert "goods" not in said  # a label, not a key
    assert "Paper A4" not in printed["Trail"]  # once is enough


def test_an_answer_that_was_taken_back_says_so(taken, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(REGISTRY.recalls, ("purchase", "describe"), lambda _: {})
    client, case, task = taken
    client.post(f"/tasks/{task}", data=described(goods="Paper"))
    client.post(f"/tasks/{task}/recall")
    client.post(f"/tasks/{task}", data=described(goods="Pencils"))

    said = _printed(client, case)["Answers"]

    assert said.count("Taken back later") == 1
    assert said.index("Taken back later") < said.index("Paper") < said.index("Pencils")


def test_comments_are_printed_with_who_said_them_when_and_about_what(
    taken, signed_in: Browser, clock: Clock
):
    client, case, _ = taken
    client.post(f"/cases/{case}/talk", data={"text": "@head please look"})
    clock.pass_time(timedelta(minutes=1))
    client.post(f"/cases/{case}/talk?line=010604", data={"text": "Too dear"})
    gone = signed_in("head").post(f"/cases/{case}/talk", data={"text": "Never mind this"})
    comment = re.search(r"#comment-(\S+)", gone.location)
    assert comment is not None
    assert signed_in("head").post(f"/cases/{case}/talk/{comment[1]}/withdraw").status_code == 303

    said = _printed(client, case)["Talk"]

    assert "First buyer @District head please look" in said
    assert "First buyer · Line 010604 Too dear" in said
    assert "Never mind this" not in said
    assert "District head Withdrawn" in said
    assert said.count("1405/05/03") == 3
