"""Contracts: the list, one contract with everything around it, bringing one in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem
from engine.sdk import Actor
from engine.values import local_date
from processes.contractor_statement import commands, demo
from processes.contractor_statement.pages.blueprint import bp
from processes.contractor_statement.pages.curve import curve_of
from processes.contractor_statement.queries.contracts import (
    ContractPage,
    contract_list,
    contract_page,
)
from processes.contractor_statement.registry import registry
from processes.contractor_statement.texts import AreaTexts
from webapp.sdk import (
    current_actor,
    error_text,
    gettext,
    is_demo,
    locale,
    not_found,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)

TABS: Final = ("summary", "lines", "statements", "ledger", "life", "terms", "security")
#: Bills up to this length are shown whole; longer ones chapter by chapter.
WHOLE_BILL: Final = 400
#: The most problems a page lists; a file with more has another trouble.
SHOWN_PROBLEMS: Final = 300


@bp.get("/")
def contracts() -> ResponseReturnValue:
    """List the contracts the actor may see."""
    page = request.args.get("page", 1, type=int)
    with reader() as session:
        shown = contract_list(
            session, current_actor(), request.args.get("q", ""), max(1, min(page, 10_000))
        )
    return render(
        "contractor_statement/contracts.html",
        page=shown,
        may_import=may_import(current_actor()),
    )


def may_import(actor: Actor) -> bool:
    """Tell whether the actor may bring contracts into some unit."""
    return bool(actor.roles & set(commands.IMPORTERS))


@bp.get("/contracts/<uuid:contract_id>")
def contract(contract_id: UUID) -> ResponseReturnValue:
    """Show one contract."""
    asked = request.args.get("tab", "summary")
    return show_contract(contract_id, asked if asked in TABS else "summary")


def show_contract(
    contract_id: UUID,
    tab: str,
    *,
    problems: tuple[Problem, ...] = (),
    entered: str = "",
) -> ResponseReturnValue:
    """Render a contract; with problems beside what was entered in one of its small forms."""
    with reader() as session:
        page = contract_page(session, current_actor(), contract_id, now())
        if page is None:
            return not_found()
        html = render(
            "contractor_statement/contract.html",
            page=page,
            contract=page.contract,
            tab=tab,
            tabs=TABS,
            chapter=_chapter(page),
            curve=curve_of(page),
            entered=entered,
            typed=request.form,
            wrong={each.field: said(each) for each in problems if each.field},
            wrong_whole=[said(each) for each in problems if not each.field],
            samples=demo.SAMPLES if is_demo() and _is_of_samples(page) else (),
            may_start=f"CONTRACTOR@party:{page.contract.contractor_id}" in current_actor().desks,
            may_finance=_holds(commands.FINANCE, page),
            may_credit=_holds(commands.CREDIT, page),
            may_accept=_holds(commands.ACCEPTANCE, page),
            may_amend=_holds(commands.AMENDERS, page),
            may_decide=_holds(commands.HEADS, page),
            reader_name=current_actor().username,
            usual_months=int(registry.value("contract.defects.months", local_date(now()))),
            today=local_date(now()),
        )
    return html, 422 if problems else 200


def _chapter(page: ContractPage) -> str:
    """Return which chapter's lines are shown: one, ``all``, or none but their totals."""
    asked = request.args.get("chapter", "")
    if asked == "all" or any(each.code == asked for each in page.chapters):
        return asked
    return "all" if sum(each.count for each in page.chapters) <= WHOLE_BILL else ""


def _is_of_samples(page: ContractPage) -> bool:
    """Tell whether the sample files are those of this contract."""
    return page.contract.contract_no == demo.CONTRACT_NO


def _holds(roles: tuple[str, ...], page: ContractPage) -> bool:
    return any(current_actor().sits_at(f"{role}@{page.contract.unit}") for role in roles)


def said(problem: Problem) -> str:
    """Say a problem in the area's own words."""
    return error_text(problem, AreaTexts(locale()))


@bp.get("/import")
def import_page() -> ResponseReturnValue:
    """Offer to bring a contract in."""
    if not may_import(current_actor()):
        return not_found()
    return _import_page(())


@bp.post("/import")
def import_contract() -> ResponseReturnValue:
    """Bring a contract in from its spreadsheet, or list everything that is wrong with it."""
    if not may_import(current_actor()):
        return not_found()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _import_page((Problem("GEN-REQUIRED", "file"),))
    try:
        contract_id = commands.import_contract(
            unit_of_work(),
            sent.read(),
            actor=current_actor(),
            at=now(),
            advance_paid="advance_paid" in request.form,
            setup=demo.demo_contract_setup if is_demo() else None,
        )
    except refused_on_page() as refused:
        return _import_page(refused.problems)
    flash(gettext("The contract is here with all its lines."), "done")
    return see_other("contractor_statement.contract", contract_id=contract_id)


def _import_page(problems: tuple[Problem, ...]) -> ResponseReturnValue:
    listed = [(each, said(each)) for each in problems[:SHOWN_PROBLEMS]]
    html = render(
        "contractor_statement/import.html",
        problems=listed,
        left_out=len(problems) - len(listed),
        advance_paid=request.method == "GET" or "advance_paid" in request.form,
        samples=demo.SAMPLES[:1] if is_demo() else (),
    )
    return html, 422 if problems else 200


@bp.get("/samples/<name>")
def sample(name: str) -> ResponseReturnValue:
    """Send one of the sample spreadsheets of the demonstration."""
    content = demo.sample(name) if is_demo() else None
    if content is None:
        return not_found()
    return Response(
        content,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
