"""Which desk a lane of a case is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.catalogue.config import Lane
from engine.errors import EngineError
from engine.model.person import ANYWHERE, desk_of

PARTY = "party:"


class LaneUnmapped(EngineError):
    """A human task's lane says nothing about who does it."""

    code = "GEN-LANE"


def desk(
    lane: Lane, unit: str, variables: Mapping[str, Any], parent_of: Callable[[str], str | None]
) -> str:
    """Return the desk of ``lane`` for a case of ``unit``.

    Raises:
        LaneUnmapped: the lane needs a variable the case does not have, or a unit above
            the topmost.
    """
    match lane.place:
        case "case":
            return desk_of(lane.role, unit)
        case "anywhere":
            return desk_of(lane.role, ANYWHERE)
        case "ancestor":
            parent = parent_of(unit)
            if parent is None:
                raise LaneUnmapped(f"unit {unit} has none above it")
            return desk_of(lane.role, parent)
        case place if place.startswith(PARTY):
            party = variables.get(place.removeprefix(PARTY))
            if not party:
                raise LaneUnmapped(f"the case has no variable {place.removeprefix(PARTY)}")
            return desk_of(lane.role, f"{PARTY}{party}")
        case place:
            return desk_of(lane.role, place)
