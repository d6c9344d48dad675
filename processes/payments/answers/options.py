"""What the selects of the start form offer to an actor."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.sdk import Actor, choice, option_source, unit_choices
from engine.values import Rial
from processes.payments.queries.gathering import gatherings, is_waiting
from processes.payments.records import Basis, DebitAccount

_ANYWHERE = "*"


@option_source("payable_bases")
def payable_bases(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return what is to be paid in the actor's units and has no live order, oldest first."""
    query = select(Basis).where(_in_units(actor, Basis.unit), is_waiting())
    found = session.scalars(query.order_by(Basis.entered_at).limit(500))
    return [choice(actor, each.id, each.reference, each.payee.name, each.net) for each in found]


@option_source("payable_gatherings")
def payable_gatherings(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return what can be paid as one batch in the actor's units."""
    units = dict(unit_choices(session, actor, "FIN_EXPERT"))
    return [
        choice(
            actor,
            each,
            each.reference or units.get(each.unit, each.unit),
            len(nets),
            Rial.total(nets),
        )
        for each, nets in gatherings(session, _in_units(actor, Basis.unit))
    ]


@option_source("units_of_account_maker")
def units_of_account_maker(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units that an account may be proposed for."""
    return unit_choices(session, actor, "FIN_EXPERT")


@option_source("debit_accounts")
def debit_accounts(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the accounts of the actor's units."""
    query = select(DebitAccount).where(_in_units(actor, DebitAccount.unit))
    found = session.scalars(query.order_by(DebitAccount.unit, DebitAccount.title))
    return [(str(each.id), f"{each.title} · {each.iban}") for each in found]


def _in_units(actor: Actor, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    units = actor.units_of("FIN_EXPERT")
    return true() if _ANYWHERE in units else column.in_(units)
