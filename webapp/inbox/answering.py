"""Answering a step: what was filled in is checked, taken, and the case goes on."""

from __future__ import annotations

from uuid import UUID

from flask import jsonify, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import tasks
from engine.errors import (
    ConfirmationMissing,
    DutiesNotSeparate,
    EngineError,
    RuleBroken,
    TaskAlreadyClaimed,
    TaskAlreadyClosed,
)
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from forms import FormErrors, read_submission
from webapp.errors import problems_of, wants_json
from webapp.frame.toasts import tell_done
from webapp.inbox import confirming, next_task
from webapp.inbox.answered_documents import must_be_there
from webapp.inbox.moving import moved
from webapp.inbox.offered import may_be_recalled
from webapp.inbox.posted import Posted, is_move, posted_on
from webapp.inbox.refused import not_for_one_person, not_taken, too_late
from webapp.inbox.sent_before import was_sent_before
from webapp.inbox.step_form import StepForm, step_to_answer
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of


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
        by = confirming.proof_of(asked, raw)
        uow = unit_of_work(asked.read)
        done = tasks.complete(
            uow, task_id, values, actor=current_actor(), at=now(), confirmed_by=by
        )
    except ConfirmationMissing as missing:
        proving = confirming.ask_for_proof(asked, raw)
        return proving or not_taken(task_id, raw, confirming.why_unproved(missing))
    except (FormErrors, RuleBroken) as refused:
        return not_taken(task_id, raw, problems_of(refused))
    except DutiesNotSeparate as separate:
        return not_for_one_person(task_id, separate)
    except (TaskAlreadyClosed, TaskAlreadyClaimed) as late:
        return _late(asked, step, raw, late)
    if wants_json():
        return jsonify(opened=[str(each) for each in done.opened])
    tell_done(_said(asked, str(values.get(confirming.OUTCOME) or "")), undo=_undo(asked))
    web_session["went_on"] = str(done.instance_id)
    return redirect(next_task.after(asked.task), 303)


def _said(asked: OpenStep, outcome: str) -> str:
    """Name the step that was answered, and what was chosen there."""
    step = _step_name(asked)
    chosen = words_of(asked.definition).task_outcome(asked.task.form_id, outcome)
    if not chosen:
        return _("Done: %(step)s", step=step)
    return _("Answered “%(step)s”: %(outcome)s", step=step, outcome=chosen)


def _late(asked: OpenStep, step: StepForm, raw: Posted, late: EngineError) -> ResponseReturnValue:
    """Say who was faster; of an answer that comes twice, that it has been sent."""
    if not was_sent_before(asked, step, raw):
        return too_late(asked.task.id, raw, late)
    if wants_json():
        return jsonify(opened=[])
    tell_done(_("Sent already: %(step)s", step=_step_name(asked)), undo=_undo(asked))
    return redirect(next_task.after(asked.task), 303)


def _lost(asked: OpenStep) -> EngineError | None:
    """Return why the step is no longer the actor's: it is done, or at a desk of his but another's.

    Desks that are his for somebody else count as well.
    """
    actor, task = current_actor(), asked.task
    if task.is_closed:
        return TaskAlreadyClosed(task.id, task.state.value, task.closed_by)
    if task.holder is None or task.holder == actor.username:
        return None
    instance = asked.read.instance
    amount = asked.definition.bundle.process(instance.process_id).amount_of(instance.variables)
    is_near = actor.may_work_at(task.desk, instance.process_id, amount)
    return TaskAlreadyClaimed(task.id, task.holder) if is_near else None


def _undo(asked: OpenStep) -> str | None:
    """Return where the answer is taken back, unless it is known to stay given."""
    process_id, element_id = asked.read.instance.process_id, asked.task.element_id
    if not may_be_recalled(asked.definition, process_id, element_id):
        return None
    return str(url_for("tasks.recall", task_id=asked.task.id))


def _step_name(asked: OpenStep) -> str:
    return words_of(asked.definition).element(asked.task.element_id, asked.task.name)
