"""Every page speaks one language, but for what people wrote and for codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string, session
from flask.testing import FlaskClient

from tests.kit.languages import foreign_words

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
CATALOGUE = Path(__file__).parents[2] / "webapp/translations/fa/LC_MESSAGES/messages.po"


@pytest.mark.parametrize("locale", ["fa", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/inbox",
        "/inbox?view=waiting",
        "/inbox?view=started",
        "/inbox?view=done",
        "/inbox?view=late",
        "/inbox?q=nothing",
        "/start",
        "/start/purchase",
        "/start/delivery",
        "/tasks/{task}",
        "/tasks/{task}?tab=trail",
        "/tasks/{task}?tab=map",
        "/tasks/{task}?tab=file",
        "/cases/{case}",
        "/cases/{case}?tab=map",
        "/nowhere",
    ],
)
def test_a_page_speaks_one_language(
    a_purchase: Purchase, signed_in: Browser, locale: str, address: str
):
    a_purchase("P-1", sent=True)
    case, task = a_purchase("P-2")
    client = signed_in("buyer")
    client.post("/language", data={"locale": locale})
    client.post(f"/tasks/{task}/claim")

    page = client.get(address.format(case=case, task=task)).text

    assert foreign_words(page, locale, known=("خرید", "P-1", "P-2")) == []


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_problems_and_the_sign_in_page_speak_one_language(
    a_purchase: Purchase, signed_in: Browser, client: FlaskClient, locale: str
):
    _, task = a_purchase("P-2")
    buyer = signed_in("buyer")
    for each in (buyer, client):
        each.post("/language", data={"locale": locale})
    buyer.post(f"/tasks/{task}/claim")

    refused = buyer.post(f"/tasks/{task}", data={"outcome": "send", "quantity": "x"})

    assert refused.status_code == 422
    assert foreign_words(refused.text, locale, known=("خرید", "P-2")) == []
    assert foreign_words(client.get("/sign-in").text, locale) == []


def test_an_example_in_a_template_has_the_digits_of_each_reader(app: Flask):
    shown = []
    with app.test_request_context("/sign-in"):
        session["locale"] = "fa"  # the first reader, for whom the template is compiled
        shown.append(render_template_string("{{ '1404/07/30'|digits }}"))
    with app.test_request_context("/sign-in"):
        session["locale"] = "en"
        shown.append(render_template_string("{{ '1404/07/30'|digits }}"))

    assert shown == ["۱۴۰۴/۰۷/۳۰", "1404/07/30"]


def test_words_of_another_language_would_be_found():
    page = '<html dir="rtl"><p title="Late">دیر <bdi>P-1</bdi><b lang="en">Hi</b>Hello</p></html>'

    assert foreign_words(page, "fa") == ["Late", "Hello"]
    assert foreign_words(page, "en") == ["دیر"]


def test_every_text_is_translated_and_the_head_of_the_catalogue_is_filled_in():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    open_texts = [each.id for each in catalogue if each.id and (not each.string or each.fuzzy)]

    assert open_texts == []
    head = CATALOGUE.read_text(encoding="utf-8").split("\n\n", 1)[0]
    assert "Divan" in head
    for junk in ("EMAIL@ADDRESS", "FULL NAME", "YEAR-MO-DA", "VERSION\\n", "LL@li.org"):
        assert junk not in head
