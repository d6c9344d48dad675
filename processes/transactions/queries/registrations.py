"""Registrations of bidders: one by its id, and what speaks against another of the same bidder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from engine.errors import NotFound, Problem
from engine.sdk import (
    Actor,
    Person,
    Session,
    at_work_in,
    holds_contents,
    is_taken,
    knows_accounts,
    units_with,
    works_here,
)
from engine.values import local_date
from processes.transactions import registry
from processes.transactions.queries.sealing import BIDDER, OFFICER
from processes.transactions.records import (
    BidderKind,
    BidderRegistration,
    Firm,
    RegistrationPaper,
    RegistrationState,
)

holds_contents(RegistrationPaper.sha256)


@knows_accounts(BidderRegistration)
def accounts_of_persons(numbers: Collection[str]) -> Select[Any]:
    """Ask for the accounts that persons named when they registered to bid."""
    return select(BidderRegistration.iban).where(BidderRegistration.identifier.in_(numbers))


#: what speaks against one that is to be let in, by the code that says it
IN_REGISTER: Final = "REG-010"
#: who reads what applicants attached: it names people
PAPER_READERS: Final = frozenset({"PROC_OFFICER", "UNIT_HEAD", "AUDITOR"})
CONTRACTOR: Final = "CONTRACTOR"  #: the role of who sends a contractor's statements
_LEGAL_ID: Final = 11  #: digits; a national code has ten
WITH_OFFICE: Final = frozenset(
    {RegistrationState.SUBMITTED, RegistrationState.ADMITTED, RegistrationState.REFUSED}
)
_ANYWHERE: Final = "*"


def registration(
    session: Session, registration_id: UUID, *, to_change: bool = False
) -> BidderRegistration:
    """Return a registration.

    Raises:
        NotFound: there is none, or it was forgotten because nobody confirmed its address.
    """
    query = select(BidderRegistration).where(BidderRegistration.id == registration_id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no registration {registration_id}")
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """Whoever signs in for a contractor and does not bid for it yet."""

    username: str
    parties: frozenset[str]  #: ids of those the account acts for as a contractor, and does not bid
    national_code: str | None
    typed: Mapping[str, str]  #: what is known of the first of them, by field of the form


def contractor_known(session: Session, actor: Actor) -> Known | None:
    """Return what is known of a contractor who may bid with the same account; else ``None``."""
    parties = actor.parties_as(CONTRACTOR) - actor.parties_as(BIDDER)
    if not parties:
        return None
    person = session.scalars(select(Person).where(Person.username == actor.username)).one()
    first = min(parties)
    firm = firm_of(session, first)
    is_company = len(first) == _LEGAL_ID
    typed = {
        "kind": (BidderKind.LEGAL if is_company else BidderKind.NATURAL).value,
        "identifier": first,
        "name": firm.name if firm else "",
        "representative": person.name_fa if is_company else "",
        "representative_code": (person.national_code or "") if is_company else "",
        "mobile": person.mobile or "",
        "email": person.email or "",
    }
    return Known(person.username, parties, person.national_code, typed)


def takes(
    session: Session,
    identifier: str,
    at: datetime,
    *,
    but: UUID | None = None,
    account: str | None = None,
) -> bool:
    """Tell whether somebody may register under an id: nobody acts for it, nobody waits with it.

    One whose address was never confirmed waits with nobody: it keeps no bidder out.

    Args:
        but: a registration that does not stand in its own way.
        account: of who registers with one, whose user name may be the id.
    """
    waiting = select(BidderRegistration.id).where(
        BidderRegistration.identifier == identifier,
        BidderRegistration.state == RegistrationState.SUBMITTED,
        BidderRegistration.id != (but or UUID(int=0)),
    )
    waits = session.scalar(waiting.limit(1)) is not None
    return not waits and not has_account(session, identifier, at, account=account)


def has_account(
    session: Session, identifier: str, at: datetime, *, account: str | None = None
) -> bool:
    """Tell whether somebody acts for the bidder, or has the user name that it would get.

    Args:
        account: of who gets no new user name.
    """
    acting = at_work_in(session, f"party:{identifier}", at, role=BIDDER)
    return bool(acting) or (account is None and is_taken(session, identifier))


def acts_still(session: Session, found: BidderRegistration, at: datetime) -> bool:
    """Tell whether the account that registered acts for the contractor on the day of a moment."""
    acting = at_work_in(session, found.party, at, role=CONTRACTOR)
    return any(
        each.username == found.account and found.identifier in each.parties_as(CONTRACTOR)
        for each in acting
    )


def refused_at(session: Session, registration_id: UUID) -> datetime | None:
    """Return when a registration was refused; ``None``: it was not, or is gone."""
    of = BidderRegistration
    refused = of.id == registration_id, of.state == RegistrationState.REFUSED
    return session.scalar(select(of.decided_at).where(*refused))


def refused_in_case(session: Session, instance_id: UUID) -> BidderRegistration | None:
    """Return the registration that was refused in a case."""
    of = BidderRegistration
    refused = of.instance_id == instance_id, of.state == RegistrationState.REFUSED
    return session.scalar(select(of).where(*refused).options(selectinload(of.papers)))


def papers_asked(found: BidderRegistration) -> Sequence[registry.AskedPaper]:
    """Return what is asked of an applicant: what was in force when the registration was made."""
    return registry.registration_papers(found.kind.value, local_date(found.made_at))


def papers_until(found: BidderRegistration) -> datetime:
    """Return until when papers are awaited; then the registration is forgotten."""
    on = local_date(found.made_at)
    return found.made_at + timedelta(days=registry.days("registration.papers.days", on))


def waiting_size(session: Session) -> int:
    """Return how many bytes applicants sent whose registrations are with no officer yet."""
    sent = select(func.coalesce(func.sum(BidderRegistration.papers_sent), 0))
    waits = BidderRegistration.state == RegistrationState.PAPERS
    return int(session.scalar(sent.where(waits)) or 0)


def desks(session: Session, at: datetime) -> Sequence[str]:
    """Return the units whose buying officer looks at registrations."""
    return units_with(session, OFFICER, local_date(at))


def papers_read(session: Session, actor: Actor, registration_id: UUID) -> BidderRegistration:
    """Return a registration whose papers the actor reads.

    Raises:
        NotFound: there is none, it is not with the office yet, or not of the actor's units.
    """
    for found in session.scalars(_read_by(actor).where(BidderRegistration.id == registration_id)):
        return found
    raise NotFound(f"no registration {registration_id}")


def papers_of_case(
    session: Session, actor: Actor, instance_id: UUID
) -> Sequence[BidderRegistration]:
    """Return the registration of a case, where the actor reads its papers."""
    of_case = BidderRegistration.instance_id == instance_id
    return session.scalars(_read_by(actor).where(of_case)).all()


def papers_of_firms(
    session: Session, actor: Actor, firms: Collection[UUID]
) -> Mapping[UUID, Sequence[BidderRegistration]]:
    """Return the registrations of firms whose papers the actor reads, the newest first."""
    of_firms = BidderRegistration.firm_id.in_(list(firms))
    kept: dict[UUID, list[BidderRegistration]] = {}
    newest = _read_by(actor).where(of_firms).order_by(BidderRegistration.decided_at.desc())
    for each in session.scalars(newest):
        assert each.firm_id is not None
        kept.setdefault(each.firm_id, []).append(each)
    return kept


def _read_by(actor: Actor) -> Select[BidderRegistration]:
    """Ask for what the office has of the units whose applicants the actor may know."""
    units = {unit for role in PAPER_READERS & actor.roles for unit in actor.units_of(role)}
    of = BidderRegistration
    query = select(of).where(of.state.in_(WITH_OFFICE)).options(selectinload(of.papers))
    return query if _ANYWHERE in units else query.where(of.unit.in_(units))


def firm_of(session: Session, identifier: str) -> Firm | None:
    """Return the firm of the register that has an id."""
    return session.scalars(select(Firm).where(Firm.identifier == identifier)).one_or_none()


def findings(session: Session, found: BidderRegistration, at: datetime) -> list[Problem]:
    """Return what the officer ought to know before he decides.

    ``REG-010`` the register has the id, under a name · ``REG-011`` that firm is debarred ·
    ``REG-012`` its address was not confirmed · ``REG-002`` an employee (R-TND-18).
    """
    told: list[Problem] = []
    today = local_date(at)
    firm = firm_of(session, found.identifier)
    if firm is not None:
        told.append(_warning(IN_REGISTER, {"firm": firm.name}))
        barred = firm.debarment_on(today)
        if barred is not None:
            told.append(_warning("REG-011", {"reason": barred.reason}))
    if found.confirmed_at is None:
        told.append(_warning("REG-012"))
    if works_here(session, found.representative_code, today):
        told.append(_warning("REG-002"))
    return told


def _warning(code: str, params: Mapping[str, str] = MappingProxyType({})) -> Problem:
    return Problem(code, None, dict(params), severity="warning")
