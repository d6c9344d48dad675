"""Whether the desks that lanes stand for have anybody at them: roles in the units of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import Lane
from engine.catalogue.desks import PARTY
from engine.findings import Finding, detail
from engine.model.instance import InstanceState, instance_table
from engine.model.person import ANYWHERE, Grant, Person, Representation, Unit

NOBODY: Final = "DEP-010"  #: nobody has the role, in any unit
NOBODY_THERE: Final = "DEP-011"  #: nobody has it in the unit the lane names, or everywhere
NO_UNIT: Final = "DEP-012"  #: the lane names a unit that is none, or is closed
NOBODY_HERE: Final = "DEP-013"  #: nobody has it in a unit that uses the process
NO_PARTY: Final = "DEP-014"  #: nobody acts for an outside organisation in it


@dataclass(frozen=True, slots=True)
class _House:
    """Who holds what where, as of one day."""

    held: Mapping[str, frozenset[str]]  #: by role: units, those below a wide grant too
    parents: Mapping[str, str | None]  #: of open units
    represented: frozenset[str]  #: roles somebody has for an outside organisation


def missing_desks(
    session: Session, bundle: Bundle, model: bpmn.Model, on: date
) -> Iterator[Finding]:
    """Yield the lanes of steps that nobody would see, or nobody in a unit that has such work.

    A unit uses a process when cases of it run there. A lane of which no step is a person's
    needs nobody.
    """
    house = _house(session, on)
    for process in model.processes.values():
        config = bundle.process(process.id)
        units = _units_with_cases(session, process.id)
        used = {each.lane_id for each in process.elements if each.kind == "userTask"}
        for lane_id, lane in config.lanes.items():
            if lane_id in used:
                first = next(each for each in process.elements if each.lane_id == lane_id)
                for rule, where in _wrong(lane, house, units):
                    params = {"role": lane.role, "lane": lane_id, "unit": where}
                    yield Finding(
                        rule,
                        process.file,
                        first.id,
                        first.name,
                        detail(rule, **params),
                        params,
                        refuses=rule not in (NOBODY_HERE, NO_PARTY),
                    )


def _wrong(lane: Lane, house: _House, units: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the desk of a lane: the rule, and the unit."""
    if lane.place.startswith(PARTY):
        if lane.role not in house.represented:
            yield NO_PARTY, ""
        return
    held = house.held.get(lane.role, frozenset())
    match lane.place:
        case "case" | "ancestor" if not held:
            yield NOBODY, ""
        case "case":
            yield from ((NOBODY_HERE, each) for each in sorted(units - held))
        case "ancestor":
            above = {each: house.parents.get(each) for each in sorted(units)}
            yield from ((NOBODY_HERE, each) for each, up in above.items() if up not in held)
        case "anywhere":
            if ANYWHERE not in held:
                yield NOBODY_THERE, ANYWHERE
        case code if code not in house.parents:
            yield NO_UNIT, code
        case code:
            if code not in held:
                yield NOBODY_THERE, code


def _house(session: Session, on: date) -> _House:
    parents: dict[str, str | None] = {}
    children: dict[str, list[str]] = {}
    for code, parent, closed_on in session.execute(
        select(Unit.code, Unit.parent_code, Unit.closed_on)
    ):
        children.setdefault(parent or "", []).append(code)
        if closed_on is None or closed_on > on:
            parents[code] = parent
    held: dict[str, set[str]] = {}
    grants = (
        select(Grant.role, Grant.unit_code, Grant.with_children)
        .join(Person, Person.id == Grant.person_id)
        .where(
            or_(Grant.valid_from.is_(None), Grant.valid_from <= on),
            or_(Grant.valid_to.is_(None), Grant.valid_to >= on),
            Person.disabled.is_(False),
        )
        .distinct()
    )
    for role, unit, is_wide in session.execute(grants):
        held.setdefault(role, set()).update(_below(unit, children) if is_wide else [unit])
    represented = session.scalars(select(Representation.role).distinct())
    frozen = {role: frozenset(units) for role, units in held.items()}
    return _House(frozen, parents, frozenset(represented))


def _below(unit: str, children: Mapping[str, list[str]]) -> list[str]:
    found = [unit]
    for each in found:  # grows while it is walked: children of children
        found += children.get(each, ())
    return found


def _units_with_cases(session: Session, process_id: str) -> frozenset[str]:
    runs = instance_table.c.state == InstanceState.RUNNING.value
    found = select(instance_table.c.unit).where(runs, instance_table.c.process_id == process_id)
    return frozenset(session.scalars(found.distinct()))
