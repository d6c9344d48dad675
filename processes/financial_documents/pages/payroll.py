"""Payroll lists: taken from a file, with what is wrong beside its row and column."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import RulesBroken
from processes.financial_documents import commands
from processes.financial_documents.pages.blueprint import bp, reads_money, said
from processes.financial_documents.queries import payroll as queries
from processes.financial_documents.rules.payroll import HEADINGS
from webapp.sdk import (
    current_actor,
    gettext,
    not_found,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)

MOST_SHOWN: Final = 200  #: problems of one file on a page


@bp.get("/payroll")
def payrolls() -> ResponseReturnValue:
    """List the payroll lists of the actor's units, and offer to take one from a file."""
    return _page()


def _page(refused: RulesBroken | None = None) -> ResponseReturnValue:
    actor = current_actor()
    if not reads_money(actor):
        return not_found()
    problems = [] if refused is None else refused.problems
    with reader() as session:
        html = render(
            "financial_documents/payrolls.html",
            lists=queries.payroll_lists(session, actor),
            units=commands.units_of(actor, *commands.PAYROLL_KEEPERS),
            headings=HEADINGS.values(),
            wrong={each.field: said(each) for each in problems if "row" not in each.params},
            cells=[(each, said(each)) for each in problems if "row" in each.params][:MOST_SHOWN],
            count=len(problems),
            typed=request.form,
        )
    return html, 422 if refused else 200


@bp.post("/payroll")
def take_payroll() -> ResponseReturnValue:
    """Keep a list, or say what is wrong with its file, cell by cell."""
    file = request.files.get("file")
    content = b"" if file is None else file.read(commands.LARGEST_PAYROLL + 1)
    try:
        kept = commands.enter_payroll(
            unit_of_work(), request.form, content, actor=current_actor(), at=now()
        )
    except refused_on_page() as refused:
        return _page(refused)
    flash(gettext("Kept. A voucher pays it once its accounts are verified."), "done")
    return see_other("financial_documents.payroll", list_id=kept)


@bp.get("/payroll/<uuid:list_id>")
def payroll(list_id: UUID) -> ResponseReturnValue:
    """Show a list: who gets what, what is held back, and what the bank said of each."""
    with reader() as session:
        found = queries.payroll_page(session, current_actor(), list_id)
        if found is None:
            return not_found()
        return render("financial_documents/payroll.html", page=found)
