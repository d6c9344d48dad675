"""What the selects of forms offer to an actor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from engine.sdk import Actor, Session, choice, option_source, people_choices, unit_choices
from processes.transactions.answers.purchases import BUYERS
from processes.transactions.answers.requesting import REQUESTERS
from processes.transactions.commands.guarantees import VERIFIERS
from processes.transactions.queries.frameworks import room_of
from processes.transactions.queries.sealing import COMMISSION
from processes.transactions.queries.tenders import TENDERS, is_live
from processes.transactions.records import (
    ENDED,
    ContractState,
    Firm,
    FirmGrade,
    Framework,
    FrameworkFirm,
    Guarantee,
    Method,
    PublicContract,
    Purchase,
    PurchaseRequest,
    RequestState,
    Tender,
)
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind

_MANY: Final = 500


@option_source("units_of_requester")
def units_of_requester(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units that a request may be of."""
    return unit_choices(session, actor, *REQUESTERS)


@option_source("firms_of_register")
def firms_of_register(session: Session, _: Actor) -> list[tuple[str, str]]:
    """Return the firms of the register; who is debarred is refused with the day it ends."""
    firms = session.scalars(select(Firm).order_by(Firm.name, Firm.identifier))
    return [(str(each.id), f"{each.name} · {each.identifier}") for each in firms]


@option_source("units_of_buyer")
def units_of_buyer(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units whose property the actor may put up."""
    return unit_choices(session, actor, *BUYERS)


@option_source("requests_to_buy")
def requests_to_buy(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests that may be bought directly."""
    return _requests(session, actor, {Method.DIRECT})


@option_source("requests_to_quote")
def requests_to_quote(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests that quotations may be asked for."""
    return _requests(session, actor, {Method.QUOTATIONS})


@option_source("requests_to_tender")
def requests_to_tender(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests that may be tendered, also again after a tender that failed."""
    return _requests(session, actor, TENDERS)


@option_source("fields_of_work")
def fields_of_work(session: Session, _: Actor) -> list[tuple[str, str]]:
    """Return the fields of work in which firms of the register have grades."""
    fields = session.scalars(select(FirmGrade.field).distinct().order_by(FirmGrade.field))
    return [(each, each) for each in fields]


@option_source("commission_members")
def commission_members(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return who may vote in a commission of the actor's units."""
    return people_choices(session, actor, COMMISSION)


@option_source("requests_to_waive")
def requests_to_waive(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests whose tender is to be waived."""
    return _requests(session, actor, {Method.WAIVER, Method.URGENT_WAIVER})


@option_source("waiver_board")
def waiver_board(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the members of the waiver boards of the actor's units."""
    return people_choices(session, actor, "WAIVER_BOARD")


@option_source("requests_to_call_off")
def requests_to_call_off(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests that name a framework."""
    return _requests(session, actor, {Method.CALL_OFF})


@option_source("frameworks_in_force")
def frameworks_in_force(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the frameworks of a requester's units from which something may be called off."""
    query = (
        select(Framework)
        .join(Framework.firms)
        .join(FrameworkFirm.contract)
        .where(
            Framework.unit.in_(actor.units_of(*REQUESTERS)),
            PublicContract.state == ContractState.SIGNED,
        )
        .order_by(Framework.concluded_at.desc())
        .limit(_MANY)
    )
    return [
        choice(actor, each.id, each.number, each.subject, room_of(session, each).left)
        for each in session.scalars(query).unique()
    ]


@option_source("guarantees_of_payment")
def guarantees_of_payment(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the guarantees in force for instalments, with what each is given for."""
    query = (
        select(Guarantee)
        .where(
            Guarantee.unit.in_(actor.units_of(*VERIFIERS)),
            Guarantee.kind == Kind.PAYMENT,
            Guarantee.state.in_(IN_FORCE),
        )
        .order_by(Guarantee.valid_until.desc(), Guarantee.id)
        .limit(_MANY)
    )
    return [
        choice(actor, each.id, each.concerns, f"{each.issuer} · {each.number}", each.amount)
        for each in session.scalars(query)
    ]


def _requests(session: Session, actor: Actor, methods: Collection[Method]) -> list[tuple[str, str]]:
    """Return the ready requests of the actor's units that nobody buys yet, the newest first."""
    bought = select(Purchase.request_id).where(Purchase.state.not_in(ENDED))
    tendered = select(Tender.request_id).where(is_live())
    found = session.scalars(
        select(PurchaseRequest)
        .where(
            PurchaseRequest.unit.in_(actor.units_of(*BUYERS)),
            PurchaseRequest.state == RequestState.RESERVED,
            PurchaseRequest.method.in_(methods),
            PurchaseRequest.id.not_in(bought),
            PurchaseRequest.id.not_in(tendered),
        )
        .order_by(PurchaseRequest.approved_at.desc())
        .limit(_MANY)
    )
    return [choice(actor, each.id, each.request_no, each.subject, each.value) for each in found]
