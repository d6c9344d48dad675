"""The register of contractors and suppliers: firms, their grades, debarments (R-TND-18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotFound, Problem
from engine.sdk import Actor, Entered, Session, UnitOfWork, tell_act, unit_of
from engine.values import JalaliDate, local_date, party_id
from processes.transactions.answers.finding import AREA
from processes.transactions.records import Debarment, Firm, FirmGrade

KEEPERS: Final = ("PROC_OFFICER",)
#: who decides that a firm takes no part; never who buys
DEBARRERS: Final = ("UNIT_HEAD",)
GRADES: Final = ("1", "2", "3", "4", "5")


def enter_firm(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Keep a firm, or a person who trades, by the id that checks.

    Raises:
        NotAtThisDesk: the actor keeps no register.
        RulesBroken: ``ID-001``, ``ID-002``, ``GEN-REQUIRED``; ``PRC-020`` it is kept already.
    """
    must_hold(actor, *KEEPERS)
    entered = Entered()
    identifier = entered.value("identifier", party_id, typed.get("identifier", ""), "")
    name = entered.text("name", typed.get("name", ""))
    with uow:
        known = select(Firm.name).where(Firm.identifier == identifier)
        found = uow.session.scalar(known) if identifier else None
        if found is not None:
            entered.problems.append(Problem("PRC-020", "identifier", {"firm": found}))
        entered.must_be_right()
        uow.session.add(
            Firm(identifier=identifier, name=name, entered_at=at, entered_by=actor.username)
        )
        facts = {"number": identifier, "name": name}
        tell_act(uow.session, AREA, "firm_entered", facts, actor=actor, at=at)
        uow.commit()


def grade_firm(
    uow: UnitOfWork, firm_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep a firm's grade in a field of work; a new certificate replaces the old one.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-CHOICE``, ``CAL-001``; ``PRC-021`` it is over.
    """
    must_hold(actor, *KEEPERS)
    entered = Entered()
    field = entered.text("field", typed.get("field", ""))
    certificate = entered.text("certificate", typed.get("certificate", ""))
    until = entered.day("valid_until", typed.get("valid_until", ""))
    grade = typed.get("grade", "")
    if grade not in GRADES:
        entered.problems.append(Problem("GEN-CHOICE", "grade"))
    if until < local_date(at):
        entered.problems.append(Problem("PRC-021", "valid_until"))
    entered.must_be_right()
    with uow:
        firm = _firm(uow.session, firm_id)
        known = next((each for each in firm.grades if each.field == field), None)
        kept = known or FirmGrade(firm_id=firm.id, field=field)
        facts = {
            "number": firm.identifier,
            "field": field,
            "grade": grade,
            "before": None if known is None else str(known.grade),
            "certificate": certificate,
            "until": until.isoformat(),
        }
        kept.grade, kept.certificate, kept.valid_until = int(grade), certificate, until
        kept.entered_at, kept.entered_by = at, actor.username
        uow.session.add(kept)
        tell_act(uow.session, AREA, "firm_graded", facts, actor=actor, at=at)
        uow.commit()


def debar_firm(
    uow: UnitOfWork, firm_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep a decision that a firm takes no part, until a day or until it is lifted.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``; ``PRC-022`` it ends before it begins;
            ``PRC-023`` the firm is, or will be, debarred in that time.
    """
    must_hold(actor, *DEBARRERS)
    entered = Entered()
    reason = entered.text("reason", typed.get("reason", ""))
    letter = entered.text("letter_no", typed.get("letter_no", ""))
    since = entered.day("since", typed.get("since", ""))
    until = _until(entered, typed.get("until", ""))
    if until is not None and until < since:
        entered.problems.append(Problem("PRC-022", "until"))
    with uow:
        firm = _firm(uow.session, firm_id)
        if any(each.overlaps(since, until) for each in firm.debarments):
            entered.problems.append(Problem("PRC-023", "since"))
        entered.must_be_right()
        uow.session.add(
            Debarment(
                firm_id=firm.id,
                reason=reason,
                letter_no=letter,
                since=since,
                until=until,
                entered_at=at,
                entered_by=actor.username,
            )
        )
        facts = {
            "number": firm.identifier,
            "reason": reason,
            "letter": letter,
            "since": since.isoformat(),
            "until": None if until is None else until.isoformat(),
        }
        tell_act(uow.session, AREA, "firm_debarred", facts, actor=actor, at=at)
        uow.commit()


def lift_debarment(uow: UnitOfWork, firm_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a debarred firm take part again from today; what was decided stays on record.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
    """
    must_hold(actor, *DEBARRERS)
    today = local_date(at)
    with uow:
        firm = _firm(uow.session, firm_id)
        found = firm.debarment_on(today)
        if found is None:
            raise NotFound(f"{firm_id} is not debarred")
        found.lifted_on, found.lifted_by = today, actor.username
        facts = {"number": firm.identifier, "letter": found.letter_no}
        tell_act(uow.session, AREA, "debarment_lifted", facts, actor=actor, at=at)
        uow.commit()


def must_hold(actor: Actor, *roles: str) -> None:
    """Refuse who holds none of these roles in any unit; the register is the whole city's.

    Raises:
        NotAtThisDesk: he holds none.
    """
    if not actor.roles & set(roles):
        unit_of(actor, *roles)


def _firm(session: Session, firm_id: UUID) -> Firm:
    firm = session.get(Firm, firm_id, with_for_update=True)
    if firm is None:
        raise NotFound(f"no firm {firm_id}")
    return firm


def _until(entered: Entered, typed: str) -> date | None:
    """Return the last day; nothing where it is left open."""
    if not typed.strip():
        return None
    return entered.value("until", lambda text: JalaliDate.parse(text).gregorian(), typed, date.max)
