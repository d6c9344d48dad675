"""`divan incidents` and `divan retry`: what went wrong, and trying it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands import jobs
from engine.errors import NotFound
from engine.queries.incidents import incident_groups, open_incidents
from webapp.wiring import Site

SHOWN: Final = 20  #: incidents of one cause


def listed(site: Site) -> Iterator[str]:
    """Yield the open incidents in lines: each cause, and below it the cases it stopped."""
    with site.database.reader() as session:
        for group in incident_groups(session):
            place = group.element_id or "-"
            yield f"{group.fingerprint}\t{group.count}×\t{group.code}\t{place}\t{group.cause}"
            for each in open_incidents(session, group.fingerprint, SHOWN):
                at = each.opened_at.isoformat(timespec="seconds")
                yield f"\t{each.job_id or '-'}\t{at}\t{each.title or '-'}"
            if group.count > SHOWN:
                yield f"\t… and {group.count - SHOWN} more"


def tried_again(site: Site, which: str, at: datetime) -> int:
    """Try a job again, all of one cause, or ``all``; return how many jobs.

    Raises:
        NotFound: no open incident is named so, or none of them has a job.
    """
    wanted = list(_jobs(site, which))
    if not wanted:
        raise NotFound(f"no open incident with a job is {which}")
    for each in wanted:
        jobs.retry(site.database.unit_of_work(), each, by="console", at=at)
    return len(wanted)


def _jobs(site: Site, which: str) -> Iterator[UUID]:
    with site.database.reader() as session:
        for each in open_incidents(session):
            if each.job_id and which in ("all", str(each.job_id)):
                yield each.job_id
        if which != "all":
            for each in open_incidents(session, which):
                if each.job_id:
                    yield each.job_id
