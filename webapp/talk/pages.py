"""Addresses of a case's talk: saying something, putting it right, taking it back, whom to name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from engine.commands import talking
from engine.errors import RulesBroken
from engine.queries import cases
from engine.queries import talk as queries
from webapp.cases.pages import show as case_page
from webapp.cases.talk_tab import not_taken
from webapp.errors import wants_json
from webapp.inbox.task_pages import show as task_page
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("talk", __name__, url_prefix="/cases/<uuid:instance_id>/talk")

#: characters of a name that is looked for
LONGEST_QUESTION = 60


@bp.post("")
def say(instance_id: UUID) -> ResponseReturnValue:
    """Say something about the case, or about one of its lines."""
    text, task_id = request.form.get("text", ""), _task_asked()
    try:
        said = talking.say(
            unit_of_work(),
            instance_id,
            text,
            actor=current_actor(),
            at=now(),
            task_id=task_id,
            line=request.args.get("line"),
        )
    except RulesBroken as broken:
        return _not_taken(broken, text, instance_id)
    return redirect(_place(instance_id, said), 303)


@bp.post("/<uuid:comment_id>")
def change(instance_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Put a comment of one's own right."""
    text = request.form.get("text", "")
    try:
        talking.change(unit_of_work(), comment_id, text, actor=current_actor(), at=now())
    except RulesBroken as broken:
        return _not_taken(broken, text, instance_id, comment_id)
    return redirect(_place(instance_id, comment_id), 303)


@bp.post("/<uuid:comment_id>/withdraw")
def withdraw(instance_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Take a comment of one's own back."""
    talking.withdraw(unit_of_work(), comment_id, actor=current_actor(), at=now())
    flash(_("Withdrawn. That something stood here is still seen."), "done")
    return redirect(_place(instance_id, comment_id), 303)


@bp.get("/people")
def people(instance_id: UUID) -> ResponseReturnValue:
    """Tell a script of the page who of a name may see the case."""
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    with reader() as session:
        cases.definition(session, instance_id, current_actor())  # who may not see it learns nothing
        found = queries.offered(session, instance_id, text, now())
    return jsonify(people=[{"name": each.username, "says": each.names[locale()]} for each in found])


def _not_taken(
    broken: RulesBroken, text: str, instance_id: UUID, comment_id: UUID | None = None
) -> ResponseReturnValue:
    """Show the tab again with what was typed and the reasons beside the field."""
    if wants_json():
        raise broken
    not_taken(broken, text, comment_id)
    task_id = _task_asked()
    page = make_response(task_page(task_id) if task_id else case_page(instance_id))
    page.status_code = 422
    return page


def _place(instance_id: UUID, comment_id: UUID) -> str:
    """Return where a comment stands, on the page it was written on."""
    where: dict[str, Any] = {
        "tab": "talk",
        "line": request.args.get("line"),
        "_anchor": f"comment-{comment_id}",
    }
    task_id = _task_asked()
    if task_id:
        return url_for("tasks.show", task_id=task_id, **where)
    return url_for("cases.show", instance_id=instance_id, **where)


def _task_asked() -> UUID | None:
    asked = request.args.get("task")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise NotFound from None
