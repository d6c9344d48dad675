"""What the site file of Tehran says, against `domain.md` §0.2, §4.5 and §4.8."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import engine
from engine.values import TEHRAN, WEEKDAYS, JalaliDate, WorkingCalendar, solar_holidays

HOLIDAYS = {
    1404: "01/01 01/02 01/03 01/04 01/11 01/12 01/13 02/04 03/14 03/15 03/16 03/24 04/14 04/15 "
    "05/23 05/31 06/02 06/10 06/19 09/03 10/13 10/27 11/15 11/22 12/20 12/29",
    1405: "01/01 01/02 01/03 01/04 01/12 01/13 01/25 03/06 03/14 03/15 04/03 04/04 05/13 05/21 "
    "05/22 05/30 06/08 08/22 10/02 10/16 11/04 11/22 12/09 12/19 12/20 12/29",
}


@pytest.fixture(scope="module")
def site() -> dict[str, Any]:
    (folder,) = engine.__path__
    return tomllib.loads(Path(folder, "catalogue/sites/tehran.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def calendar(site: dict[str, Any]) -> WorkingCalendar:
    said = site["calendar"]
    rules = [(int(each["on"][:2]), int(each["on"][3:])) for each in said["every_year"]]
    dated = {JalaliDate.parse(each["on"]).gregorian() for each in said["dated"]}
    names = [name.lower() for name in WEEKDAYS["en"]]
    (weekend,) = said["weekend"]
    return WorkingCalendar(
        frozenset(names.index(day) for day in weekend["days"]),
        solar_holidays(rules, range(1400, 1410)) | dated,
    )


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_holidays_of_a_year_are_those_published(
    site: dict[str, Any], calendar: WorkingCalendar, year: int
) -> None:
    off = sorted(JalaliDate.of(day) for day in calendar.holidays)
    checked = {each["year"]: each["days"] for each in site["calendar"]["checked"]}

    assert [f"{on.month:02d}/{on.day:02d}" for on in off if on.year == year] == (
        HOLIDAYS[year].split()
    )
    assert checked[year] == 26


def test_only_a_leap_year_has_its_last_day_off(calendar: WorkingCalendar) -> None:
    last_days = (JalaliDate.of(day) for day in calendar.holidays)

    assert {on.year for on in last_days if (on.month, on.day) == (12, 30)} == {1403, 1408}


def test_the_deadlines_of_the_domain_guide_follow_from_the_file(calendar: WorkingCalendar) -> None:
    due = calendar.plus_working_days(JalaliDate(1404, 8, 28).gregorian(), 10)

    assert JalaliDate.of(due) == JalaliDate(1404, 9, 15)
    assert not calendar.is_working(JalaliDate(1407, 11, 22).gregorian())


def test_the_site_keeps_tehran_time(site: dict[str, Any]) -> None:
    assert ZoneInfo(site["time_zone"]) == TEHRAN


def test_every_unit_has_one_code_and_a_name_in_both_languages(site: dict[str, Any]) -> None:
    codes = [unit["code"] for unit in site["units"]]

    assert codes == [
        *(f"D{number:02d}" for number in range(1, 23)),
        *("DEP-FIN", "DEP-TECH", "ORG-ICT", "COM-SHOP"),
    ]
    assert all(unit["name_fa"] and unit["name_en"] for unit in site["units"])
    assert len({unit["name_fa"] for unit in site["units"]}) == len(codes)


def test_the_banks_of_the_test_accounts_are_named(site: dict[str, Any]) -> None:
    banks = {bank["code"]: bank["name_en"] for bank in site["banks"]}

    assert banks["061"] == "City Bank"
    assert set(banks) >= {"012", "017", "018", "054", "057", "061"}
