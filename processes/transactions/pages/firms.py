"""The register of contractors and suppliers: entering, grading, debarring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.values import local_date
from processes.transactions.commands import firms as commands
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions
from processes.transactions.pages.registration_papers import files_of
from processes.transactions.queries.firms import firm_list
from processes.transactions.queries.registrations import papers_of_firms
from webapp.sdk import (
    current_actor,
    digits,
    gettext,
    not_found,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)

_OF_FIRM: Mapping[str, Callable[..., None]] = {
    "grades": commands.grade_firm,
    "debarments": commands.debar_firm,
    "lifted": lambda uow, firm_id, _, **who: commands.lift_debarment(uow, firm_id, **who),
}


@bp.get("/firms")
def firms() -> ResponseReturnValue:
    """Show the register."""
    return _page()


def _page(
    problems: Sequence[Problem] = (), firm: UUID | None = None, entered: str = ""
) -> ResponseReturnValue:
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    search = request.args.get("q", "")
    with reader() as session:
        rows = firm_list(session, search, local_date(now()))
        registered = papers_of_firms(session, actor, [each.firm.id for each in rows])
        html = render(
            "transactions/firms.html",
            rows=rows,
            papers={
                firm_id: [file for each in found for file in files_of(each)]
                for firm_id, found in registered.items()
            },
            search=search,
            may_keep=bool(actor.roles & set(commands.KEEPERS)),
            may_debar=bool(actor.roles & set(commands.DEBARRERS)),
            grade_choices=[(each, digits(each)) for each in commands.GRADES],
            typed=request.form,
            wrong=by_field(problems),
            wrong_firm=firm,
            entered=entered,
        )
    return html, 422 if problems else 200


@bp.post("/firms")
def enter_firm() -> ResponseReturnValue:
    """Keep a firm, or say beside each field what is wrong with it."""
    try:
        commands.enter_firm(unit_of_work(), request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(refused.problems)
    flash(gettext("Kept."), "done")
    return see_other("transactions.firms")


@bp.post("/firms/<uuid:firm_id>/<what>")
def change_firm(firm_id: UUID, what: str) -> ResponseReturnValue:
    """Grade a firm, debar it, or lift that."""
    command = _OF_FIRM.get(what)
    if command is None:
        return not_found()
    try:
        command(unit_of_work(), firm_id, request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(refused.problems, firm_id, what)
    flash(gettext("Kept."), "done")
    return see_other("transactions.firms")
