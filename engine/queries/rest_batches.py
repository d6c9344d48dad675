"""Batches as ``/engine-rest`` lists them: those under way, and those that are over.

Who asks has been found to be an administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from engine.model.batch import Batch, BatchNotFound, BatchState, ItemState, batch_item_table
from engine.queries.rest import Wanted, conditions, paged
from engine.queries.rest_filters import Filter

_ROW: Final = Batch.__table__.c
_UNDER_WAY: Final = _ROW.state.in_([BatchState.RUNNING.value, BatchState.PAUSED.value])

#: Camunda's names of what batches do; others are told by ours
TYPES: Final[Mapping[str, str]] = {
    "cancel": "instance-deletion",
    "migrate": "instance-migration",
    "modify": "instance-modification",
    "restart": "instance-restart",
    "retry": "set-job-retries",
    "set_variables": "set-variables",
    "suspend": "instance-update-suspension-state",
    "resume": "instance-update-suspension-state",
    "correlate": "correlate-message",
}

_COMMON: Final[Mapping[str, Filter]] = {
    "batchId": Filter("id", lambda value: _ROW.id == value),
    "type": Filter("text", lambda value: _of_type(value)),  # noqa: PLW0108 - defined below
    "tenantIdIn": Filter("texts", lambda _: false()),
    "withoutTenantId": Filter("flag", lambda _: true()),
}
FILTERS: Final[Mapping[str, Filter]] = {
    **_COMMON,
    "suspended": Filter("flag", lambda _: _ROW.state == BatchState.PAUSED.value),
    "createdBy": Filter("text", lambda value: _ROW.by == value),
    "startedBefore": Filter("moment", lambda value: _ROW.asked_at < value),
    "startedAfter": Filter("moment", lambda value: _ROW.asked_at > value),
    "withFailures": Filter("flag", lambda _: _has_failed()),
    "withoutFailures": Filter("flag", lambda _: ~_has_failed()),
}
OVER_FILTERS: Final[Mapping[str, Filter]] = {
    **_COMMON,
    "completed": Filter("flag", lambda _: ~_UNDER_WAY),
}
ORDER: Final[Mapping[str, Any]] = {
    "batchId": _ROW.id,
    "startTime": _ROW.asked_at,
    "tenantId": _ROW.id,  # no batch is a unit's
}
OVER_ORDER: Final[Mapping[str, Any]] = {**ORDER, "endTime": _ROW.ended_at}


def under_way(session: Session, wanted: Wanted) -> list[Batch]:
    """Return the batches asked for that workers go on with, or will."""
    found = select(Batch).where(_UNDER_WAY, *conditions(wanted, FILTERS))
    return list(session.scalars(paged(found, wanted, ORDER, _ROW.id)))


def count_under_way(session: Session, wanted: Wanted) -> int:
    """Return how many there are."""
    return _count(session, _UNDER_WAY, *conditions(wanted, FILTERS))


def all_batches(session: Session, wanted: Wanted) -> list[Batch]:
    """Return the batches asked for, those that are over too."""
    found = select(Batch).where(*conditions(wanted, OVER_FILTERS))
    return list(session.scalars(paged(found, wanted, OVER_ORDER, _ROW.id)))


def count_all(session: Session, wanted: Wanted) -> int:
    """Return how many there are."""
    return _count(session, *conditions(wanted, OVER_FILTERS))


def one(session: Session, batch_id: UUID) -> Batch:
    """Return a batch.

    Raises:
        BatchNotFound: there is none.
    """
    found = session.get(Batch, batch_id)
    if found is None:
        raise BatchNotFound(str(batch_id))
    return found


def counts(session: Session, batch_ids: list[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """Return how many things of each batch wait, are done, and failed."""
    item = batch_item_table.c
    rows: Select[Any] = (
        select(item.batch_id, item.state, func.count())
        .where(item.batch_id.in_(batch_ids))
        .group_by(item.batch_id, item.state)
    )
    found: dict[UUID, dict[str, int]] = {}
    for batch_id, state, count in session.execute(rows):
        found.setdefault(batch_id, {})[state] = count
    return found


def _count(session: Session, *asked: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Batch).where(*asked)) or 0


def _of_type(name: str) -> ColumnElement[bool]:
    kinds = [kind for kind, told in TYPES.items() if told == name]
    return or_(_ROW.kind.in_(kinds), _ROW.kind == name)


def _has_failed() -> ColumnElement[bool]:
    item = batch_item_table.c
    failed = select(item.batch_id).where(item.state == ItemState.FAILED.value)
    return _ROW.id.in_(failed)
