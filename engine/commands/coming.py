"""What a case may come to next, and who would get it: read only, for its map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.catalogue.config import Due
from engine.catalogue.desks import LaneUnmapped, desk
from engine.commands import deadlines, duties
from engine.commands.models import model_of
from engine.commands.standing import working_at
from engine.errors import DutiesNotSeparate
from engine.model.instance import HumanTask
from engine.model.person import Actor, Unit, place_of, role_of
from engine.model.substitution import StandIn
from engine.storage.actors import at_work_in
from engine.storage.bundles import Deployed
from engine.storage.calendar import working_calendar
from engine.storage.cases import CaseStore
from engine.storage.database import Session
from engine.storage.separation import HeldStep

#: the people of so many desks are looked up: a page asks so much and no more
MOST_DESKS: Final = 3
_NONE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody at the desk a step would come to."""

    username: str
    names: Mapping[str, str]
    kept_apart: DutiesNotSeparate | None  #: why a four-eyes rule keeps the step from them
    stands: StandIn | None = None  #: for whom they would do it


@dataclass(frozen=True, slots=True)
class ComingStep:
    """A step or an end that may come next."""

    coming: bpmn.Coming
    element: bpmn.Element
    desk: str | None = None  #: where it would lie
    people: tuple[Able, ...] | None = None  #: ``None``: not looked up
    due_at: datetime | None = None  #: if it came now
    moments: Mapping[str, datetime] = field(default_factory=dict)  #: of timers on the way to it


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as far as what comes next depends on it."""

    instance_id: UUID
    definition: Deployed
    unit: str
    variables: Mapping[str, Any]
    current: frozenset[str]  #: the elements where it is
    timers: Mapping[str, datetime] = field(default_factory=dict)  #: when those that run will fire


def coming_steps(session: Session, case: Standing, at: datetime) -> tuple[ComingStep, ...]:
    """Return what may come next in a case, the nearest first, and who would get it."""
    definition = case.definition
    model = model_of(definition.bundle)
    process = model.processes[definition.process_id]
    elements = {each.id: each for each in process.elements}
    ahead = bpmn.coming(model.graphs[definition.process_id], sorted(case.current))
    seek = _Seek(session, case, at)
    return tuple(
        seek.step(each, elements[each.element_id]) for each in ahead if each.element_id in elements
    )


class _Seek:
    """What the steps of one answer share: each desk is asked about once."""

    def __init__(self, session: Session, case: Standing, at: datetime) -> None:
        self._session, self._case, self._at = session, case, at
        self._config = case.definition.bundle.process(case.definition.process_id)
        self._people: dict[str, list[tuple[Actor, StandIn | None]]] = {}
        self._held: list[HeldStep] | None = None

    def step(self, coming: bpmn.Coming, element: bpmn.Element) -> ComingStep:
        """Return a step with its desk, its people and its deadline."""
        lies_at, moments = self._desk(element), self._moments(coming)
        if coming.is_end or lies_at is None:
            return ComingStep(coming, element, moments=moments)
        task = HumanTask(
            id=_NONE,
            instance_id=self._case.instance_id,
            token="",
            element_id=element.id,
            name=element.name or element.id,
            lane=element.lane_id,
            desk=lies_at,
            form_id=element.form_id,
            created_at=self._at,
        )
        able, due_at = self._able(task), self._due(element)
        return ComingStep(coming, element, lies_at, able, due_at, moments)

    def _moments(self, coming: bpmn.Coming) -> Mapping[str, datetime]:
        """Return when timers on the way to a step will fire, as far as that is known.

        That is those that run, and those the site counts on its calendar, as if they began now.
        """
        passed = {turn.element_id for way in coming.ways for turn in way}
        timers = self._config.timers
        counted = {each: self._counted(timers[each]) for each in passed & timers.keys()}
        running = {each: self._case.timers[each] for each in passed & self._case.timers.keys()}
        found = {**counted, **running}
        return {element_id: at for element_id, at in found.items() if at is not None}

    def _desk(self, element: bpmn.Element) -> str | None:
        lane = self._config.lanes.get(element.lane_id or "")
        if lane is None or element.kind != "userTask":
            return None
        try:
            return desk(lane, self._case.unit, self._case.variables, self._parent_of)
        except LaneUnmapped:
            return None

    def _parent_of(self, unit: str) -> str | None:
        found = self._session.get(Unit, unit)
        return found.parent_code if found else None

    def _able(self, task: HumanTask) -> tuple[Able, ...] | None:
        if task.desk not in self._people:
            if len(self._people) == MOST_DESKS:
                return None
            place, role = place_of(task.desk), role_of(task.desk)
            near = at_work_in(self._session, place, self._at, role=role, with_substitutes=True)
            able = working_at(task.desk, near, self._config, self._case.variables)
            self._people[task.desk] = list(able)
        held = self._held_steps() if duties.kept_from(self._config, task) else []
        return tuple(
            Able(
                each.username,
                each.names,
                duties.apart(self._config, task, each, held, stands),
                stands,
            )
            for each, stands in self._people[task.desk]
        )

    def _held_steps(self) -> list[HeldStep]:
        if self._held is None:
            steps = frozenset[str]().union(*(each.steps for each in self._config.separations))
            connection = self._session.connection()
            self._held = CaseStore(connection).held_steps(self._case.instance_id, steps)
        return self._held

    def _due(self, element: bpmn.Element) -> datetime | None:
        due = self._config.step(element.id).due
        return None if due is None else self._counted(due)

    def _counted(self, due: Due) -> datetime | None:
        calendar = working_calendar(self._session, self._case.unit)
        return deadlines.due_at(due, self._at, self._case.variables, calendar)
