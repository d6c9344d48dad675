"""Answering a step: what was filled in is checked, taken, and the case goes on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import tasks
from engine.errors import (
    ConfirmationMissing,
    DutiesNotSeparate,
    EngineError,
    NotTaskHolder,
    RuleBroken,
    TaskAlreadyClaimed,
    TaskAlreadyClosed,
)
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from forms import FormErrors, read_submission
from webapp.errors import problems_of, wants_json
from webapp.frame.toasts import tell_done
from webapp.inbox import confirming, next_task, sign_pages, signed
from webapp.inbox.answered_documents import must_be_there
from webapp.inbox.going_on import step_name, undo_of, went_on
from webapp.inbox.moving import moved
from webapp.inbox.posted import Posted, is_move, posted_on
from webapp.inbox.refused import not_for_one_person, not_taken, too_late
from webapp.inbox.sent_before import was_sent_before
from webapp.inbox.step_form import StepForm, step_to_answer
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, reader, unit_of_work


@bp.post("")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Answer the step; whatever is refused is shown again as it was typed."""
    raw = request.form.to_dict(flat=False)
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor(), drafts=True)
        step = step_to_answer(session, asked)
    step = posted_on(step, raw)
    if (lost := _lost(asked)) is not None:
        return _late(asked, step, raw, lost)
    return moved(task_id, step, raw) if is_move(raw) else _answered(asked, step, raw)


def _answered(asked: OpenStep, step: StepForm, raw: Posted) -> ResponseReturnValue:
    task_id = asked.task.id
    try:
        values = read_submission(
            step.form,
            step.raw or raw,
            outcome=request.form.get("outcome"),
            draft=asked.drafts,
            table=step.table,
            variables=step.variables,
            now=now(),
        )
        must_be_there(step.form, values, asked.read.instance.id, raw)
        if signed.is_signed_otherwise(asked, raw):
            return sign_pages.keep(asked, values)
        signature = signed.signed_now(asked, values)
        by = None if signature else confirming.proof_of(asked, raw)
        uow = unit_of_work(asked.read)
        done = tasks.complete(
            uow,
            task_id,
            values,
            actor=current_actor(),
            at=now(),
            confirmed_by=by,
            signed=signature,
        )
    except _REFUSED as refused:
        return _refused(asked, step, raw, refused)
    if wants_json():
        return jsonify(opened=[str(each) for each in done.opened])
    return went_on(asked, values, done.instance_id)


#: what is said on the page of the step
_REFUSED: Final = (
    ConfirmationMissing,
    FormErrors,
    RuleBroken,
    DutiesNotSeparate,
    TaskAlreadyClosed,
    TaskAlreadyClaimed,
)


def _refused(
    asked: OpenStep, step: StepForm, raw: Posted, refused: FormErrors | EngineError
) -> ResponseReturnValue:
    """Show an answer again that was not taken, and why."""
    task_id = asked.task.id
    match refused:
        case ConfirmationMissing():
            proving = confirming.ask_for_proof(asked, raw)
            return proving or not_taken(task_id, raw, confirming.why_unproved(refused))
        case DutiesNotSeparate():
            return not_for_one_person(task_id, refused)
        case TaskAlreadyClosed() | TaskAlreadyClaimed():
            return _late(asked, step, raw, refused)
        case _:
            return not_taken(task_id, raw, problems_of(refused))


def _late(asked: OpenStep, step: StepForm, raw: Posted, late: EngineError) -> ResponseReturnValue:
    """Say who was faster; of an answer that comes twice, that it has been sent."""
    if not was_sent_before(asked, step, raw):
        return too_late(asked.task.id, raw, late)
    if wants_json():
        return jsonify(opened=[])
    tell_done(_("Sent already: %(step)s", step=step_name(asked)), undo=undo_of(asked))
    return redirect(next_task.after(asked.task), 303)


def _lost(asked: OpenStep) -> EngineError | None:
    """Return why the step is no longer the actor's: it is done, another's, or was put back.

    The last two at a desk of his; desks that are his for somebody else count as well.
    """
    actor, task = current_actor(), asked.task
    if task.is_closed:
        return TaskAlreadyClosed(task.id, task.state.value, task.closed_by)
    if task.holder == actor.username:
        return None
    instance = asked.read.instance
    amount = asked.definition.bundle.process(instance.process_id).amount_of(instance.variables)
    is_near = actor.may_work_at(task.desk, instance.process_id, amount)
    if not is_near:
        return None
    if task.holder is None:
        return NotTaskHolder(task.id, actor.username)
    return TaskAlreadyClaimed(task.id, task.holder)
