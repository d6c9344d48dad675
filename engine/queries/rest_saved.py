"""What a saved filter finds: the reader's own list of work, as the page has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from engine.model.person import Actor
from engine.queries import rest
from engine.queries.asked import DUE, Asked
from engine.queries.conditions import sorted_by
from engine.queries.mine import mine
from engine.queries.rest import TaskRow, Wanted
from engine.queries.snoozed import is_snoozed
from engine.queries.work_pages import all_asked


def tasks(
    session: Session, actor: Actor, asked: Asked, wanted: Wanted, at: datetime
) -> tuple[TaskRow, ...]:
    """Return the tasks of a filter that are wanted, in the filter's order unless another is."""
    by = sorted_by(asked.sort or DUE)
    order = (by.desc() if asked.is_descending else by.asc()).nulls_last()
    return rest.tasks(session, actor, wanted, *_of_list(session, actor, asked, at), by=(order,))


def count(session: Session, actor: Actor, asked: Asked, wanted: Wanted, at: datetime) -> int:
    """Return how many tasks of a filter are wanted."""
    return rest.count_tasks(session, actor, wanted, *_of_list(session, actor, asked, at))


def _of_list(
    session: Session, actor: Actor, asked: Asked, at: datetime
) -> Iterator[ColumnElement[Any]]:
    yield mine(actor)
    yield ~is_snoozed(actor, at)
    yield from all_asked(session, asked)
