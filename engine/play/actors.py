"""People of a run: nobody is told of, whoever an act needs is made up for it."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from engine.catalogue.desks import PARTY
from engine.catalogue.handlers import REGISTRY
from engine.model.person import ANYWHERE, Actor, desk_of, role_of
from engine.play.acts import Start
from engine.queries import play as queries
from engine.storage.bundles import Deployed
from engine.storage.database import Session

#: names of people who are none
_PEOPLE: Final = UUID("6f3f5f0e-3d1b-5f0a-9d5e-1d2a54a1f7c3")


def actor_at(desk: str, name: str | None = None) -> Actor:
    """Return somebody who works at a desk and nowhere else."""
    username = name or role_of(desk).lower()
    return _actor(username, frozenset({desk}))


def starter_of(session: Session, definition: Deployed, act: Start) -> Actor:
    """Return somebody who may start a process, wherever its area has it begin."""
    config = definition.bundle.process(definition.process_id)
    first = role_of(desk_of(config.lanes[config.start_lanes[0]].role, ANYWHERE)).lower()
    units = queries.units(session)
    here = [act.unit or next(iter(units), ANYWHERE)]
    if definition.process_id in REGISTRY.starts and act.unit is None:
        here = list(units)
    desks = set()
    for lane in (config.lanes[each] for each in config.start_lanes):
        places = here
        if lane.place.startswith(PARTY):
            places = [f"{PARTY}{each}" for each in _parties(session, lane.role, lane.place, act)]
        elif lane.place not in ("case", "ancestor", "anywhere"):
            places = [lane.place]
        desks |= {desk_of(lane.role, each) for each in places}
    return _actor(act.by or first, frozenset(desks))


def _parties(session: Session, role: str, place: str, act: Start) -> tuple[str, ...]:
    said = act.values.get(place.removeprefix(PARTY))
    return (*queries.parties(session, role), *([str(said)] if said else []))


def _actor(username: str, desks: frozenset[str]) -> Actor:
    return Actor(uuid5(_PEOPLE, username), username, username, username, desks=desks)
