"""Units, people and amounts are offered in the language of who chooses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.queries.choices import choice
from engine.queries.units import people_choices, unit_choices
from engine.values import Rial


@pytest.mark.parametrize(
    ("locale", "unit", "member"),
    [
        pytest.param("fa", "D07 · شهرداری منطقه ۷", "commission1", id="fa"),
        pytest.param("en", "D07 · District 7 Municipality", "commission1", id="en"),
    ],
)
def test_choices_are_named_in_the_language_of_who_chooses(database, actor, locale, unit, member):
    officer = replace(actor("proc_officer"), locale=locale)
    with database.reader() as session:
        units = dict(unit_choices(session, officer, "PROC_OFFICER"))
        people = dict(people_choices(session, officer, "COMMISSION"))
    assert units["D07"] == unit
    assert people[member].isascii() is (locale == "en")


@pytest.mark.parametrize(
    ("locale", "said"),
    [("fa", "R-1 · نهال · ۱٬۵۰۰ · ۱٬۲۰۰"), ("en", "R-1 · نهال · 1,500 · 1,200")],
)
def test_amounts_and_numbers_of_an_option_are_read_as_on_the_page(actor, locale, said):
    officer = replace(actor("proc_officer"), locale=locale)
    assert choice(officer, 7, "R-1", "نهال", None, Rial(1_500), 1_200) == ("7", said)
