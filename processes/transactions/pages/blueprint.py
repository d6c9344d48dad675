"""The area's blueprint, its entry on the rail, and the names pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask.typing import ResponseReturnValue

from engine.errors import Problem
from engine.sdk import Actor
from processes.transactions.queries.requests import READERS
from processes.transactions.records import NotNow, WrongState
from processes.transactions.texts import AreaTexts
from webapp.sdk import area_blueprint, error_text, lazy_gettext, locale, nav_entry, not_now

_l = lazy_gettext

bp = area_blueprint("transactions", "processes.transactions", AreaTexts)


def reads_transactions(actor: Actor) -> bool:
    """Tell whether the actor reads what some unit buys."""
    return bool(actor.roles & READERS)


nav_entry("transactions.requests", _l("Transactions"), is_for=reads_transactions)

REQUEST_STATES: Final[Mapping[str, Any]] = {
    "SUBMITTED": _l("Submitted"),
    "APPROVED": _l("Approved"),
    "RESERVED": _l("Credit reserved"),
    "ORDERED": _l("Ordered"),
    "WITHDRAWN": _l("Withdrawn"),
    "REJECTED": _l("Rejected"),
    "CANCELLED": _l("Cancelled"),
}
METHODS: Final[Mapping[str, Any]] = {
    "DIRECT": _l("Direct purchase"),
    "QUOTATIONS": _l("Three quotations"),
    "LIMITED_TENDER": _l("Limited tender"),
    "TWO_STAGE_TENDER": _l("Two-stage tender"),
    "PUBLIC_TENDER": _l("Public tender"),
    "AUCTION": _l("Auction"),
    "WAIVER": _l("Waiver"),
    "URGENT_WAIVER": _l("Urgent waiver"),
    "CALL_OFF": _l("Call-off from a framework"),
}

CHOICE_REASONS: Final[Mapping[str, Any]] = {
    "DELIVERY": _l("Time of delivery"),
    "QUALITY": _l("Quality"),
    "WARRANTY": _l("Warranty and service"),
}


@bp.context_processor
def _names() -> dict[str, Any]:
    """Give every template of the area the names of codes."""
    return {
        "request_states": REQUEST_STATES,
        "methods": METHODS,
        "choice_reasons": CHOICE_REASONS,
    }


@bp.errorhandler(NotNow)
@bp.errorhandler(WrongState)
def _not_now(error: NotNow | WrongState) -> ResponseReturnValue:
    """Say in the area's words that a tender, or its envelopes, stand elsewhere."""
    return not_now(error.code, AreaTexts(locale()))


def said(problem: Problem) -> str:
    """Say a problem in the area's own words."""
    return error_text(problem, AreaTexts(locale()))


def by_field(problems: Sequence[Problem]) -> dict[str, str]:
    """Return all that is wrong, by the field it stands beside."""
    told: dict[str, list[str]] = {}
    for each in problems:
        told.setdefault(each.field or "", []).append(said(each))
    return {field: " ".join(sentences) for field, sentences in told.items()}
