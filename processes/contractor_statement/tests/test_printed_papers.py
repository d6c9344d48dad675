"""What the certificate and the payment order print, as a reader of PDFs finds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.values import grouped, in_persian_words
from processes.contractor_statement.tests.filed import expected

AREA = "/areas/contractor_statement"
SignedIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_certificate_prints_every_amount(
    signed_in: SignedIn, statement_id: UUID, language: str
) -> None:
    url = f"{AREA}/statements/{statement_id}/certificate.pdf?lang={language}"

    answer = signed_in("contractor").get(url)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    printed = _text_of(answer.data)
    sought = expected(1)["certified"]
    for name in ("gross", "period", "retention", "advance_recovery", "social_security", "net"):
        assert _prints(printed, grouped(sought[name], language)), name
    assert "1404-D07-0417" in printed
    if language == "en":  # Persian letters come out of pypdf in the order they are drawn
        assert "District 7 Municipality" in printed


def test_the_payment_order_prints_amount_iban_and_words(
    signed_in: SignedIn, statement_id: UUID
) -> None:
    browser = signed_in("treasurer")
    page = browser.get(f"{AREA}/statements/{statement_id}").text
    found = re.search(r"/areas/contractor_statement/payment-orders/[^\"]+\.pdf", page)
    assert found

    printed = _text_of(browser.get(found[0]).data)

    net = expected(1)["certified"]["net"]
    assert _prints(printed, grouped(net))
    assert "IR79 0610 0000 0070 0796 8580 44" in printed
    assert in_persian_words(net).split(" و ")[0].split()[-1] in printed


def _text_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return _digits(text)


def _prints(printed: str, amount: str) -> bool:
    """Tell whether an amount stands there.

    Some of the groups of Persian digits come out of pypdf backwards, because it takes them
    for letters of a right-to-left word; a PDF reader shows and copies them rightly.
    """
    groups = _digits(amount).split(",")
    backwards = ",".join(each[::-1] for each in groups)
    return ",".join(groups) in printed or backwards in printed


def _digits(text: str) -> str:
    return text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٬٫", "0123456789,."))
