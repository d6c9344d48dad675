"""The pages of a statement's steps speak one language, but for what people wrote and codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from processes.contractor_statement.tests.walking import (
    PEOPLE,
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)
from tests.kit.languages import foreign_words

SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_the_pages_of_every_step_speak_one_language(office: Office, signed_in: SignIn, locale: str):
    case = office.start("interim_statement", contract_id=contract_of_example(office))
    found = _wrong_on(case, "enter", signed_in, locale)
    case.do("enter", "submit", **example_claim(1))
    found += _wrong_on(case, "measure", signed_in, locale)
    case.do("measure", lines=example_approved(1))
    found += _wrong_on(case, "check", signed_in, locale)
    case.do("check").review()
    found += _wrong_on(case, "sign_voucher", signed_in, locale)
    case.do("sign_voucher")
    found += _wrong_on(case, "approve", signed_in, locale)
    case.do("approve")
    found += _wrong_on(case, "control", signed_in, locale)

    assert found == []


def _wrong_on(case: Case, step: str, signed_in: SignIn, locale: str) -> list[str]:
    browser = signed_in(PEOPLE[step])
    browser.post("/language", data={"locale": locale})
    instance, task = case.instance, case.waiting[step]
    pages = [f"/tasks/{task.id}{tab}" for tab in ("", "?tab=trail", "?tab=map", "?tab=file")]
    pages += ["/inbox", f"/cases/{instance.id}"]
    known = (instance.title, instance.business_key or "", "SHA-256")
    return [
        f"{step} {page.partition('?')[2]}: {text}"
        for page in pages
        for text in foreign_words(browser.get(page).text, locale, known=known)
    ]
