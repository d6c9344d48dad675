"""Digits and calendar are the reader's choice, whatever the language of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from markupsafe import Markup

from webapp import formatting
from webapp.manner import Manner

DAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 21, 20, 45, tzinfo=UTC)  # after midnight in Tehran


def shown(markup: object) -> str:
    return str(markup).partition(">")[2].rpartition("<")[0] or str(markup)


@pytest.mark.parametrize(
    ("manner", "day", "moment", "words", "amount", "quantity"),
    [
        pytest.param(
            Manner("fa", "persian", "jalali"),
            "۱۴۰۵/۰۸/۳۰",
            "۱۴۰۵/۰۹/۰۱ ۰۰:۱۵",
            "شنبه ۳۰ آبان ۱۴۰۵",
            "−۱٬۲۵۰٬۰۰۰",
            "۱۲٫۵",
            id="Persian as usual",
        ),
        pytest.param(
            Manner("fa", "latin", "gregorian"),
            "2026/11/21",
            "2026/11/22 00:15",
            "شنبه 21 نوامبر 2026",
            "−1,250,000",
            "12.5",
            id="Persian with Latin digits and the other calendar",
        ),
        pytest.param(
            Manner("en", "persian", "jalali"),
            "۱۴۰۵/۰۸/۳۰",
            "۱۴۰۵/۰۹/۰۱ ۰۰:۱۵",
            "Saturday ۳۰ Aban ۱۴۰۵",
            "−۱٬۲۵۰٬۰۰۰",
            "۱۲٫۵",
            id="English with Persian digits",
        ),
        pytest.param(
            Manner("en", "latin", "gregorian"),
            "2026/11/21",
            "2026/11/22 00:15",
            "Saturday 21 November 2026",
            "−1,250,000",
            "12.5",
            id="English with the other calendar",
        ),
    ],
)
def test_values_are_written_in_the_manner_of_the_reader(
    manner, day, moment, words, amount, quantity
):
    assert shown(formatting.jalali(DAY, manner)) == day
    assert shown(formatting.jalali_moment(MOMENT, manner)) == moment
    assert formatting.jalali_long(DAY, manner) == words
    assert shown(formatting.rial(-1_250_000, manner)) == amount
    assert shown(formatting.quantity(Decimal("12.50"), manner)) == quantity


def test_what_is_kept_for_one_manner_is_not_shown_in_another():
    latin, persian = Manner("fa", "latin"), Manner("fa", "persian")

    assert [shown(formatting.rial(7, each)) for each in (latin, persian, latin)] == ["7", "۷", "7"]


def test_a_deadline_is_said_with_the_digits_of_the_reader():
    due = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)

    said = formatting.deadline(due, MOMENT, Manner("en", "persian", "gregorian"))

    assert said.words == "due in ۹ days"
    assert shown(said.day) == "۲۰۲۶/۱۲/۰۱"


@pytest.mark.parametrize(
    ("count", "persian", "english"),
    [(713, "۷۱۳ بایت", "713 B"), (2_048, "۲ کیلوبایت", "2 kB"), (5 * 2**20, "۵ مگابایت", "5 MB")],
)
def test_a_size_is_said_with_its_unit(count: int, persian: str, english: str):
    assert formatting.file_size(count, "fa") == persian
    assert formatting.file_size(count, "en") == english


@pytest.mark.parametrize(
    ("written", "persian"),
    [
        pytest.param("آسفالت توپکا: 100 تن", "آسفالت توپکا: ۱۰۰ تن", id="prose"),
        pytest.param("لات D07-1405-T-0042", "لات D07-1405-T-0042", id="a code within it"),
        pytest.param("14012345679", "14012345679", id="one word may be an identifier"),
        pytest.param("1405/06", "۱۴۰۵/۰۶", id="a month is none"),
    ],
)
def test_what_a_step_shows_of_a_text_has_the_digits_of_its_language(written: str, persian: str):
    assert Markup(formatting.prose(written, "fa")).striptags() == persian
    assert Markup(formatting.prose(written, "en")).striptags() == written


def test_a_paper_is_written_as_its_language_is():
    assert shown(formatting.jalali(DAY, "fa")) == "۱۴۰۵/۰۸/۳۰"
    assert shown(formatting.jalali(DAY, "en")) == "1405/08/30"
