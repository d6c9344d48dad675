"""What a report by mail says: the figures of the page, for whom it goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from engine.model.person import Actor, Person
from engine.model.report import Every, Report
from engine.queries.analytics.own_chart import Chart, Line, draw
from engine.queries.analytics.sample import Asked, Sample, take
from engine.queries.analytics.steps import Durations, durations
from engine.queries.case_list import may_watch, watched_units
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
    units: Mapping[str, tuple[str, str]]  #: titles in Persian and English, by code
    chart: Chart | None  #: the only thing to be said, where the reader chose one
    lines: tuple[Line, ...]  #: its bars

    @property
    def target(self) -> int | None:
        """Of a hundred deadlines, how many are to be kept; ``None``: nobody has said."""
        return self.definition.bundle.process(self.definition.process_id).target


def figures(session: Session, report_id: UUID, at: datetime) -> ReportFigures | None:
    """Return what a report says at a moment; ``None``: there is nothing to say.

    Nobody wants it any more, or may see it; or it is to come when deadlines are missed, and
    as many were kept as are asked.
    """
    report = session.get(Report, report_id)
    if report is None:
        return None
    reader = next(iter(of_people(session, [report.person_id], at)), None)
    email = session.get_one(Person, report.person_id).email
    if reader is None or email is None or not may_watch(reader):
        return None
    asked = Asked(report.process_id, at - timedelta(days=report.days), at, report.unit)
    sample = take(session, reader, asked, at)
    definition, found = latest(session, report.process_id), durations(sample)
    units = {each.code: (each.title_fa, each.title_en) for each in watched_units(session, reader)}
    chart = Chart.of_code(report.chart) if report.chart else None
    bars = draw(session, reader, sample, chart).lines if chart else ()
    told = ReportFigures(report, reader, email, definition, sample, found, units, chart, bars)
    if report.every == Every.MISSED.value and not found.kept.misses(told.target):
        return None
    return told


def own(session: Session, actor: Actor) -> list[Report]:
    """Return the actor's reports, oldest first."""
    return reports.of_person(session, actor.person_id)
