"""Receivers of what happens in cases: which are told of what, by ``process.toml``.

Telling is work of no case: a receiver that does not listen stops nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.catalogue.bundle import Bundle
from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.event import Event
from engine.model.instance import Instance
from engine.model.job import Job, JobKind, JobState
from engine.storage import jobs as rows
from engine.storage.database import UnitOfWork
from engine.watch import carried


def jobs_of_receivers(
    bundle: Bundle, instance: Instance, events: Sequence[Event], at: datetime
) -> list[Job]:
    """Return one job for each receiver that wants to hear of some of these events."""
    jobs = []
    for name, kinds in bundle.process(instance.process_id).webhooks.items():
        wanted = [each.seq for each in events if each.kind.value in kinds]
        if wanted:
            key = f"{instance.id}/webhook/{name}/{wanted[0]}"
            facts = {**carried(), "instance": str(instance.id), "events": wanted}
            jobs.append(
                Job(new_id(), None, JobKind.WEBHOOK, key, "", "", name, at, at, facts=facts)
            )
    return jobs


@retried
def has_heard(uow: UnitOfWork, job: Job) -> None:
    """Close the job of a receiver that said it has heard.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        rows.close(uow.session, job, JobState.DONE)
        uow.commit()
