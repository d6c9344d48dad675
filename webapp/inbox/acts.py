"""What may be done with a task beside answering it: it is taken and put back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import assigning, recalling, snoozing, tasks
from engine.commands.recallable import NotRecallable
from engine.errors import DutiesNotSeparate, NotAtThisDesk
from engine.queries import tasks as queries
from engine.storage.database import UnitOfWork
from webapp.errors import wants_json
from webapp.inbox import draft_pages
from webapp.inbox.recalled import as_typed, why_not
from webapp.inbox.refused import not_at_desk, not_for_one_person
from webapp.inbox.step_form import step_form
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of


@bp.post("/claim")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take the step from its desk."""
    try:
        tasks.claim(_to_change(task_id), task_id, actor=current_actor(), at=now())
    except DutiesNotSeparate as refused:
        return not_for_one_person(task_id, refused)
    except NotAtThisDesk as refused:
        return not_at_desk(task_id, refused)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/unclaim")
def unclaim(task_id: UUID) -> ResponseReturnValue:
    """Put the step back on its desk."""
    tasks.unclaim(_to_change(task_id), task_id, actor=current_actor(), at=now())
    flash(_("Put back. Others at this desk can take it now."), "done")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/hand-back")
def hand_back(task_id: UUID) -> ResponseReturnValue:
    """Give a delegated step back to its owner with what was typed, or take it as the owner."""
    draft_pages.keep_posted(task_id)
    assigning.hand_back(_to_change(task_id), task_id, actor=current_actor(), at=now())
    flash(_("Handed back."), "done")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/wake")
def wake(task_id: UUID) -> ResponseReturnValue:
    """Put a step that was put off back into one's list."""
    snoozing.wake(unit_of_work(), task_id, actor=current_actor())
    flash(_("It is in your list again."), "done")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/recall")
def recall(task_id: UUID) -> ResponseReturnValue:
    """Take one's own answer back: also what undo does in the seconds after it."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=False)
        form = step_form(session, task.definition, task.form_id, current_actor()).form
    try:
        uow, typed = unit_of_work(), as_typed(form)
        recalling.recall(uow, task_id, actor=current_actor(), at=now(), typed=typed)
    except NotRecallable as refused:
        if wants_json():
            raise
        with reader() as session:
            flash(why_not(session, refused, words_of(task.definition)), "careful")
        return redirect(url_for("tasks.show", task_id=task_id), 303)
    flash(_("Taken back: it is yours again, as you had answered it."), "done")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _to_change(task_id: UUID) -> UnitOfWork:
    """Begin to change a task; who may not see its case is answered as if there were none."""
    with reader() as session:
        return unit_of_work(queries.to_change(session, task_id, current_actor()).read)
