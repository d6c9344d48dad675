"""The area's blueprint, its entries on the rail, and the names pages share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.errors import Problem
from engine.sdk import Actor
from engine.values import bank_reason, in_language
from processes.payments.bank.messages import Status
from processes.payments.queries.scope import LOOKERS, READERS
from processes.payments.texts import AreaTexts
from webapp.sdk import area_blueprint, current_actor, error_text, lazy_gettext, locale, nav_entry

_l = lazy_gettext

bp = area_blueprint("payments", "processes.payments", AreaTexts)


def reads_payments(actor: Actor) -> bool:
    """Tell whether the actor may look at payments."""
    return bool(actor.roles & READERS)


def looks_at_bank(actor: Actor) -> bool:
    """Tell whether the actor may look at the reconciliation."""
    return bool(actor.roles & LOOKERS)


nav_entry("payments.orders", _l("Payments"), is_for=reads_payments)
nav_entry("payments.reconciliation", _l("Reconciliation"), is_for=looks_at_bank)

STATES: Final[Mapping[str, Any]] = {
    "DRAFT": _l("Draft"),
    "APPROVED": _l("To be signed"),
    "PARTLY_SIGNED": _l("Partly signed"),
    "SIGNED": _l("Signed"),
    "SENT": _l("Sent to the bank"),
    "REGISTERED": _l("Registered in SAYAD"),
    "WAIT_PAYEE_CONFIRM": _l("Waits for the payee"),
    "CONFIRMED": _l("Confirmed by the payee"),
    "PRESENTED": _l("In settlement"),
    "CLEARED": _l("Paid"),
    "DECLINED": _l("Given up"),
    "CANCELLED": _l("Cancelled"),
    "RETURNED_BY_PAYEE": _l("Returned by the payee"),
    "REJECTED": _l("Rejected by the bank"),
    "PART_BOUNCED": _l("Partly bounced"),
    "BOUNCED": _l("Bounced"),
    "EXPIRED": _l("Expired"),
    "BLOCKED": _l("Blocked"),
}
STATUSES: Final[Mapping[str, Any]] = {
    Status.RECEIVED.value: _l("Received by the bank"),
    Status.TECHNICALLY_ACCEPTED.value: _l("Read by the bank"),
    Status.ACCEPTED.value: _l("Accepted by the bank"),
    Status.PARTLY_ACCEPTED.value: _l("Accepted in part"),
    Status.PENDING.value: _l("Waits at the bank"),
    Status.IN_SETTLEMENT.value: _l("In settlement"),
    Status.SETTLED.value: _l("Paid"),
    Status.REJECTED.value: _l("Rejected by the bank"),
    Status.CANCELLED.value: _l("Cancelled"),
}
INSTRUMENTS: Final[Mapping[str, Any]] = {
    "TRANSFER": _l("Transfer"),
    "ECHEQUE": _l("Electronic cheque"),
    "CHEQUE": _l("Cheque"),
}
LEGS: Final[Mapping[str, Any]] = {
    "retention": _l("Retention"),
    "insurance": _l("Social-security hold"),
    "tax": _l("Withholding tax"),
    "advance": _l("Advance recovery"),
    "penalty": _l("Penalties"),
    "on_account": _l("On account"),
    "debt": _l("Other debts"),
}
BASES: Final[Mapping[str, Any]] = {
    "manual": _l("Entered by hand"),
    "voucher": _l("Voucher"),
    "statement": _l("Statement"),
    "payroll": _l("Payroll list"),
}


@bp.context_processor
def _names() -> dict[str, Any]:
    """Give every template of the area the names of codes."""
    return {
        "order_states": STATES,
        "instruments": INSTRUMENTS,
        "leg_names": LEGS,
        "basis_names": BASES,
        "told": lambda code: said(Problem(code)),
        "explained": explained,
        "may_look_at_bank": lambda: looks_at_bank(current_actor()),
    }


def said(problem: Problem) -> str:
    """Say a problem in the language of the page."""
    return error_text(problem, AreaTexts(locale()))


def explained(about: str) -> str:
    """Say what the bank wrote beside a line, with the words of codes of ours and of its own."""
    *before, last = about.split(" ")
    known = {**STATES, **STATUSES}
    if last not in known and before and re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", last):
        known[last] = in_language(bank_reason(last), locale())
    named = [str(known.get(each, each)) for each in (*before, last)]
    return " ".join(named).replace("→", "←" if locale() == "fa" else "→")


def by_field(problems: Sequence[Problem]) -> dict[str, str]:
    """Return what is wrong, by the field it stands beside."""
    return {each.field or "": said(each) for each in problems}
