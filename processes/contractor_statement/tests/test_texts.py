"""What the area says of its codes: amounts in groups of three, numbers of papers as they are."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from processes.contractor_statement.texts import AreaTexts
from webapp.problems import text_of

AMOUNT = {"fa": "۲۶۳٬۵۲۸٬۷۱۳٬۹۸۴", "en": "263,528,713,984"}


def said(code: str, language: str, **params: str) -> str:
    return text_of(Problem(code, None, params), AreaTexts(language))


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("BUD-002", ["exceeded"]),
        ("CON-009", ["stated", "computed"]),
        ("STM-016", ["total", "limit"]),
        ("STM-022", ["recovery", "outstanding"]),
        ("STM-037", ["left"]),
    ],
)
def test_amounts_are_grouped(code: str, names: list[str], language: str):
    text = said(code, language, **dict.fromkeys(names, "263528713984"))

    assert text.count(AMOUNT[language]) == len(names)


def test_quantities_are_grouped_to_their_last_decimal():
    assert "۵۲٬۴۵۰٫۵۰۰" in said("STM-015", "fa", contract="52450.500")
    assert "52,450.500" in said("STM-012", "en", previous="52450.500")


def test_numbers_of_papers_lines_dates_and_years_are_not_amounts():
    assert "14040417" in said("CON-014", "en", contract_no="14040417", unit="D07")
    assert "۹۹۹۹۹۹" in said("STM-017", "fa", line="999999")
    assert "1405/07/30" in said("STM-019", "en", bound="1405/07/30")
    assert "123456" in said("STM-020", "en", number="123456", valid_until="1405/07/30")


def test_an_amount_that_is_missing_or_no_number_stays_readable():
    assert "…" in said("STM-016", "fa", total="263528713984")
    assert "?" in said("STM-037", "en", left="?")
