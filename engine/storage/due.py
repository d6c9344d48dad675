"""Which cases have been kept long enough: by the rule of the newest version of their process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.catalogue.handlers import REGISTRY
from engine.catalogue.retention import END, Retention
from engine.storage import retention as rows
from engine.storage.bundles import all_latest
from engine.storage.database import Session
from engine.values import local_date


def rules(session: Session) -> dict[str, Retention]:
    """Return how long cases are kept by process, of those whose newest version says so."""
    found = ((each, each.bundle.process(each.process_id).retention) for each in all_latest(session))
    return {each.process_id: rule for each, rule in found if rule is not None}


def due(session: Session, process_id: str, rule: Retention, at: datetime) -> Iterator[UUID]:
    """Yield the cases of a process whose time is over and that nobody holds."""
    on = local_date(at)
    # a Jalali year has 365 days or one more: what ended later than this cannot be due
    before = at - timedelta(days=365 * rule.years)
    for each in rows.ended_cases(session, process_id, before, with_values=rule.since != END):
        moment = moment_of(session, rule, each.variables)
        if rule.is_over(local_date(each.finished_at), moment, on):
            yield each.id


def moment_of(session: Session, rule: Retention, values: Any) -> date | None:
    """Return the day from which a case is kept, where its rule names one and it is known."""
    if rule.since == END:
        return None
    source = REGISTRY.moments.get(rule.since)
    if source is not None:
        return source(session, values)
    told = values.get(rule.since)
    try:
        return date.fromisoformat(told[:10]) if isinstance(told, str) else None
    except ValueError:
        return None
