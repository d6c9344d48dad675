"""Approvals given for somebody who is away, and deadlines by the calendar of the unit."""

from __future__ import annotations

from sqlalchemy import select

from engine.commands import calendars
from engine.model.person import Person
from engine.model.substitution import Substitution
from engine.storage.calendar import UnitChange, working_calendar
from engine.values import end_of_day, local_date
from processes.contractor_statement.documents import certificate
from processes.contractor_statement.queries.statements import statement_page
from processes.contractor_statement.registry import review_times
from processes.contractor_statement.rules.deadlines import interim_deadlines
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    example_approved,
    example_claim,
)


def test_a_certificate_names_who_approved_and_for_whom(office: Office, filed: Case):
    _stands_in(office, "tech_office", "supervisor")

    filed.do("measure", by="tech_office", lines=example_approved(1))

    statement_id = office.statement(filed).id
    with office.database.reader() as session:
        page = statement_page(session, office.actor("supervisor"), statement_id)
        assert page is not None
        printed = {
            language: certificate(page, (), language=language, role_name=str, at=office.clock())
            for language in ("fa", "en")
        }
        people = {each.username: each for each in session.scalars(select(Person))}
    deputy, away = people["tech_office"], people["supervisor"]
    approved = {language: each["approvals"][0] for language, each in printed.items()}
    assert {language: (each["name"], each["step"]) for language, each in approved.items()} == {
        "fa": (f"{deputy.name_fa} به جای {away.name_fa}", "اندازه\u200cگیری"),
        "en": (f"{deputy.name_en} for {away.name_en}", "Measure"),
    }


def test_deadlines_count_by_the_calendar_of_the_contracts_unit(office: Office, opened: Case):
    on = local_date(office.clock())
    times = review_times(on)
    with office.database.reader() as session:
        usual = interim_deadlines(on, working_calendar(session), times).consultant
    unit = opened.instance.unit
    office.run_jobs()
    calendars.change(
        office.database.unit_of_work(),
        UnitChange(unit, {usual: True}),
        actor=office.actor("admin"),
        at=office.clock(),
    )

    opened.do("enter", "submit", **example_claim(1))

    with office.database.reader() as session:
        moved = interim_deadlines(on, working_calendar(session, unit), times).consultant
    assert moved > usual
    assert opened.variables["consultant_due"] == end_of_day(moved).isoformat()


def _stands_in(office: Office, substitute: str, away: str) -> None:
    """Let somebody stand in for somebody today."""
    ids = {name: office.actor(name).person_id for name in (substitute, away)}
    today = local_date(office.clock())
    office.add(
        Substitution(
            person_id=ids[away],
            substitute_id=ids[substitute],
            valid_from=today,
            valid_to=today,
            reason="leave",
            entered_by=away,
            entered_at=office.clock(),
        )
    )
