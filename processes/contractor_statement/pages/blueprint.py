"""The area's blueprint, its entry on the rail, and the names pages share."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.sdk import Actor
from processes.contractor_statement.commands import INDICES
from processes.contractor_statement.queries.scope import READERS
from processes.contractor_statement.texts import AreaTexts
from webapp.sdk import area_blueprint, gettext, lazy_gettext, locale, nav_entry

_l = lazy_gettext

bp = area_blueprint("contractor_statement", "processes.contractor_statement", AreaTexts)


def _reads_contracts(actor: Actor) -> bool:
    return bool(actor.roles & READERS) or "CONTRACTOR" in actor.roles


def reads_indices(actor: Actor) -> bool:
    """Tell whether the actor may look at the published price indices: who reads contracts."""
    return _reads_contracts(actor)


def _keeps_indices(actor: Actor) -> bool:
    return bool(actor.roles & set(INDICES))


nav_entry("contractor_statement.contracts", _l("Contracts"), is_for=_reads_contracts)
nav_entry("contractor_statement.indices", _l("Price indices"), is_for=_keeps_indices)

STATES: Final[Mapping[str, Any]] = {
    "DRAFT": _l("Draft"),
    "SUBMITTED": _l("Submitted"),
    "SUPERVISOR_REVIEW": _l("With the supervisor"),
    "CONSULTANT_REVIEW": _l("With the consultant"),
    "OWNER_REVIEW": _l("With the employer"),
    "FINANCE_REVIEW": _l("With finance"),
    "APPROVED": _l("Approved"),
    "PAYMENT_ORDERED": _l("Payment ordered"),
    "PAID": _l("Paid"),
    "RETURNED": _l("Returned"),
    "REJECTED": _l("Rejected"),
    "WITHDRAWN": _l("Withdrawn"),
    "SUPERSEDED": _l("Superseded"),
    "ON_ACCOUNT_PAID": _l("Paid on account"),
}
CONTRACT_STATES: Final[Mapping[str, Any]] = {
    "SIGNED": _l("Signed"),
    "MOBILISING": _l("Mobilising"),
    "RUNNING": _l("Running"),
    "SUSPENDED": _l("Suspended"),
    "PROVISIONALLY_ACCEPTED": _l("Provisionally accepted"),
    "FINALLY_ACCEPTED": _l("Finally accepted"),
    "SETTLED": _l("Settled"),
    "TERMINATED": _l("Terminated"),
}
MINUTES: Final[Mapping[str, Any]] = {
    "SUSPENSION": _l("Suspension"),
    "RESUMPTION": _l("Work resumed"),
    "PROVISIONAL_ACCEPTANCE": _l("Provisional acceptance"),
    "DEFECTS_CLEARED": _l("Defects cleared"),
    "FINAL_ACCEPTANCE": _l("Final acceptance"),
    "TERMINATION": _l("Termination"),
}
KINDS: Final[Mapping[str, Any]] = {
    "INTERIM": _l("Interim statement"),
    "ADVANCE": _l("Advance payment"),
    "ADJUSTMENT": _l("Price adjustment"),
    "FINAL": _l("Final statement"),
    "RETENTION_RELEASE": _l("Retention release"),
}
LINE_KINDS: Final[Mapping[str, Any]] = {
    "LIST": _l("List"),
    "STAR": _l("Starred"),
    "NEW": _l("New price"),
    "LUMP": _l("Lump sum"),
}
DEDUCTIONS: Final[Mapping[str, Any]] = {
    "RETENTION": _l("Retention"),
    "ADVANCE": _l("Advance recovery"),
    "SSI": _l("Social-security hold"),
    "TAX": _l("Withholding tax"),
    "PENALTY": _l("Penalties"),
    "OTHER_DEBT": _l("Other debts"),
    "CARRIED": _l("Debt carried over"),
    "ON_ACCOUNT": _l("Paid on account before"),
    "VAT": _l("Value added tax"),
    "RELEASE": _l("Retention released"),
}
LAWS: Final[Mapping[str, Any]] = {
    "4311": _l("General Conditions of Contract"),
    "SSA": _l("Social Security Act"),
    "DTA": _l("Direct Taxes Act"),
    "VAT": _l("Value Added Tax Act"),
}
FIGURES: Final[Mapping[str, Any]] = {
    "lines_total": _l("Sum of the lines"),
    "works": _l("Works with coefficients"),
    "mobilisation": _l("Mobilisation"),
    "site_materials": _l("Materials on site"),
    "gross": _l("Gross to date"),
}
PARTIES: Final[Mapping[str, Any]] = {
    "claimed": _l("Contractor"),
    "supervisor": _l("Supervisor"),
    "consultant": _l("Consultant"),
    "owner": _l("Employer"),
}
REASONS: Final[Mapping[str, Any]] = {
    "MEASURE": _l("Measured wrongly"),
    "NO_EVIDENCE": _l("No minute"),
    "DUP": _l("Counted twice"),
    "OUT_OF_SCOPE": _l("Outside the contract"),
    "QUALITY": _l("Quality not confirmed"),
    "WRONG_LINE": _l("Wrong line"),
    "NOT_DONE": _l("Not done"),
    "ARITH": _l("Arithmetic"),
    "OTHER": _l("Other"),
}
GUARANTEES: Final[Mapping[str, Any]] = {
    "PERFORMANCE": _l("Performance"),
    "ADVANCE": _l("Advance payment"),
    "RETENTION": _l("Retention"),
    "BID": _l("Bid"),
}
GUARANTEE_STATES: Final[Mapping[str, Any]] = {
    "RECEIVED": _l("Received"),
    "VERIFIED": _l("Verified"),
    "ACTIVE": _l("Active"),
    "EXTENDED": _l("Extended"),
    "REDUCED": _l("Reduced"),
    "RELEASED": _l("Released"),
    "CALLED": _l("Called"),
    "EXPIRED": _l("Expired"),
}
CREDITS: Final[Mapping[str, Any]] = {"CURRENT": _l("Current"), "CAPITAL": _l("Capital")}
METHODS: Final[Mapping[str, Any]] = {
    "PRORATA": _l("in proportion to the work"),
    "FIDIC": _l("a quarter of each certificate after a tenth"),
    "WINDOW": _l("between two shares of the work"),
}
RELEASES: Final[Mapping[str, Any]] = {
    "FINAL_STATEMENT_APPROVED": _l("final statement approved"),
    "PROVISIONAL_ACCEPTANCE": _l("provisional acceptance"),
    "FINAL_ACCEPTANCE": _l("final acceptance"),
    "DEFECTS_PERIOD_ENDED": _l("defects period over"),
}
INSURANCE: Final[Mapping[str, Any]] = {
    "A": _l("A: the contractor brings the materials"),
    "B": _l("B: development credit and price list"),
    "C": _l("C: labour only"),
    "CONSULTANCY": _l("consultancy on development credit"),
}
TERM_NAMES: Final[Mapping[str, Any]] = {
    "retention_rate": _l("Retention"),
    "retention_limit": _l("Retention at most, of the contract amount"),
    "reduced_retention_rate": _l("Reduced retention"),
    "reduced_retention_from": _l("Reduced from this share of the contract amount"),
    "first_release": _l("First half of the retention is freed at"),
    "second_release": _l("Second half is freed at"),
    "insurance_mode": _l("Social-security mode"),
    "insurance_rate": _l("Held for social security"),
    "advance_rate": _l("Advance payment"),
    "advance_method": _l("Recovery of the advance"),
    "recovery_start": _l("Recovery begins at this share of the contract amount"),
    "recovery_end": _l("Recovery ends at this share of the contract amount"),
    "recovery_rate": _l("Share of each certificate that is recovered"),
    "variation_limit": _l("Variation without supplement"),
    "adjustable": _l("Price adjustment"),
    "base_quarter": _l("Base quarter"),
    "adjustment_factor": _l("Factor of the adjustment"),
    "has_consultant": _l("A consultant checks statements"),
}
YES_NO: Final[Mapping[str, Any]] = {"yes": _l("yes"), "no": _l("no")}
#: Term -> the names of its codes.
TERM_CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "first_release": RELEASES,
    "second_release": RELEASES,
    "insurance_mode": INSURANCE,
    "advance_method": METHODS,
    "adjustable": YES_NO,
    "has_consultant": YES_NO,
}
AMENDMENTS: Final[Mapping[str, Any]] = {
    "PROPOSED": _l("Proposed"),
    "IN_FORCE": _l("Is in force"),
    "REFUSED": _l("Refused"),
}
NAMES: Final = {
    "states": STATES,
    "contract_states": CONTRACT_STATES,
    "minute_names": MINUTES,
    "kinds": KINDS,
    "line_kinds": LINE_KINDS,
    "deduction_names": DEDUCTIONS,
    "figure_names": FIGURES,
    "parties": PARTIES,
    "reasons": REASONS,
    "guarantee_names": GUARANTEES,
    "guarantee_states": GUARANTEE_STATES,
    "credit_names": CREDITS,
    "methods": METHODS,
    "term_names": TERM_NAMES,
    "term_codes": TERM_CODES,
    "amendment_states": AMENDMENTS,
}


def legal_source(reference: str | None) -> str:
    """Say what a reference such as ``4311/35`` names: a law, and its article where it has one."""
    law, _, article = (reference or "").partition("/")
    named = str(LAWS.get(law, law))
    return gettext("%(law)s, art. %(article)s", law=named, article=article) if article else named


@bp.context_processor
def _names() -> dict[str, Any]:
    """Give every template of the area the names of codes."""
    return {**NAMES, "page_language": locale(), "names_in": names_in, "legal_source": legal_source}


def names_in(names: Mapping[str, Any], codes: Iterable[enum.Enum]) -> dict[str, Any]:
    """Return the names of some codes only, in the order of the codes."""
    return {each.value: names[each.value] for each in codes}
