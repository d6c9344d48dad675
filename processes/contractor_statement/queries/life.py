"""Where a contract is in its life: its minutes, supplements, new prices and debts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import Person
from processes.contractor_statement.records import (
    Contract,
    ContractAmendment,
    ContractLine,
    ContractMinute,
    Debt,
    PriceMinute,
    Supplement,
)
from processes.contractor_statement.rules.acceptance import (
    Life,
    MinuteKind,
    defects_period_end,
)
from processes.contractor_statement.rules.amending import TERMS, Term, written


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A line whose price was agreed after the contract, with its minute."""

    minute: PriceMinute
    line: ContractLine


@dataclass(frozen=True, slots=True)
class StandingTerm:
    """One term as it stands now, as its field and the history write it."""

    term: Term
    said: str


@dataclass(frozen=True, slots=True)
class ContractLife:
    """Everything that happened to a contract besides its statements."""

    life: Life
    minutes: tuple[ContractMinute, ...]  #: oldest first, withdrawn ones too
    newest: ContractMinute | None  #: the one that may be withdrawn
    supplements: tuple[Supplement, ...]
    prices: tuple[NewPrice, ...]
    debts: tuple[Debt, ...]
    terms: tuple[StandingTerm, ...]
    amendments: tuple[ContractAmendment, ...]  #: of the terms, newest first
    ends_on: date  #: the contract's last day, supplements counted
    names: Mapping[str, Mapping[str, str]]  #: of who entered something, by language


def life_page(session: Session, contract: Contract) -> ContractLife:
    """Return the life of a contract the reader may see."""
    minutes = minutes_of(session, contract.id)
    supplements = session.scalars(
        select(Supplement)
        .where(Supplement.contract_id == contract.id)
        .order_by(Supplement.signed_on, Supplement.supplement_no)
    ).all()
    days = contract.duration_days + sum(each.days_added for each in supplements)
    prices, debts = _prices(session, contract.id), _debts(session, contract.id)
    amendments = _amendments(session, contract.id)
    writers = [each.entered_by for each in supplements]
    writers += [each.entered_by for each in debts]
    writers += [each.minute.entered_by for each in prices]
    writers += [name for each in amendments for name in (each.proposed_by, each.decided_by)]
    writers += [name for each in minutes for name in (each.entered_by, each.withdrawn_by)]
    return ContractLife(
        life=life_of(contract, minutes),
        minutes=tuple(minutes),
        newest=_newest(minutes),
        supplements=tuple(supplements),
        prices=prices,
        debts=debts,
        terms=tuple(
            StandingTerm(each, written(getattr(contract, each.name), each.kind)) for each in TERMS
        ),
        amendments=amendments,
        ends_on=contract.started_on + timedelta(days=days),
        names=names_of(session, writers),
    )


def names_of(session: Session, usernames: Iterable[str | None]) -> dict[str, dict[str, str]]:
    """Return what people are called in both languages; whoever is gone keeps the user name."""
    wanted = {each for each in usernames if each}
    found = {each: {"fa": each, "en": each} for each in wanted}
    query = select(Person.username, Person.name_fa, Person.name_en)
    for username, name_fa, name_en in session.execute(query.where(Person.username.in_(wanted))):
        found[username] = {"fa": name_fa, "en": name_en}
    return found


def minutes_of(session: Session, contract_id: UUID) -> list[ContractMinute]:
    """Return every minute of a contract in the order of their entry, withdrawn ones too."""
    query = select(ContractMinute).where(ContractMinute.contract_id == contract_id)
    return list(session.scalars(query.order_by(ContractMinute.entered_at, ContractMinute.id)))


def life_of(contract: Contract, minutes: Sequence[ContractMinute]) -> Life:
    """Return where a contract is, by the minutes that stand."""
    newest = _newest(minutes)
    accepted = standing(minutes, MinuteKind.PROVISIONAL_ACCEPTANCE)
    warranted = None
    if accepted is not None and accepted.defects_months:
        warranted = defects_period_end(accepted.held_on, accepted.defects_months)
    return Life(
        state=contract.state.value,
        since=contract.started_on if newest is None else newest.held_on,
        defects_open=_defects_open(minutes),
        warranted_until=warranted,
    )


def defects_open(session: Session, contract_id: UUID) -> bool:
    """Tell whether the provisional acceptance listed defects that nobody has cleared (§1.9)."""
    return _defects_open(minutes_of(session, contract_id))


def _defects_open(minutes: Sequence[ContractMinute]) -> bool:
    accepted = standing(minutes, MinuteKind.PROVISIONAL_ACCEPTANCE)
    cleared = standing(minutes, MinuteKind.DEFECTS_CLEARED)
    return accepted is not None and bool(accepted.defects) and cleared is None


def standing(minutes: Sequence[ContractMinute], kind: MinuteKind) -> ContractMinute | None:
    """Return the newest minute of a kind that nobody has withdrawn."""
    return next((each for each in reversed(minutes) if each.stands and each.kind is kind), None)


def _newest(minutes: Sequence[ContractMinute]) -> ContractMinute | None:
    return next((each for each in reversed(minutes) if each.stands), None)


def _prices(session: Session, contract_id: UUID) -> tuple[NewPrice, ...]:
    query = (
        select(PriceMinute, ContractLine)
        .join(ContractLine, ContractLine.price_minute_id == PriceMinute.id)
        .where(PriceMinute.contract_id == contract_id)
        .order_by(ContractLine.position)
    )
    return tuple(NewPrice(minute, line) for minute, line in session.execute(query))


def _debts(session: Session, contract_id: UUID) -> tuple[Debt, ...]:
    query = select(Debt).where(Debt.contract_id == contract_id, Debt.source == "OTHER")
    return tuple(session.scalars(query.order_by(Debt.entered_at)))


def _amendments(session: Session, contract_id: UUID) -> tuple[ContractAmendment, ...]:
    query = select(ContractAmendment).where(ContractAmendment.contract_id == contract_id)
    return tuple(session.scalars(query.order_by(ContractAmendment.proposed_at.desc())))
