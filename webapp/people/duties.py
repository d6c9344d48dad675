"""Four-eyes rules on the pages: asking for an exception, deciding it, and the report of both."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import duty_exceptions
from engine.errors import ConfirmationMissing, RulesBroken
from engine.queries import duties as queries
from webapp.accounts.checking import confirmed
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("duties", __name__)


@bp.get("/exceptions")
def index() -> ResponseReturnValue:
    """Show exceptions asked for and decided, and near misses to those who watch over them."""
    return _page()


@bp.post("/tasks/<uuid:task_id>/exception")
def ask(task_id: UUID) -> ResponseReturnValue:
    """Ask for an exception at one task, with the reason."""
    reason = request.form.get("reason", "")
    try:
        duty_exceptions.ask(unit_of_work(), task_id, reason, actor=current_actor(), at=now())
    except RulesBroken as refused:
        flash(" ".join(text_of(each) for each in refused.problems), "careful")
    else:
        flash(_("Asked for. Somebody else has to grant it."), "done")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.post("/exceptions/<uuid:exception_id>")
def decide(exception_id: UUID) -> ResponseReturnValue:
    """Grant or refuse an exception, confirmed with the password."""
    password = request.form.get("password", "")
    is_granted = request.form.get("decision") == "grant"
    try:
        duty_exceptions.decide(
            unit_of_work(),
            exception_id,
            is_granted=is_granted,
            note=request.form.get("note", ""),
            actor=current_actor(),
            at=now(),
            confirmed_by=confirmed(password),
        )
    except ConfirmationMissing:
        return _page(exception_id), 403
    flash(_("Granted.") if is_granted else _("Refused."), "done")
    return redirect(url_for("duties.index"), 303)


def _page(wrong: UUID | None = None) -> str:
    actor = current_actor()
    with reader() as session:
        page = queries.report(session, actor)
    return render_template(
        "people/exceptions.html",
        page=page,
        watches=queries.watches(actor),
        called=lambda who: page.names[who][locale()] if who in page.names else who or "",
        step=lambda line, element: (
            words_of(line.definition).element(element) if line.definition else element
        ),
        wrong=wrong,
        problem=_("The password is wrong.") if wrong else "",
        nav="duties",
    )
