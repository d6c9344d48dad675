"""The months of a year: which are closed, closing and reopening one."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import RulesBroken
from engine.sdk import Actor, desk_of
from engine.values import MONTHS, local_date
from processes.accounting.commands import KEEPERS, close_month, close_year, reopen_month
from processes.accounting.pages.blueprint import asked, bp
from processes.accounting.queries import trial_balance
from processes.accounting.queries.entries import months
from processes.accounting.texts import AreaTexts
from webapp.sdk import (
    current_actor,
    error_text,
    gettext,
    locale,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/months")
def closing() -> ResponseReturnValue:
    """Show the months of a year and who closed and reopened them."""
    return _page("")


@bp.post("/months")
def close_or_reopen() -> ResponseReturnValue:
    """Close a month or the year, or reopen a month with a reason."""
    typed = request.form
    unit, year = typed.get("unit", ""), typed.get("year", 0, type=int)
    month, actor = typed.get("month", 0, type=int), current_actor()
    try:
        if typed.get("act") == "reopen":
            reason = typed.get("reason", "")
            reopen_month(unit_of_work(), unit, year, month, reason, actor=actor, at=now())
        elif typed.get("act") == "year":
            close_year(unit_of_work(), unit, year, actor=actor, at=now())
        else:
            close_month(unit_of_work(), unit, year, month, actor=actor, at=now())
    except RulesBroken as refused:
        words = AreaTexts(locale())
        return _page(" ".join(error_text(each, words) for each in refused.problems))
    flash(gettext("Kept."), "done")
    return see_other("accounting.closing", unit=unit, year=year)


def _page(wrong: str) -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        wanted = asked(session, actor)
        shown = months(session, wanted.unit, wanted.year, local_date(now()))
        years = trial_balance(session, wanted.unit, wanted.year).years
    html = render(
        "accounting/months.html",
        asked=wanted,
        months=shown,
        month_names=MONTHS,
        years=years,
        may_keep=_keeps(actor, wanted.unit),
        wrong=wrong,
        page_language=locale(),
        tab="months",
    )
    return html, 422 if wrong else 200


def _keeps(actor: Actor, unit: str) -> bool:
    return any(actor.sits_at(desk_of(role, unit)) for role in KEEPERS)
