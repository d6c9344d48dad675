"""Jobs that somebody waits for: run here and now, or waited for where a worker has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands import jobs
from engine.jobs.run import run
from engine.storage import jobs as rows
from engine.storage.database import Database
from engine.storage.leases import Claimant

PATIENCE: Final = 10.0  #: seconds for a job that a worker has
_LOOK: Final = 0.1  #: seconds between two looks
_BY: Final = Claimant("somebody who waits")


def run_now(database: Database, job_ids: Iterable[UUID], clock: Callable[[], datetime]) -> None:
    """Run jobs that are due, and wait for those that a worker runs; what fails is tried later."""
    until = time.monotonic() + PATIENCE
    for each in job_ids:
        job = jobs.claim_this(database.unit_of_work(), each, clock(), _BY)
        if job is not None:
            run(database, job, clock)
        while _is_at_work(database, each) and time.monotonic() < until:
            time.sleep(_LOOK)


def _is_at_work(database: Database, job_id: UUID) -> bool:
    with database.reader() as session:
        return rows.is_leased(session, job_id)
