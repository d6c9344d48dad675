"""`divan incidents` and `divan retry`: what went wrong, and trying it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from engine.commands import jobs, mending
from engine.errors import CaseFinished, NotFound
from engine.queries.incidents import OpenIncident, incident_groups, open_incidents
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
                yield f"\t{each.job_id or each.instance_id}\t{at}\t{each.title or '-'}"
            if group.count > SHOWN:
                yield f"\t… and {group.count - SHOWN} more"


def tried_again(site: Site, which: str, at: datetime) -> int:
    """Try a job or a stranded case again, all of one cause, or ``all``; return how many.

    What was settled in the meantime is passed over.

    Raises:
        NotFound: no open incident is named so.
    """
    wanted = list(_named(site, which))
    if not wanted:
        raise NotFound(f"no open incident is {which}")
    return sum(_try(site, each, at) for each in wanted)


def _named(site: Site, which: str) -> Iterator[OpenIncident]:
    with site.database.reader() as session:
        for each in open_incidents(session):
            if which in ("all", each.fingerprint, str(each.job_id), str(each.instance_id)):
                yield each


def _try(site: Site, incident: OpenIncident, at: datetime) -> bool:
    uow = site.database.unit_of_work()
    try:
        if incident.job_id is not None:
            jobs.retry(uow, incident.job_id, by="console", at=at)
        elif incident.instance_id is not None:
            mending.mend(uow, incident.instance_id, by="console", at=at)
        else:  # a content of documents: looked at again every hour
            return False
    except (NotFound, CaseFinished):
        return False
    return True
