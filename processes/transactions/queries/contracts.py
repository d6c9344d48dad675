"""Contracts as pages show them: those of the units one reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from engine.errors import NotFound
from engine.sdk import Actor, Session
from engine.values import normalise
from processes.transactions.publication.publishing import contract_published
from processes.transactions.queries.called_off_works import Secured, secured_in
from processes.transactions.queries.complaints import complaints_of
from processes.transactions.queries.frameworks import framework_of_contract
from processes.transactions.queries.published import releases_of
from processes.transactions.queries.requests import of_units
from processes.transactions.records import (
    Award,
    ContractState,
    Firm,
    Framework,
    Guarantee,
    PublicContract,
    TenderComplaint,
)

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class ContractsPage:
    """A page of contracts, the newest first."""

    rows: Sequence[PublicContract]
    search: str
    state: ContractState | None
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ContractPage:
    """One contract with all that hangs on it."""

    contract: PublicContract
    guarantees: Sequence[Guarantee]
    secured: Secured | None  #: of a call-off of works: what of the framework's guarantees is its
    complaints: Sequence[TenderComplaint]
    payments: Sequence[Mapping[str, Any]]  #: transactions as they were published
    framework: Framework | None  #: that it belongs to, with all its suppliers


def contract_list(
    session: Session, actor: Actor, search: str, state: ContractState | None, page: int
) -> ContractsPage:
    """Return the contracts of the actor's units, narrowed to words and a state."""
    query = of_units(select(PublicContract), PublicContract.unit, actor).join(PublicContract.firm)
    wanted = normalise(search)
    if wanted:
        columns = (PublicContract.number, PublicContract.subject, Firm.name)
        query = query.where(or_(*(each.contains(wanted, autoescape=True) for each in columns)))
    if state is not None:
        query = query.where(PublicContract.state == state)
    query = query.options(
        selectinload(PublicContract.firm), selectinload(PublicContract.supplements)
    ).order_by(PublicContract.drafted_at.desc(), PublicContract.id)
    found = session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return ContractsPage(found[:PER_PAGE], search, state, page, len(found) > PER_PAGE)


def contract_page(session: Session, actor: Actor, number: str) -> ContractPage:
    """Return one contract by its number.

    Raises:
        NotFound: there is none, or it is another unit's.
    """
    query = of_units(select(PublicContract), PublicContract.unit, actor)
    query = query.where(PublicContract.number == number).options(
        selectinload(PublicContract.award).selectinload(Award.tender),
        selectinload(PublicContract.bill),
        selectinload(PublicContract.supplements),
        selectinload(PublicContract.firm),
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no contract {number}")
    framework = framework_of_contract(session, found)
    held = select(Guarantee).where(Guarantee.unit == found.unit, Guarantee.concerns == found.number)
    complaints = [] if found.award is None else complaints_of(session, found.award.tender_id)
    return ContractPage(
        found,
        session.scalars(held.order_by(Guarantee.valid_until)).all(),
        None if framework is None else secured_in(session, framework).get(found.instance_id),
        complaints,
        _payments(session, found),
        framework,
    )


def _payments(session: Session, found: PublicContract) -> list[Mapping[str, Any]]:
    """Return what was paid on a published contract, the oldest first."""
    published = contract_published(session, found.number)
    if published is None:
        return []
    return [
        paid
        for release in releases_of(session, published[0].ocid)
        for each in release.get("contracts", [])
        if each["id"] == found.number
        for paid in each.get("implementation", {}).get("transactions", [])
    ]
