"""The pages of working calendars: a month, what would move, and the change itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.jobs import run_due
from engine.storage.calendar import working_calendar
from engine.storage.database import Database
from tests.kit.sites import NOON

Browser = Callable[[str], FlaskClient]
TUESDAY = date(2026, 7, 28)  #: 1405/05/06
CLOSED = {"kind": "day", "on": "1405/05/06", "what": "off", "title": "آلودگی هوا"}


def text_of(page) -> str:
    return str(page.get_data(as_text=True))


def works(site: Database, unit: str, day: date = TUESDAY) -> bool:
    with site.reader() as session:
        return working_calendar(session, unit).is_working(day)


def test_what_would_move_is_shown_before_anything_does(
    site: Database, signed_in: Browser, a_purchase
):
    a_purchase("P-MOVED", sent=True)  # its approval is due in five days
    admin = signed_in("admin")

    shown = admin.post("/calendars/D07", data={**CLOSED, "on": "1405/05/08"})

    assert shown.status_code == 200
    page = text_of(shown)
    assert "P-MOVED" in page
    assert 'name="apply"' in page
    assert works(site, "D07", date(2026, 7, 30))


def test_applied_it_holds_in_the_unit_and_the_job_moves_the_deadlines(
    site: Database, signed_in: Browser, a_purchase
):
    a_purchase()
    admin = signed_in("admin")

    applied = admin.post("/calendars/D07", data={**CLOSED, "apply": "1"})

    assert applied.status_code == 303
    assert not works(site, "D07")
    assert works(site, "D15")
    assert run_due(site, lambda: NOON) >= 1
    assert "آلودگی" not in text_of(admin.get("/calendars/D15?month=1405/05"))
    assert text_of(admin.get("/calendars/D07?month=1405/05")).count('class="off"') == 1


def test_tomorrow_is_closed_with_one_link_and_the_form_is_filled_in(signed_in: Browser):
    page = text_of(signed_in("admin").get("/calendars/D07?close=tomorrow"))

    assert 'value="1405/05/04"' in page


def test_week_hours_and_a_years_table_are_taken_in(site: Database, signed_in: Browser):
    admin = signed_in("admin")
    for data in (
        {"kind": "week", "since": "1405/05/01", "off": ["3", "4"]},
        {"kind": "hours", "hours_since": "1405/05/01", "opens": "۰۷:۳۰", "closes": "13:00"},
        {"kind": "table", "table": "1406/01/13 طبیعت\n\n1406/01/12 جمهوری اسلامی\n"},
    ):
        assert admin.post("/calendars/D07", data={**data, "apply": "1"}).status_code == 303

    assert not works(site, "D07", date(2026, 7, 30))
    assert not works(site, "D07", date(2027, 4, 2))
    assert works(site, "D15", date(2027, 4, 1))
    assert "۰۷:۳۰" in text_of(admin.get("/calendars/D07"))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        pytest.param({"kind": "day", "on": "1405/13/01", "what": "off"}, "on", id="no day"),
        pytest.param({"kind": "day", "on": "1405/05/06"}, "what", id="nothing said"),
        pytest.param(
            {"kind": "hours", "hours_since": "1405/05/01", "opens": "x", "closes": "13:00"},
            "opens",
            id="no hour",
        ),
        pytest.param({"kind": "table", "table": "1406/01/40 x"}, "table", id="a line that is none"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    signed_in: Browser, data: dict[str, str], field: str
):
    refused = signed_in("admin").post("/calendars/D07", data=data)

    assert refused.status_code == 422
    assert f'href="#{field}"' in text_of(refused)


def test_a_week_without_a_working_day_is_refused(signed_in: Browser):
    every = {"kind": "week", "since": "1405/05/01", "off": list("0123456")}

    assert signed_in("admin").post("/calendars/D07", data=every).status_code == 422


def test_heads_read_theirs_and_only_administrators_change_it(signed_in: Browser):
    assert signed_in("head").get("/calendars/D07").status_code == 200
    assert signed_in("head").get("/calendars/D15").status_code == 403
    assert signed_in("head").post("/calendars/D07", data=CLOSED).status_code == 403
    assert signed_in("admin").get("/calendars/D99").status_code == 404
