"""Kept searches of notices: one's own page, and the link that ends one without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound, RulesBroken
from processes.transactions.commands import alerts as commands
from processes.transactions.pages import notices
from processes.transactions.pages.blueprint import by_field
from processes.transactions.queries.alerts import own_alerts
from processes.transactions.queries.notices import units
from webapp.sdk import (
    current_actor,
    gettext,
    has_mail_of,
    not_found,
    now,
    one_click,
    outside_blueprint,
    reader,
    render,
    see_other,
    unit_of_work,
    unit_title,
)

bp = outside_blueprint("alerts", "processes.transactions")
bp.context_processor(notices.names)


@bp.get("")
def own() -> ResponseReturnValue:
    """Show the searches one keeps, and a new one as it was looked for."""
    return _page(request.args)


@bp.post("")
def keep() -> ResponseReturnValue:
    """Keep a search, or say beside each field what is wrong with it."""
    try:
        commands.keep(unit_of_work(), request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(request.form, by_field(refused.problems)), 422
    flash(gettext("Kept. You are told of each new notice that fits, once."), "done")
    return see_other("alerts.own")


@bp.post("/<uuid:alert_id>/end")
def end(alert_id: UUID) -> ResponseReturnValue:
    """End one of the own searches."""
    try:
        commands.end(unit_of_work(), alert_id, actor=current_actor(), at=now())
    except NotFound:
        return not_found()
    flash(gettext("You are told no more of this search."), "done")
    return see_other("alerts.own")


@notices.bp.get("/unsubscribe/<token>")
def unsubscribing(token: str) -> ResponseReturnValue:
    """Ask once: a program that opens links of letters ends nothing."""
    return render("alerts/unsubscribe.html", token=token, is_done=False)


@notices.bp.post("/unsubscribe/<token>")
@one_click
def unsubscribe(token: str) -> ResponseReturnValue:
    """End the search of a letter, from its page or by the mail program itself (RFC 8058)."""
    try:
        commands.unsubscribe(unit_of_work(), token, at=now())
    except NotFound:
        return not_found()
    return render("alerts/unsubscribe.html", token=token, is_done=True)


def _page(typed: Mapping[str, str], wrong: Mapping[str, str] | None = None) -> str:
    actor = current_actor()
    with reader() as session:
        return render(
            "alerts/own.html",
            kept=own_alerts(session, actor.username),
            unit_choices=[(each, unit_title(each)) for each in units(session)],
            typed=typed,
            wrong=wrong or {},
            has_mail=has_mail_of(session, actor),
        )
