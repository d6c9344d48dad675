"""Keeping what is typed in a step, valid or not: field by field from a script, or by a button."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import drafts, kept
from engine.errors import EngineError, NotTaskHolder, Problem, RulesBroken, TaskAlreadyClosed
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.values import InvalidValue
from forms import check_field
from forms.kinds import KINDS
from forms.line_table import quantity_from
from forms.paths import joined
from webapp.errors import status_of
from webapp.inbox.asked import is_asked
from webapp.inbox.keeping import keep_note
from webapp.inbox.refused import too_late
from webapp.inbox.step_form import StepForm, step_of
from webapp.inbox.task_pages import bp
from webapp.problems import text_of
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.security import csrf_token
from webapp.wording import words_of


@bp.post("/draft")
def save_draft(task_id: UUID) -> ResponseReturnValue:
    """Keep what was typed, valid or not: single fields from a script, all from a button."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        step = step_of(session, task, with_lines=False)
    changes = _changes_sent(step) if request.is_json else _changes_posted(step, task)
    try:
        drafts.save(unit_of_work(), task_id, changes, actor=current_actor(), at=now())
    except (TaskAlreadyClosed, NotTaskHolder) as late:
        return _too_late(task_id, {path: typed or "" for path, typed in changes.items()}, late)
    if not request.is_json:
        flash(_("Saved as typed. Nothing was sent."), "done")
        return redirect(url_for("tasks.show", task_id=task_id), 303)
    wrong = {path: _wrong(step, path, typed) for path, typed in changes.items() if typed}
    words = words_of(task.definition)
    said = {path: text_of(problem, words) for path, problem in wrong.items() if problem}
    return jsonify(saved_at=now().isoformat(), problems=said)


def keep_posted(task_id: UUID) -> None:
    """Keep the fields of a step that came with another act on it, if its holder sent any."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        changes = _changes_posted(step_of(session, task, with_lines=False), task)
    if changes and task.holder == current_actor().username:
        drafts.save(unit_of_work(), task_id, changes, actor=current_actor(), at=now())


@bp.get("/draft")
def draft_door(task_id: UUID) -> ResponseReturnValue:
    """Tell a page that was open while its sign-in ended whose it is now, with a new token."""
    with reader() as session:
        queries.must_be_visible(session, task_id, current_actor())
    return jsonify(token=csrf_token(), person=current_actor().username)


@bp.post("/kept/forget")
def throw_away(task_id: UUID) -> ResponseReturnValue:
    """Throw one's own note of a step away."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=False)
    kept.throw_away(unit_of_work(), task_id, actor=current_actor())
    return redirect(url_for("cases.show", instance_id=task.instance_id, tab="file"), 303)


def _too_late(task_id: UUID, typed: Mapping[str, str], late: EngineError) -> ResponseReturnValue:
    """Keep as a note what can be no draft any more, and say who was faster."""
    keep_note(task_id, typed)
    if not request.is_json and isinstance(late, NotTaskHolder):
        raise late
    if not request.is_json:
        return too_late(task_id, {path: [text] for path, text in typed.items()}, late)
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=False)
    page = render_template("inbox/_lost.html", task=task, words=words_of(task.definition))
    notice = Markup(page).striptags()  # noqa: S704 - our own template, escaped
    return jsonify(code=late.code, kept=True, notice=notice), status_of(late)


def draft_texts() -> dict[str, str]:
    """Return what the page says while it keeps what is typed."""
    return {
        "waiting": "",
        "saving": _("Saving…"),
        "saved": _("Saved at {time}"),
        "offline": _("No connection: what you typed is kept here and will be sent again."),
        "refused": _("What you type is no longer saved as a draft."),
        "signed_out": _("You are signed out. What you type is kept in this browser."),
        "sign_in": _("Sign in in another tab, then go on here."),
        "restored": _("What was typed without a connection is there again."),
    }


def _changes_sent(step: StepForm) -> dict[str, str | None]:
    """Return the fields a script sent that the form asks for; others are none of its business."""
    sent = request.get_json().get("changes")
    if not isinstance(sent, dict):
        raise RulesBroken([Problem("GEN-PATTERN", "changes")])
    return {
        path: typed
        for path, typed in sent.items()
        if is_asked(step, path) and (typed is None or isinstance(typed, str))
    }


def _changes_posted(step: StepForm, task: TaskPage) -> dict[str, str | None]:
    """Return the posted fields that differ from what is kept."""
    changes: dict[str, str | None] = {}
    for path, texts in request.form.to_dict(flat=False).items():
        typed = joined(texts)
        if is_asked(step, path) and typed != task.drafts.get(path, ""):
            changes[path] = typed
    return changes


def _wrong(step: StepForm, path: str, typed: str) -> Problem | None:
    field = step.form.field(path)
    if field is not None:
        before, __, part = path.rpartition("/")
        is_beside = part in KINDS[field.type].beside and step.form.field(before) is field
        return None if is_beside else check_field(field, typed)
    if path.endswith("/quantity"):
        try:
            quantity_from(typed)
        except InvalidValue as error:
            return Problem(error.code, path, dict(error.params))
    return None
