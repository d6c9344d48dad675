"""What gauges show: how much work waits, how late it is, who works. A few indexed counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, func, select, text, union_all
from sqlalchemy.orm import Session

from engine.model.incident import Incident
from engine.model.job import CLAIMABLE, FETCHABLE, LEASED, JobState, job_table
from engine.model.worker import WorkerRow

SILENT = timedelta(minutes=1)  #: after which a worker is not counted as alive


@dataclass(frozen=True, slots=True)
class Readings:
    """One look at the work."""

    jobs: Mapping[tuple[str, str], int]  #: unfinished ones by kind and state
    lateness: float  #: seconds the oldest due job of ours waits
    incidents: Mapping[str, int]  #: open ones by code
    workers: int  #: that gave a sign of life lately


def readings(session: Session, at: datetime) -> Readings:
    """Count what waits."""
    job = job_table.c
    counted: Iterable[Any] = session.execute(
        union_all(
            _counted(text(CLAIMABLE)),
            _counted(text(LEASED)),
            _counted(text(FETCHABLE), job.state == JobState.READY.value),
        )
    )
    oldest = session.scalar(select(func.min(job.run_at)).where(text(CLAIMABLE)))
    incidents = session.execute(
        select(Incident.code, func.count())
        .where(Incident.resolved_at.is_(None))
        .group_by(Incident.code)
    )
    alive = select(func.count()).where(WorkerRow.beat_at > at - SILENT, ~WorkerRow.stopping)
    return Readings(
        jobs={(kind, state): count for kind, state, count in counted},
        lateness=max(0.0, (at - oldest).total_seconds()) if oldest is not None else 0.0,
        incidents={code: count for code, count in incidents},  # noqa: C416 - rows are no pairs
        workers=session.scalar(alive) or 0,
    )


def _counted(*unfinished: ColumnElement[bool] | TextClause) -> Select[tuple[str, str, int]]:
    """Count the jobs that one partial index holds: those that are done are never looked at."""
    job = job_table.c
    return (
        select(job.kind, job.state, func.count()).where(*unfinished).group_by(job.kind, job.state)
    )
