"""Keeping what is typed in a step, valid or not: field by field from a script, or by a button."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import drafts
from engine.errors import Problem, RulesBroken
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.values import InvalidValue
from forms import check_field
from forms.line_table import quantity_from
from forms.paths import ROWS, joined
from webapp.inbox.step_form import StepForm, step_of
from webapp.inbox.task_pages import bp
from webapp.problems import text_of
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

_LINE: Final = re.compile(r"[^/]{1,64}/[^/]{1,64}/(quantity|reason|note)")


@bp.post("/draft")
def save_draft(task_id: UUID) -> ResponseReturnValue:
    """Keep what was typed, valid or not: single fields from a script, all from a button."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        step = step_of(session, task, with_lines=False)
    changes = _changes_sent(step) if request.is_json else _changes_posted(step, task)
    drafts.save(unit_of_work(), task_id, changes, actor=current_actor(), at=now())
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


def draft_texts() -> dict[str, str]:
    """Return what the page says while it keeps what is typed."""
    return {
        "waiting": "",
        "saving": _("Saving…"),
        "saved": _("Saved at {time}"),
        "offline": _("No connection: what you typed is kept here and will be sent again."),
        "refused": _("What you type is no longer saved as a draft."),
    }


def _changes_sent(step: StepForm) -> dict[str, str | None]:
    """Return the fields a script sent that the form asks for; others are none of its business."""
    sent = request.get_json().get("changes")
    if not isinstance(sent, dict):
        raise RulesBroken([Problem("GEN-PATTERN", "changes")])
    return {
        path: typed
        for path, typed in sent.items()
        if _is_asked(step, path) and (typed is None or isinstance(typed, str))
    }


def _changes_posted(step: StepForm, task: TaskPage) -> dict[str, str | None]:
    """Return the posted fields that differ from what is kept."""
    changes: dict[str, str | None] = {}
    for path, texts in request.form.to_dict(flat=False).items():
        typed = joined(texts)
        if _is_asked(step, path) and typed != task.drafts.get(path, ""):
            changes[path] = typed
    return changes


def _is_asked(step: StepForm, path: str) -> bool:
    field, lines = step.form.field(path), step.form.lines
    if field is not None:
        return not field.readonly and field.type != "lineTable"
    before, _, part = path.rpartition("/")
    if part == ROWS and step.form.list_at(before) is not None:
        return True
    return lines is not None and path.startswith(f"{lines.key}/") and bool(_LINE.fullmatch(path))


def _wrong(step: StepForm, path: str, typed: str) -> Problem | None:
    field = step.form.field(path)
    if field is not None:
        return check_field(field, typed)
    if path.endswith("/quantity"):
        try:
            quantity_from(typed)
        except InvalidValue as error:
            return Problem(error.code, path, dict(error.params))
    return None
