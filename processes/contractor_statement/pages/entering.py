"""The small forms on a contract: what secures it, what happens to it, what it is paid from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from processes.contractor_statement import commands
from processes.contractor_statement.pages.blueprint import bp
from processes.contractor_statement.pages.contracts import show_contract
from processes.contractor_statement.records import CreditKind, GuaranteeKind
from processes.contractor_statement.rules.acceptance import MinuteKind
from processes.contractor_statement.rules.amending import TERMS
from webapp.sdk import (
    current_actor,
    gettext,
    not_found,
    now,
    refused_on_page,
    see_other,
    unit_of_work,
)


@bp.post("/contracts/<uuid:contract_id>/<what>")
def enter(contract_id: UUID, what: str) -> ResponseReturnValue:
    """Keep what was entered in one of the forms; show it again with what is wrong."""
    command = _FORMS.get(what)
    if command is None:
        return not_found()
    tab = _TABS.get(what, "security")
    try:
        command(contract_id, request.form)
    except refused_on_page() as refused:
        return show_contract(contract_id, tab, problems=refused.problems, entered=what)
    flash(gettext("Kept."), "done")
    return see_other("contractor_statement.contract", contract_id=contract_id, tab=tab)


def _guarantee(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewGuarantee(
        kind=_choice(GuaranteeKind, typed, "kind"),
        number=typed.get("number", ""),
        issuer=typed.get("issuer", ""),
        amount=typed.get("amount", ""),
        valid_until=typed.get("valid_until", ""),
    )
    commands.add_guarantee(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _account(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewAccount(
        iban=typed.get("iban", ""),
        owner_id=typed.get("owner_id", ""),
        owner_name=typed.get("owner_name", ""),
    )
    commands.add_payee_account(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _credit_line(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewCreditLine(
        code=typed.get("code", ""),
        title=typed.get("title", ""),
        kind=_choice(CreditKind, typed, "credit_kind"),
        approved=typed.get("approved", ""),
        allocated=typed.get("allocated", ""),
    )
    commands.add_credit_line(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _registration(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.add_vat_registration(
        unit_of_work(),
        contract_id,
        valid_from=typed.get("valid_from", ""),
        valid_until=typed.get("registered_until", ""),
        actor=current_actor(),
        at=now(),
    )


def _clearance(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.add_clearance(
        unit_of_work(),
        contract_id,
        number=typed.get("clearance_no", ""),
        issued_on=typed.get("issued_on", ""),
        actor=current_actor(),
        at=now(),
    )


def _debt(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.add_debt(
        unit_of_work(),
        contract_id,
        amount=typed.get("debt_amount", ""),
        reference=typed.get("debt_reference", ""),
        actor=current_actor(),
        at=now(),
    )


def _minute(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewMinute(
        kind=_choice(MinuteKind, typed, "minute_kind"),
        minute_no=typed.get("minute_no", ""),
        held_on=typed.get("held_on", ""),
        defects=typed.get("defects", ""),
        defects_months=typed.get("defects_months", ""),
        note=typed.get("minute_note", ""),
    )
    commands.add_minute(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _withdrawal(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.withdraw_minute(
        unit_of_work(),
        contract_id,
        typed.get("minute_id", ""),
        because=typed.get("withdrawn_because", ""),
        actor=current_actor(),
        at=now(),
    )


def _supplement(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewSupplement(
        supplement_no=typed.get("supplement_no", ""),
        signed_on=typed.get("supplement_on", ""),
        amount_change=typed.get("amount_change", ""),
        days_added=typed.get("days_added", ""),
    )
    commands.add_supplement(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _price(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewPrice(
        minute_no=typed.get("price_minute_no", ""),
        approved_on=typed.get("approved_on", ""),
        code=typed.get("line_code", ""),
        title=typed.get("line_title", ""),
        unit=typed.get("line_unit", ""),
        unit_price=typed.get("line_price", ""),
        quantity=typed.get("line_quantity", ""),
    )
    commands.add_new_price(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _terms(contract_id: UUID, typed: Mapping[str, str]) -> None:
    new = commands.NewTerms(
        typed={each.name: typed[each.name] for each in TERMS if each.name in typed},
        paper=typed.get("terms_paper", ""),
        because=typed.get("terms_because", ""),
    )
    commands.propose_terms(unit_of_work(), contract_id, new, actor=current_actor(), at=now())


def _decision(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.decide_terms(
        unit_of_work(),
        contract_id,
        typed.get("amendment_id", ""),
        commands.Decision(typed.get("decision") == "accept", typed.get("decision_note", "")),
        actor=current_actor(),
        at=now(),
    )


def _notice(contract_id: UUID, typed: Mapping[str, str]) -> None:
    commands.keep_notice_address(
        unit_of_work(),
        contract_id,
        typed.get("notice_address", ""),
        actor=current_actor(),
        at=now(),
    )


def _choice(kind: Any, typed: Mapping[str, str], name: str) -> Any:
    try:
        return kind(typed.get(name, ""))
    except ValueError as unknown:
        raise RulesBroken([Problem("GEN-CHOICE", name)]) from unknown


_Forms = Mapping[str, Callable[[UUID, Mapping[str, str]], None]]
#: Forms of the tab on acceptance and changes.
_LIFE: Final[_Forms] = {
    "minutes": _minute,
    "withdrawals": _withdrawal,
    "supplements": _supplement,
    "prices": _price,
}
#: Forms of the tab on terms.
_TERMS: Final[_Forms] = {"terms": _terms, "decisions": _decision}
_TABS: Final = {**dict.fromkeys(_LIFE, "life"), **dict.fromkeys(_TERMS, "terms")}
_FORMS: Final[_Forms] = {
    "guarantees": _guarantee,
    "accounts": _account,
    "credit-lines": _credit_line,
    "debts": _debt,
    "registrations": _registration,
    "clearances": _clearance,
    "notices": _notice,
    **_LIFE,
    **_TERMS,
}
