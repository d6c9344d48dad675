"""What a report by mail says: the figures of the page, for whom it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from engine.model.person import Actor, Person
from engine.model.report import Report
from engine.queries.analytics.sample import Asked, Sample, take
from engine.queries.analytics.steps import Durations, durations
from engine.queries.case_list import may_watch
from engine.storage import reports
from engine.storage.actors import of_people
from engine.storage.bundles import Deployed, latest


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """All that is to be written."""

    report: Report
    reader: Actor
    email: str
    definition: Deployed
    sample: Sample
    found: Durations


def figures(session: Session, report_id: UUID, at: datetime) -> ReportFigures | None:
    """Return what a report says at a moment; ``None``: nobody wants it any more, or may see it."""
    report = session.get(Report, report_id)
    if report is None:
        return None
    reader = next(iter(of_people(session, [report.person_id], at)), None)
    email = session.get_one(Person, report.person_id).email
    if reader is None or email is None or not may_watch(reader):
        return None
    asked = Asked(report.process_id, at - timedelta(days=report.days), at, report.unit)
    sample = take(session, reader, asked, at)
    definition = latest(session, report.process_id)
    return ReportFigures(report, reader, email, definition, sample, durations(sample))


def own(session: Session, actor: Actor) -> list[Report]:
    """Return the actor's reports, oldest first."""
    return reports.of_person(session, actor.person_id)
