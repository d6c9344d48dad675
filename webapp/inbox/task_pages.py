"""The task page: take a step, fill it in, answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import tasks
from engine.commands.models import model_of
from engine.errors import (
    ConfirmationMissing,
    DutiesNotSeparate,
    EngineError,
    Problem,
    RuleBroken,
    RulesBroken,
    TaskAlreadyClaimed,
    TaskAlreadyClosed,
)
from engine.model.instance import HumanTask
from engine.queries import cases, people
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep, Refusal, TaskPage
from engine.storage.database import Session, UnitOfWork
from forms import FormErrors, read_submission
from forms.errors import Raw
from webapp.accounts.pages import is_confirmed
from webapp.cases.map import map_of
from webapp.cases.trail import trail_of
from webapp.errors import problems_of, wants_json
from webapp.inbox.step_form import StepForm, step_form
from webapp.lines.model import LinePage
from webapp.lines.page import line_page
from webapp.problems import text_of, texts_by_field
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.sdk import AREAS
from webapp.wording import words_of

bp = Blueprint("tasks", __name__, url_prefix="/tasks/<uuid:task_id>")

TABS: Final = ("form", "file", "trail", "map")


@bp.get("")
def show(task_id: UUID) -> ResponseReturnValue:
    """Show one step: its form, or what lies around it."""
    asked = request.args.get("tab", "form")
    tab = asked if asked in TABS else "form"
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=tab == "form")
        if tab != "form":
            return _page(session, task, None, tab)
        refusal = None if task.is_closed else queries.refusal(session, task)
        return _page(session, task, step_of(session, task), refusal=refusal)


@bp.post("")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Answer the step; whatever is refused is shown again as it was typed."""
    raw = request.form.to_dict(flat=False)
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor(), drafts=True)
        step = step_to_answer(session, asked)
    if (lost := _lost(asked.task)) is not None:
        return _too_late(task_id, raw, lost)
    try:
        values = read_submission(
            step.form,
            raw,
            outcome=request.form.get("outcome"),
            draft=asked.drafts,
            table=step.table,
        )
        confirmed = _confirmed()
        uow = unit_of_work(asked.read)
        done = tasks.complete(
            uow, task_id, values, actor=current_actor(), at=now(), confirmed=confirmed
        )
    except (FormErrors, RuleBroken, ConfirmationMissing) as refused:
        return _refused(task_id, raw, problems_of(refused))
    except DutiesNotSeparate as separate:
        return _not_for_one_person(task_id, separate)
    except (TaskAlreadyClosed, TaskAlreadyClaimed) as late:
        return _too_late(task_id, raw, late)
    if wants_json():
        return jsonify(opened=[str(each) for each in done.opened])
    web_session.pop("_flashes", None)  # only the last step done is news
    flash(
        _("Done: %(step)s", step=_step_name(asked)),
        "done",
    )
    web_session["went_on"] = str(done.instance_id)
    return redirect(url_for("inbox.index"), 303)


@bp.post("/claim")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take the step from its desk."""
    try:
        tasks.claim(_to_change(task_id), task_id, actor=current_actor(), at=now())
    except DutiesNotSeparate as refused:
        return _not_for_one_person(task_id, refused)
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


def _step_name(asked: OpenStep) -> str:
    return words_of(asked.definition).element(asked.task.element_id, asked.task.name)


def step_of(session: Session, task: TaskPage, *, with_lines: bool = True) -> StepForm:
    """Return the form of a task's step, with its lines unless they are not needed."""
    return step_form(
        session,
        task.definition,
        task.form_id,
        current_actor(),
        lines_of=(task.instance_id, task.element_id) if with_lines else None,
        variables=queries.seen_on(session, task, model_of(task.definition.bundle)),
        drafts=task.drafts,
    )


def step_to_answer(session: Session, asked: OpenStep) -> StepForm:
    """Return the form of a step that is about to be answered, with its lines."""
    return step_form(
        session,
        asked.definition,
        asked.task.form_id,
        current_actor(),
        lines_of=(asked.read.instance.id, asked.task.element_id),
        variables=queries.seen_by(asked, model_of(asked.definition.bundle)),
        drafts=asked.drafts,
    )


def _page(
    session: Session,
    task: TaskPage,
    step: StepForm | None,
    tab: str = "form",
    *,
    problems: tuple[Problem, ...] = (),
    notice: str = "",
    refusal: Refusal | None = None,
) -> str:
    words, actor = words_of(task.definition), current_actor()
    config = task.definition.bundle.process(task.process_id)
    progress = None
    if tab in ("trail", "map"):
        progress = cases.progress(session, task.instance_id, task.started_by)
    files = AREAS.files.get(task.process_id) if tab == "file" else None
    problems = refusal.problems if refusal else problems
    return render_template(
        "inbox/task.html",
        task=task,
        words=words,
        config=config,
        step=step,
        tab=tab,
        notice=notice,
        refused_by=refusal and words.element(refusal.element_id, refusal.name),
        problems=[(each.field, text_of(each, words)) for each in problems],
        is_holder=task.holder == actor.username and not task.is_closed,
        may_claim=task.holder is None and not task.is_closed and actor.sits_at(task.desk),
        confirm=config.step(task.element_id).confirm,
        line_model=step and _line_model(task, step, problems),
        files=files(session, task.instance_id, actor) if files else (),
        trail=progress and trail_of(progress, task.definition, task.unit),
        map=progress and map_of(progress, task.definition, task.unit),
        nav="inbox",
    )


def _line_model(task: TaskPage, step: StepForm, problems: tuple[Problem, ...]) -> LinePage | None:
    lines = step.form.lines
    if step.table is None or lines is None:
        return None
    words = words_of(task.definition)
    posted = {path: str(typed) for path, typed in request.form.items()} if step.raw else {}
    return line_page(
        step.table,
        raw={**task.drafts, **posted},
        problems=texts_by_field(problems, words),
        query=request.args,
        locale=locale(),
        key=lines.key,
        task_id=task.id,
        editable=task.holder == current_actor().username and not task.is_closed,
    )


def _refused(task_id: UUID, raw: Raw, problems: tuple[Problem, ...]) -> ResponseReturnValue:
    if wants_json():
        raise RulesBroken(problems)
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        step = replace(step_of(session, task), raw=raw)
        return _page(session, task, step, problems=problems), 422


def _not_for_one_person(task_id: UUID, refused: DutiesNotSeparate) -> ResponseReturnValue:
    """Say which rule keeps the actor from this step, and who did the other one."""
    if wants_json():
        raise refused
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        known = people.names(session, [refused.by]).get(refused.by)
        notice = _(
            "%(name)s did “%(step)s” in this case.",
            name=known[locale()] if known else refused.by,
            step=words_of(task.definition).element(refused.done_element_id),
        )
        step = step_of(session, task)
        return _page(session, task, step, problems=problems_of(refused), notice=notice), 403


def _too_late(task_id: UUID, raw: Raw, late: EngineError) -> ResponseReturnValue:
    """Say who was faster and when, and give back everything that was typed."""
    if wants_json():
        raise late
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        form = step_of(session, task, with_lines=False).form
    return (
        render_template(
            "inbox/too_late.html",
            task=task,
            words=words_of(task.definition),
            typed=_typed_rows(form, {**task.drafts, **raw}),
        ),
        409,
    )


def _lost(task: HumanTask) -> EngineError | None:
    """Return why the step is no longer the actor's: it is done, or at his desk but another's."""
    actor = current_actor()
    if task.is_closed:
        return TaskAlreadyClosed(task.id, task.state.value, task.closed_by)
    if task.holder is not None and task.holder != actor.username and actor.sits_at(task.desk):
        return TaskAlreadyClaimed(task.id, task.holder)
    return None


def _typed_rows(form: Any, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of everything a person typed, to be copied."""
    rows = []
    for path, typed in given.items():
        text = ", ".join(typed) if isinstance(typed, list) else typed
        if path in ("csrf_token", "password", "outcome") or not text.strip():
            continue
        field = form.field(path)
        rows.append((field.label if field else path, text))
    return rows


def _confirmed() -> bool:
    password = request.form.get("password", "")
    return bool(password) and is_confirmed(password)
