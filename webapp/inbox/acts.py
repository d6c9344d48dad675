"""What may be done with a task beside answering it: it is taken and put back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import tasks
from engine.errors import DutiesNotSeparate
from engine.queries import tasks as queries
from engine.storage.database import UnitOfWork
from webapp.inbox.refused import not_for_one_person
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, reader, unit_of_work


@bp.post("/claim")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take the step from its desk."""
    try:
        tasks.claim(_to_change(task_id), task_id, actor=current_actor(), at=now())
    except DutiesNotSeparate as refused:
        return not_for_one_person(task_id, refused)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/unclaim")
def unclaim(task_id: UUID) -> ResponseReturnValue:
    """Put the step back on its desk."""
    tasks.unclaim(_to_change(task_id), task_id, actor=current_actor(), at=now())
    flash(_("Put back. Others at this desk can take it now."), "done")
    return redirect(url_for("inbox.index"), 303)


def _to_change(task_id: UUID) -> UnitOfWork:
    """Begin to change a task; who may not see its case is answered as if there were none."""
    with reader() as session:
        return unit_of_work(queries.to_change(session, task_id, current_actor()).read)
