"""The months of a year: which are closed, closing and reopening one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.sdk import names_of_people
from engine.values import MONTHS, local_date
from processes.accounting.commands import KEEPERS, close_month, close_year, reopen_month
from processes.accounting.pages.blueprint import asked, bp, sits
from processes.accounting.queries import trial_balance
from processes.accounting.queries.entries import MonthRow, months
from processes.accounting.texts import AreaTexts
from webapp.sdk import (
    current_actor,
    error_text,
    gettext,
    locale,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/months")
def closing() -> ResponseReturnValue:
    """Show the months of a year and who closed and reopened them."""
    return _page({})


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
    except refused_on_page() as refused:
        words = AreaTexts(locale())
        told = {
            each.field if each.field == "reason" else "all": error_text(each, words)
            for each in refused.problems
        }
        return _page(told, month)
    flash(gettext("Kept."), "done")
    return see_other("accounting.closing", unit=unit, year=year)


def _page(wrong: Mapping[str, str], about: int = 0) -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        wanted = asked(session, actor)
        shown = months(session, wanted.unit, wanted.year, local_date(now()))
        years = trial_balance(session, wanted.unit, wanted.year).years
        people = names_of_people(session, _who(shown))
    html = render(
        "accounting/months.html",
        asked=wanted,
        months=shown,
        month_names=MONTHS,
        years=years,
        may_keep=sits(actor, wanted.unit, KEEPERS),
        people=people,
        wrong=wrong,
        about=about,
        page_language=locale(),
        tab="months",
    )
    return html, 422 if wrong else 200


def _who(shown: Iterable[MonthRow]) -> Iterator[str | None]:
    for each in shown:
        yield each.closed_by
        yield from (old.reopened_by for old in each.reopened)
