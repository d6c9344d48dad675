"""How long cases are kept: whole Jalali years from the end, or from a later moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.config import ConfigRefused
from engine.catalogue.config_text import read_config
from engine.catalogue.retention import CLASSES, END, Retention
from engine.values import JalaliDate

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
YEARS = st.integers(1, 40)
HEAD = '[area]\nid = "a"\n[p]\n'


@pytest.mark.parametrize(
    ("ended", "years", "until"),
    [
        pytest.param((1404, 7, 30), 10, (1414, 7, 30), id="the same day ten years later"),
        pytest.param((1403, 12, 30), 1, (1404, 12, 29), id="a leap day ends on the last of Esfand"),
        pytest.param((1403, 12, 30), 5, (1408, 12, 30), id="and on a leap day where there is one"),
        pytest.param((1404, 1, 1), 5, (1409, 1, 1), id="the first of Farvardin"),
    ],
)
def test_years_are_those_of_the_calendar(ended, years, until):
    rule = Retention("financial", years)

    assert rule.kept_until(JalaliDate(*ended).gregorian(), None) == JalaliDate(*until).gregorian()


@given(DAYS, YEARS)
def test_until_its_day_a_case_is_kept_and_on_the_next_it_may_go(ended, years):
    rule = Retention("financial", years)
    until = rule.kept_until(ended, None)

    assert until is not None
    assert not rule.is_over(ended, None, until)
    assert rule.is_over(ended, None, until + timedelta(days=1))
    assert until - ended >= timedelta(days=365 * years)  # as what is due is looked for


@given(DAYS, DAYS, YEARS)
def test_a_named_moment_lengthens_and_never_shortens(ended, moment, years):
    by_moment, by_end = Retention("contract", years, "final"), Retention("contract", years)

    later = by_moment.kept_until(ended, moment)

    assert later == by_end.kept_until(max(ended, moment), None)
    assert by_moment.kept_until(ended, None) is None
    assert not by_moment.is_over(ended, None, date(2200, 1, 1))


def test_the_law_s_classes_are_ten_years_and_a_contract_counts_from_final_acceptance():
    found = {name: (each.years, each.since) for name, each in CLASSES.items()}

    assert found["financial"] == (10, END)
    assert found["contract"] == (10, "final_acceptance")


def test_a_process_names_its_class_and_may_depart_from_it():
    text = 'retention = "contract"\nretention_years = 12\nretention_from = "closed_on"\n'
    personal = '[p.personal]\nname = "name"\ncode = "id"\n'

    process = read_config(HEAD + text + personal).processes["p"]

    assert process.retention == Retention("contract", 12, "closed_on")
    assert process.personal == {"name": "name", "code": "id"}


@pytest.mark.parametrize(
    "text",
    [
        'retention = "for ever"',
        'retention = "contract"\nretention_years = 0',
        'retention = "contract"\nretention_years = true',
        'retention = "contract"\nretention_from = 7',
        '[p.personal]\nname = "nickname"',
    ],
)
def test_what_no_rule_can_say_is_refused_by_name(text):
    with pytest.raises(ConfigRefused, match=r"retention|personal"):
        read_config(HEAD + text)
