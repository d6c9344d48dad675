"""What has ended and need not be kept any more, as ``/engine-rest`` reports it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from engine.model.batch import Batch
from engine.model.instance import ENDED
from engine.model.instance import instance_table as instance
from engine.model.person import Actor
from engine.model.retention import Tombstone
from engine.queries import rest
from engine.queries.keeping import must_read
from engine.queries.rest import Wanted
from engine.storage import due
from engine.storage.bundles import Deployed
from engine.storage.retention import PORTION

_DAYS: Final = 365  #: of a Jalali year, at least


@dataclass(frozen=True, slots=True)
class Cleanable:
    """Ended cases of one version that are still whole."""

    definition: Deployed
    days: int | None  #: for which they are kept at least; ``None``: for ever
    finished: int
    cleanable: int  #: whose time is over, and that nobody holds


def cases(session: Session, actor: Actor, wanted: Wanted, at: datetime) -> list[Cleanable]:
    """Return what of each version has ended and what of it is due, in the order asked for.

    Raises:
        Forbidden: the actor neither keeps records, nor audits, nor runs the site.
    """
    must_read(actor)
    rules, finished, cleanable = due.rules(session), _finished(session), _due(session, at)
    found = []
    for row in rest.definitions(session, Wanted({})):
        each = row.definition
        if not _is_asked(each, wanted) or (wanted.filters.get("compact") and not finished[each.id]):
            continue
        rule = rules.get(each.process_id)
        days = None if rule is None else rule.years * _DAYS
        found.append(Cleanable(each, days, finished[each.id], cleanable[each.id]))
    for _, descends in reversed(wanted.sorting):
        found.sort(key=lambda each: each.finished, reverse=descends)
    return found


def batches(session: Session, actor: Actor) -> list[tuple[str, int]]:
    """Return the kinds of batches with how many have ended; none is ever deleted.

    Raises:
        Forbidden: the actor neither keeps records, nor audits, nor runs the site.
    """
    must_read(actor)
    ended = select(Batch.kind, func.count()).where(Batch.ended_at.is_not(None))
    rows = session.execute(ended.group_by(Batch.kind).order_by(Batch.kind))
    return [(kind, count) for kind, count in rows]


def _is_asked(definition: Deployed, wanted: Wanted) -> bool:
    asked = wanted.filters
    return (
        definition.id in asked.get("processDefinitionIdIn", (definition.id,))
        and definition.process_id in asked.get("processDefinitionKeyIn", (definition.process_id,))
        and "tenantIdIn" not in asked  # a process is of no unit
    )


def _finished(session: Session) -> Counter[UUID]:
    stone = exists().where(Tombstone.instance_id == instance.c.id)
    whole = (text(ENDED), instance.c.called_by.is_(None), ~stone)
    return _by_definition(session, *whole)


def _due(session: Session, at: datetime) -> Counter[UUID]:
    found: Counter[UUID] = Counter()
    for process_id, rule in due.rules(session).items():
        ids = list(due.due(session, process_id, rule, at))
        for first in range(0, len(ids), PORTION):
            found += _by_definition(session, instance.c.id.in_(ids[first : first + PORTION]))
    return found


def _by_definition(session: Session, *conditions: Any) -> Counter[UUID]:
    counted = select(instance.c.definition_id, func.count()).where(*conditions)
    return Counter(
        {each[0]: each[1] for each in session.execute(counted.group_by(instance.c.definition_id))}
    )
