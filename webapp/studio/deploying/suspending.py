"""Processes of which no case is started for now: said with a reason, and ended again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import suspensions
from engine.errors import Problem, RulesBroken
from engine.queries import studio
from engine.queries.people import names
from engine.storage.bundles import latest
from engine.storage.suspensions import suspension_of
from webapp.accounts.browsers import METHOD
from webapp.accounts.stepping_up import fresh, typed_again
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader, unit_of_work

bp = Blueprint("suspensions", __name__, url_prefix="/studio/processes/<process_id>/suspension")


@bp.get("")
def show(process_id: str) -> ResponseReturnValue:
    """Show whether cases of a process are started, and let it be changed."""
    typed = typed_again(request.path) or {}
    return _page(process_id, "".join(typed.get("reason", ())))


@bp.post("")
@fresh
def suspend(process_id: str) -> ResponseReturnValue:
    """Let no case of the process be started."""
    reason, uow = request.form.get("reason", ""), unit_of_work()
    proof = session.get(METHOD)
    try:
        suspensions.suspend(uow, process_id, reason, actor=current_actor(), at=now(), proof=proof)
    except RulesBroken as refused:
        return _page(process_id, reason, refused.problems), 422
    flash(_("No case of it is started from now on. Those that run go on."), "done")
    return redirect(url_for("suspensions.show", process_id=process_id), 303)


@bp.post("/end")
@fresh
def activate(process_id: str) -> ResponseReturnValue:
    """Let cases of the process be started again."""
    uow, proof = unit_of_work(), session.get(METHOD)
    suspensions.activate(uow, process_id, actor=current_actor(), at=now(), proof=proof)
    flash(_("Cases of it are started again."), "done")
    return redirect(url_for("suspensions.show", process_id=process_id), 303)


def _page(process_id: str, reason: str, problems: Sequence[Problem] = ()) -> str:
    actor = current_actor()
    with reader() as database:
        definition = latest(database, process_id)
        studio.must_read(actor)
        found = suspension_of(database, process_id)
        known = names(database, [found.by]) if found else {}
    return render_template(
        "studio/deploying/suspension.html",
        definition=definition,
        suspension=found,
        by=known.get(found.by) if found else None,
        reason=reason,
        problems=texts_of(problems),
        may_change=suspensions.says_what_starts(actor),
        nav="studio",
    )
