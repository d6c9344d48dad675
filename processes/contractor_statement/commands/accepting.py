"""Record a contract's life: suspension, acceptance, cleared defects, termination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.errors import Problem
from engine.sdk import Actor, Entered, UnitOfWork
from engine.values import integer_from, local_date
from processes.contractor_statement.answers.settling import is_settled, tell_if_settled
from processes.contractor_statement.commands.desks import ACCEPTANCE, contract_to_change
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.queries.life import life_of, minutes_of
from processes.contractor_statement.records import Contract, ContractMinute, ContractState
from processes.contractor_statement.registry import registry
from processes.contractor_statement.rules.acceptance import BRINGS, MinuteKind, check_minute

#: The longest defects period anybody agrees on, in Jalali months.
LONGEST_PERIOD: Final = 60
#: Minutes whose day the contract itself keeps, for the rules that ask for it.
_DAYS: Final = {
    MinuteKind.PROVISIONAL_ACCEPTANCE: "provisional_acceptance_on",
    MinuteKind.FINAL_ACCEPTANCE: "final_acceptance_on",
}


@dataclass(frozen=True, slots=True)
class NewMinute:
    """A minute of the contract's life as somebody enters it."""

    kind: MinuteKind
    minute_no: str
    held_on: str
    defects: str = ""  #: what the commission found; blank is an empty list
    defects_months: str = ""  #: blank is the city's usual period
    note: str = ""


def add_minute(
    uow: UnitOfWork, contract_id: UUID, new: NewMinute, *, actor: Actor, at: datetime
) -> None:
    """Keep a minute and bring the contract where it says.

    The day of an acceptance is what the final statement and the release of retention
    rest on (R-STM-25, `domain.md` §1.9).

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``, ``NUM-002``, ``GEN-RANGE``; ``CON-021``
            to ``CON-024``, ``STM-043`` of `check_minute`; ``CON-025`` the number is known;
            ``CON-026`` no defects are open.
    """
    entered = Entered()
    minute_no = entered.text("minute_no", new.minute_no)
    held_on = entered.day("held_on", new.held_on)
    accepted = new.kind is MinuteKind.PROVISIONAL_ACCEPTANCE
    months = _months(entered, new.defects_months, local_date(at)) if accepted else None
    defects = entered.long_text("defects", new.defects) if accepted else None
    note = entered.long_text("minute_note", new.note)
    with uow:
        contract = contract_to_change(uow.session, contract_id, actor, ACCEPTANCE)
        minutes = minutes_of(uow.session, contract.id)
        if any(each.stands and each.minute_no == minute_no for each in minutes):
            entered.problems.append(Problem("CON-025", "minute_no", {"number": minute_no}))
        if held_on != date.max:
            life = life_of(contract, minutes)
            entered.problems += check_minute(life, new.kind, held_on, local_date(at))
        entered.must_be_right()
        minute = ContractMinute(
            contract_id=contract.id,
            kind=new.kind,
            minute_no=minute_no,
            held_on=held_on,
            defects=defects,
            defects_months=months,
            note=note,
            state_before=contract.state,
            entered_at=at,
            entered_by=actor.username,
        )
        uow.session.add(minute)
        _bring(contract, new.kind, held_on)
        tell_if_settled(uow.session, contract, at)
        facts = _facts(minute) | {
            "defects": None if defects is None else len(defects.splitlines()),
            "defects_months": months,
            "note": note,
            "before": minute.state_before.value,
            "after": contract.state.value,
        }
        tell(uow.session, contract, "minute_added", facts, actor=actor, at=at)
        uow.commit()


def _facts(minute: ContractMinute) -> dict[str, Any]:
    return {
        "minute": minute.minute_no,
        "kind": minute.kind.value,
        "held_on": minute.held_on.isoformat(),
    }


def _months(entered: Entered, typed: str, on: date) -> int:
    usual = int(registry.value("contract.defects.months", on))
    if not typed.strip():
        return usual
    months = entered.value("defects_months", integer_from, typed, usual)
    if not 0 <= months <= LONGEST_PERIOD:
        entered.problems.append(Problem("GEN-RANGE", "defects_months"))
    return months


def _bring(contract: Contract, kind: MinuteKind, held_on: date | None) -> None:
    if kind in BRINGS:
        contract.state = ContractState(BRINGS[kind])
    if kind in _DAYS:
        setattr(contract, _DAYS[kind], held_on)


def withdraw_minute(
    uow: UnitOfWork,
    contract_id: UUID,
    minute_id: str,
    *,
    because: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Take the newest minute back; it stays to be read, with who withdrew it and why.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason; ``CON-027`` it is not the newest that stands;
            ``CON-040`` the contract has ended by it, and its credit is free.
    """
    entered = Entered()
    reason = entered.text("withdrawn_because", because)
    with uow:
        contract = contract_to_change(uow.session, contract_id, actor, ACCEPTANCE)
        standing = [each for each in minutes_of(uow.session, contract.id) if each.stands]
        newest = [each for each in standing[-1:] if str(each.id) == minute_id]
        if not newest:
            entered.problems.append(Problem("CON-027"))
        elif is_settled(uow.session, contract):
            entered.problems.append(Problem("CON-040"))
        entered.must_be_right()
        for minute in newest:
            minute.withdraw(actor.username, reason, at)
            facts = _facts(minute) | {
                "reason": reason,
                "before": contract.state.value,
                "after": minute.state_before.value,
            }
            tell(uow.session, contract, "minute_withdrawn", facts, actor=actor, at=at)
            contract.state = minute.state_before
            if minute.kind in _DAYS:
                setattr(contract, _DAYS[minute.kind], None)
        uow.commit()
