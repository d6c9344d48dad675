"""Contracts as the staff sees them: the list, and one with its bill, changes and guarantees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from processes.transactions.commands import contracts as commands
from processes.transactions.commands.contracts import has_statements, may_end
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions
from processes.transactions.pages.guarantees import KINDS
from processes.transactions.pages.guarantees import STATES as GUARANTEE_STATES
from processes.transactions.queries.contracts import contract_list, contract_page
from processes.transactions.records import ContractState, PublicContract
from webapp.sdk import (
    current_actor,
    gettext,
    lazy_gettext,
    not_found,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)

_l = lazy_gettext

STATES: Final[Mapping[str, Any]] = {
    "DRAFT": _l("Waits for signatures"),
    "SIGNED": _l("Signed, in force"),
    "SUSPENDED": _l("Suspended by the board"),
    "ENDED": _l("Ended"),
    "NOT_SIGNED": _l("Not signed"),
}
GROUNDS: Final[Mapping[str, Any]] = {
    "AWARD": _l("Award of a tender"),
    "WAIVER": _l("Waiver"),
    "CALL_OFF": _l("Call-off of a framework"),
    "AUCTION": _l("Auction"),
}
OUTCOMES: Final[Mapping[str, Any]] = {
    "REJECTED": _l("Rejected"),
    "CORRECTED": _l("Corrected"),
    "STEP_REPEATED": _l("Step repeated"),
    "CANCELLED": _l("Tender cancelled"),
    "DROPPED": _l("Dropped with its case"),
}
#: page of another area, which a site may not have
_STATEMENTS: Final = "contractor_statement.contracts"


@bp.get("/contracts")
def contracts() -> ResponseReturnValue:
    """List the contracts of the actor's units."""
    actor, given = current_actor(), request.args
    if not reads_transactions(actor):
        return not_found()
    state = next((each for each in ContractState if each.value == given.get("state")), None)
    page = max(1, min(given.get("page", 1, type=int), 10_000))
    with reader() as session:
        return render(
            "transactions/contracts.html",
            page=contract_list(session, actor, given.get("q", ""), state, page),
            states=STATES,
            grounds=GROUNDS,
        )


@bp.get("/contracts/<path:number>")
def contract(number: str) -> ResponseReturnValue:
    """Show one contract with its bill, supplements, guarantees, complaints and payments."""
    return _one(number)


@bp.post("/contracts/<path:number>/end")
def end_contract(number: str) -> ResponseReturnValue:
    """End a contract with a reason; what is wrong is said beside it, and nothing typed is lost."""
    try:
        commands.end_contract(unit_of_work(), number, request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _one(number, refused.problems)
    flash(gettext("The contract has ended; what was left of its credit is free."), "done")
    return see_other("transactions.contract", number=number)


def _one(number: str, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    actor = current_actor()
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        page = contract_page(session, actor, number)
        html = render(
            "transactions/contract.html",
            page=page,
            found=page.contract,
            states=STATES,
            grounds=GROUNDS,
            outcomes=OUTCOMES,
            kinds=KINDS,
            guarantee_states=GUARANTEE_STATES,
            statements=_statements(page.contract),
            may_end=may_end(page.contract, actor),
            typed=request.form,
            wrong=by_field(problems),
        )
    return html, 422 if problems else 200


def _statements(found: PublicContract) -> str | None:
    """Return where the statements of a signed contract are, if this site has that area."""
    is_paid_by = found.signed_at is not None and has_statements(found)
    if not is_paid_by or _STATEMENTS not in current_app.view_functions:
        return None
    return url_for(_STATEMENTS, q=found.number)
