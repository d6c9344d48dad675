"""Entries by hand: one person enters or asks for a reversal, another posts it or refuses it.

Accounts that agree with a ledger of their process are not posted to by hand, and what a process
has posted is not reversed by hand: the process takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotAtThisDesk, NotFound, Problem, RulesBroken
from engine.sdk import Actor, Entered, UnitOfWork, desk_of, new_id, tell_act
from engine.values import Rial, local_date
from engine.values.bookkeeping import JournalLine
from engine.values.facts import Basis
from processes.accounting.chart import chart
from processes.accounting.commands.posting import Happened, post_lines, reverse
from processes.accounting.records import LedgerEntry, ProposedEntry
from processes.accounting.records.proposals import written
from processes.accounting.rules.balance import entry_problems

KIND: Final = "manual"
PROPOSERS: Final = ("FIN_EXPERT", "FIN_HEAD")
POSTERS: Final = ("FIN_HEAD",)
_AREA: Final = "accounting"
_COLUMNS: Final = (3, 4)  #: account, debit, credit, and the party where there is one


def propose(
    uow: UnitOfWork, unit: str, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> UUID:
    """Keep an entry until somebody else posts it; its lines are *account; debit; credit; party*.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``CAL-001``, ``MON-001``; ``FIN-010`` it does not balance;
            ``FIN-012`` its day is to come; ``ACC-002`` no such account, ``ACC-007`` one that a
            process keeps; ``ACC-008`` a line has too few or too many parts.
        NotAtThisDesk: the actor makes no entries in the unit.
    """
    _must_sit(actor, unit, PROPOSERS)
    entered = Entered()
    description = entered.text("description", typed.get("description", ""))
    on = entered.day("on", typed.get("on", ""))
    lines = _lines(entered, typed.get("lines", ""))
    if local_date(at) < on < date.max:
        entered.problems.append(
            Problem("FIN-012", "on", {"month": typed.get("on", ""), "unit": unit})
        )
    if not entered.problems:
        entered.problems += _wrong(lines)
    entered.must_be_right()
    with uow:
        kept = _proposal(unit, actor, at, on=on, description=description, lines=written(lines))
        uow.session.add(kept)
        facts = _facts(kept)
        tell_act(uow.session, _AREA, "entry_proposed", facts, actor=actor, at=at)
        uow.commit()
        return kept.id


def propose_reversal(
    uow: UnitOfWork, entry_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> UUID:
    """Ask for an entry that was made by hand to be reversed.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason; ``ACC-003`` it is reversed, or asked for;
            ``ACC-009`` a process posted it.
        NotAtThisDesk: the actor makes no entries in its unit.
    """
    entered = Entered()
    said = entered.text("reason", reason)
    with uow:
        entry = uow.session.get(LedgerEntry, entry_id, with_for_update=True)
        if entry is None:
            raise NotFound(f"no entry {entry_id}")
        _must_sit(actor, entry.unit, PROPOSERS)
        if entry.kind != KIND or entry.reverses_id is not None:
            entered.problems.append(Problem("ACC-009", "reason"))
        if _is_undone(uow, entry_id):
            told = {"kind": entry.kind, "number": str(entry.number)}
            entered.problems.append(Problem("ACC-003", "reason", told))
        entered.must_be_right()
        undone = tuple(
            JournalLine(each.account, each.credit, each.debit, each.party) for each in entry.lines
        )
        kept = _proposal(
            entry.unit,
            actor,
            at,
            on=local_date(at),
            description=said,
            lines=written(undone),
            reverses_id=entry_id,
        )
        uow.session.add(kept)
        facts = {"number": _number(entry), **_facts(kept)}
        tell_act(uow.session, _AREA, "reversal_proposed", facts, actor=actor, at=at)
        uow.commit()
        return kept.id


def post_proposed(uow: UnitOfWork, proposal_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """Post what somebody else entered; the id of the entry is returned.

    Raises:
        RulesBroken: ``SOD-001`` the actor entered it, by account or national code; ``ACC-010`` it
            is decided; ``FIN-012`` the month is closed by now; ``ACC-003`` it is reversed by now.
        NotAtThisDesk: the actor posts no entries in its unit.
    """
    with uow:
        kept = _open(uow, proposal_id, actor)
        if _is_same(kept, actor):
            raise RulesBroken([Problem("SOD-001")])
        basis = Basis("accounting", "proposed_entry", kept.id, kept.description)
        happened = Happened(kept.unit, KIND, kept.on, kept.description, basis, at, actor.username)
        facts = _facts(kept)
        if kept.reverses_id is None:
            entry = post_lines(uow.session, happened, kept.journal_lines)
        else:
            standing = uow.session.get_one(LedgerEntry, kept.reverses_id)
            entry = reverse(uow.session, happened, standing)
            facts["reverses"] = _number(standing)
        kept.decided_by, kept.decided_at, kept.entry_id = actor.username, at, entry.id
        facts["number"] = _number(entry)
        tell_act(uow.session, _AREA, "proposed_entry_posted", facts, actor=actor, at=at)
        uow.commit()
        return entry.id


def refuse_proposed(
    uow: UnitOfWork, proposal_id: UUID, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Refuse what was entered, or take back what one has entered oneself.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no reason; ``ACC-010`` it is decided.
        NotAtThisDesk: the actor neither posts in its unit nor entered it.
    """
    entered = Entered()
    said = entered.text("reason", reason)
    entered.must_be_right()
    with uow:
        kept = _open(uow, proposal_id, actor, own=True)
        kept.decided_by, kept.decided_at, kept.refused_because = actor.username, at, said
        is_own = kept.proposed_by == actor.username
        act = "proposed_entry_taken_back" if is_own else "proposed_entry_refused"
        facts = {**_facts(kept), "reason": said}
        tell_act(uow.session, _AREA, act, facts, actor=actor, at=at)
        uow.commit()


def _proposal(unit: str, actor: Actor, at: datetime, **about: object) -> ProposedEntry:
    return ProposedEntry(
        id=new_id(),
        unit=unit,
        proposed_by=actor.username,
        proposed_code=actor.national_code,
        proposed_at=at,
        **about,
    )


def _facts(kept: ProposedEntry) -> dict[str, Any]:
    """Return what the journal is told of a proposed entry; not its parties, who may be people."""
    return {
        "proposal": str(kept.id),
        "unit": kept.unit,
        "on": kept.on.isoformat(),
        "description": kept.description,
        "amount": str(kept.total.amount),
        "accounts": sorted({each.account for each in kept.journal_lines}),
    }


def _number(entry: LedgerEntry) -> str:
    return f"{entry.year}/{entry.number}"


def _open(uow: UnitOfWork, proposal_id: UUID, actor: Actor, *, own: bool = False) -> ProposedEntry:
    kept = uow.session.get(ProposedEntry, proposal_id, with_for_update=True)
    if kept is None:
        raise NotFound(f"no proposed entry {proposal_id}")
    if not (own and kept.proposed_by == actor.username):
        _must_sit(actor, kept.unit, POSTERS)
    if kept.decided_at is not None:
        raise RulesBroken([Problem("ACC-010")])
    return kept


def _is_same(kept: ProposedEntry, actor: Actor) -> bool:
    code = actor.national_code
    return kept.proposed_by == actor.username or bool(code and code == kept.proposed_code)


def _is_undone(uow: UnitOfWork, entry_id: UUID) -> bool:
    reversed_by = select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry_id)
    asked = select(ProposedEntry.id).where(
        ProposedEntry.reverses_id == entry_id, ProposedEntry.decided_at.is_(None)
    )
    return any(uow.session.scalar(each) is not None for each in (reversed_by, asked))


def _must_sit(actor: Actor, unit: str, roles: Sequence[str]) -> None:
    desks = [desk_of(role, unit) for role in roles]
    if not any(actor.sits_at(each) for each in desks):
        raise NotAtThisDesk(desks[0])


def _lines(entered: Entered, typed: str) -> tuple[JournalLine, ...]:
    """Return the lines typed, parts apart by a semicolon or a tab, as a spreadsheet copies them."""
    rows = [each for each in typed.splitlines() if each.strip()]
    if not rows:
        entered.problems.append(Problem("GEN-REQUIRED", "lines"))
    lines = []
    for number, row in enumerate(rows, 1):
        parts = [each.strip() for each in row.replace("؛", ";").replace("\t", ";").split(";")]
        if len(parts) not in _COLUMNS:
            entered.problems.append(Problem("ACC-008", "lines", {"row": str(number)}))
            continue
        debit, credit = (
            entered.value("lines", Rial.from_text, each or "0", Rial.ZERO) for each in parts[1:3]
        )
        account = entered.text("lines", parts[0])
        lines.append(JournalLine(account, debit, credit, "".join(parts[3:]) or None))
    return tuple(lines)


def _wrong(lines: tuple[JournalLine, ...]) -> list[Problem]:
    accounts = chart()
    kept = [
        Problem("ACC-007", "lines", {"account": each.account})
        for each in lines
        if each.account in accounts
        and (accounts[each.account].is_kept or accounts[each.account].is_memo)
    ]
    found = entry_problems(lines, accounts)
    return kept + [Problem(each.code, "lines", each.params) for each in found]
