"""What two people keep together: accounts of payees, and tolerances of the match."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotAtThisDesk, NotFound, Problem, RulesBroken
from engine.sdk import Actor, Entered, Session, UnitOfWork, is_one_of, tell_act, unit_of
from engine.values import decimal_from, iban, local_date, party_id
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.orders import tolerance
from processes.financial_documents.records import ToleranceChange, VerifiedPayee

PAYEE_KEEPERS: Final = ("FIN_EXPERT", "FIN_HEAD")
#: R-FIN-06: one of each
TOLERANCE_KEEPERS: Final = ("ADMIN", "FIN_HEAD")
TOLERANCES: Final = ("match.quantity.tolerance", "match.price.tolerance", "match.price.cap")


def enter_payee(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Keep an account of a payee; it is paid to when somebody else has verified it.

    Raises:
        RulesBroken: ``ID-001``, ``ID-002``, ``ID-003``, ``GEN-REQUIRED``, ``PAY-008`` known.
    """
    unit_of(actor, *PAYEE_KEEPERS)
    entered = Entered()
    payee_id = entered.value("payee_id", party_id, typed.get("payee_id", ""), "")
    name = entered.text("name", typed.get("name", ""))
    account = entered.value("iban", iban, typed.get("iban", ""), "")
    with uow:
        known = select(VerifiedPayee.id).where(
            VerifiedPayee.payee_id == payee_id, VerifiedPayee.iban == account
        )
        if uow.session.scalar(known) is not None:
            entered.problems.append(Problem("PAY-008", "iban"))
        entered.must_be_right()
        payee = VerifiedPayee(
            payee_id=payee_id,
            name=name,
            iban=account,
            entered_by=actor.username,
            entered_at=at,
        )
        uow.session.add(payee)
        tell_act(uow.session, AREA, "payee_entered", _account(payee), actor=actor, at=at)
        uow.commit()


def verify_payee(uow: UnitOfWork, payee_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Verify an account that somebody else entered.

    Raises:
        RulesBroken: ``FIN-019`` the actor entered it, by account or national code, ``FIN-020`` it
            is verified.
    """
    unit_of(actor, *PAYEE_KEEPERS)
    with uow:
        payee = uow.session.get(VerifiedPayee, payee_id, with_for_update=True)
        if payee is None:
            raise NotFound(f"no payee {payee_id}")
        _by_somebody_else(uow.session, payee.entered_by, payee.verified_at, actor)
        payee.verified_by, payee.verified_at = actor.username, at
        facts = _account(payee) | {"entered_by": payee.entered_by}
        tell_act(uow.session, AREA, "payee_verified", facts, actor=actor, at=at)
        uow.commit()


def propose_tolerance(
    uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Propose another tolerance of the match, with its reason (R-FIN-06).

    Raises:
        RulesBroken: ``GEN-CHOICE``, ``NUM-001``, ``GEN-REQUIRED``.
    """
    _keeps_tolerances(actor)
    entered = Entered()
    key = typed.get("key", "")
    if key not in TOLERANCES:
        entered.problems.append(Problem("GEN-CHOICE", "key"))
    value = entered.value("value", decimal_from, typed.get("value", ""), Decimal(0))
    if value < 0:
        entered.problems.append(Problem("MON-002", "value", {"value": str(value)}))
    reason = entered.text("reason", typed.get("reason", ""))
    entered.must_be_right()
    with uow:
        change = ToleranceChange(
            key=key,
            value=f"{value:f}",
            reason=reason,
            proposed_by=actor.username,
            proposed_as=next(each for each in TOLERANCE_KEEPERS if each in actor.roles),
            proposed_at=at,
        )
        uow.session.add(change)
        facts = _changed(uow.session, change, at)
        tell_act(uow.session, AREA, "tolerance_proposed", facts, actor=actor, at=at)
        uow.commit()


def confirm_tolerance(uow: UnitOfWork, change_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Put a tolerance in force that the other of the two proposed.

    Raises:
        RulesBroken: ``FIN-019`` the actor proposed it, by account or national code, ``FIN-020``
            it is in force, ``FIN-025`` it was proposed by one of the same role.
    """
    _keeps_tolerances(actor)
    with uow:
        change = uow.session.get(ToleranceChange, change_id, with_for_update=True)
        if change is None:
            raise NotFound(f"no tolerance {change_id}")
        _by_somebody_else(uow.session, change.proposed_by, change.confirmed_at, actor)
        if not actor.roles & (set(TOLERANCE_KEEPERS) - {change.proposed_as}):
            raise RulesBroken([Problem("FIN-025")])
        facts = _changed(uow.session, change, at) | {"proposed_by": change.proposed_by}
        change.confirmed_by, change.confirmed_at = actor.username, at
        tell_act(uow.session, AREA, "tolerance_confirmed", facts, actor=actor, at=at)
        uow.commit()


def _account(payee: VerifiedPayee) -> dict[str, str]:
    """Return an account as the journal names it: what was verified is what is paid to."""
    return {"number": payee.payee_id, "name": payee.name, "iban": payee.iban}


def _changed(session: Session, change: ToleranceChange, at: datetime) -> dict[str, str]:
    """Return a change as the journal tells it, with what is in force until then."""
    before = tolerance(session, change.key, local_date(at))
    return {
        "number": change.key,
        "before": f"{before:f}",
        "after": change.value,
        "reason": change.reason,
    }


def _keeps_tolerances(actor: Actor) -> None:
    if not actor.roles & set(TOLERANCE_KEEPERS):
        raise NotAtThisDesk("FIN_HEAD@*")


def _by_somebody_else(session: Session, first: str, done_at: datetime | None, actor: Actor) -> None:
    if done_at is not None:
        raise RulesBroken([Problem("FIN-020")])
    if is_one_of(session, actor, [first]):
        raise RulesBroken([Problem("FIN-019")])
