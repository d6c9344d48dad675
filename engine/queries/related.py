"""Cases that belong to another one: who called it, whom it called, with whom it spoke."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import case, exists, or_, select
from sqlalchemy.orm import Session

from engine.model.event import Event, EventKind
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.partner import partner_table
from engine.model.person import Actor
from engine.queries.scope import visible_cases
from engine.storage.bundles import Deployed, deployed

MOST: Final = 50  #: shown, the newest
_OTHER = instance.alias("other")
#: of a row of ``instance``: whether another case belongs to it
HAS_RELATED: Final = or_(
    instance.c.called_by.is_not(None),
    exists().where(_OTHER.c.called_by == instance.c.id),
    exists().where(partner_table.c.instance_id == instance.c.id),
)
How: TypeAlias = Literal["caller", "called", "partner"]


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case, and what it has to do with the one that is looked at."""

    id: UUID
    how: How
    definition: Deployed
    title: str
    business_key: str | None
    state: InstanceState


def open_calls(session: Session, instance_id: UUID, trail: Iterable[Event]) -> frozenset[str]:
    """Return the elements of a case that wait for one they have called, as its trail says."""
    running = select(instance.c.id).where(
        instance.c.called_by == instance_id, instance.c.state == InstanceState.RUNNING.value
    )
    ids = {str(each) for each in session.scalars(running)}
    return frozenset(
        each.element_id
        for each in trail
        if each.kind is EventKind.CALLED and each.element_id and each.facts.get("case") in ids
    )


def related(session: Session, instance_id: UUID, actor: Actor) -> tuple[RelatedCase, ...]:
    """Return the cases that belong to a case, as far as the actor may see them."""
    itself = instance.alias("itself")
    caller = select(itself.c.called_by).where(itself.c.id == instance_id).scalar_subquery()
    spoke = select(partner_table.c.partner_id).where(partner_table.c.instance_id == instance_id)
    how = case(
        (instance.c.id == caller, "caller"),
        (instance.c.called_by == instance_id, "called"),
        else_="partner",
    )
    found = (
        select(
            instance.c.id,
            how,
            instance.c.definition_id,
            instance.c.title,
            instance.c.business_key,
            instance.c.state,
        )
        .where(
            or_(
                instance.c.id == caller,
                instance.c.called_by == instance_id,
                instance.c.id.in_(spoke),
            ),
            visible_cases(actor),
        )
        .order_by(instance.c.started_at.desc(), instance.c.id)
        .limit(MOST)
    )
    return tuple(
        RelatedCase(found_id, relation, deployed(session, of), title, key, InstanceState(state))
        for found_id, relation, of, title, key, state in session.execute(found).all()
    )
