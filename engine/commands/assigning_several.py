"""Who may have several tasks at once, and which of them: read only, before they are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from engine.catalogue.config import ProcessConfig
from engine.commands.standing import working_at
from engine.model.person import Actor, place_of, role_of
from engine.model.substitution import StandIn
from engine.storage import separation
from engine.storage.actors import at_work_in
from engine.storage.database import Session
from engine.storage.separation import HeldStep


class ToGive(NamedTuple):
    """One of the tasks that shall be given away."""

    id: UUID
    instance_id: UUID
    element_id: str
    desk: str
    holder: str | None
    config: ProcessConfig
    values: Mapping[str, Any]  #: of the case


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may have some of the tasks."""

    username: str
    names: Mapping[str, str]
    may_have: frozenset[UUID]


def colleagues(session: Session, tasks: Sequence[ToGive], at: datetime) -> tuple[Colleague, ...]:
    """Return who may have at least one of some tasks, who may have most of them first.

    Who has one already is not offered it. Each desk is asked about once, however many tasks
    lie there.
    """
    near = {desk: _near(session, desk, at) for desk in sorted({each.desk for each in tasks})}
    held = _held(session, tasks)
    people: dict[str, Actor] = {}
    may_have: dict[str, set[UUID]] = {}
    for task in tasks:
        done = [each for each in held if each.instance_id == task.instance_id]
        for person, stands in working_at(task.desk, near[task.desk], task.config, task.values):
            if person.username != task.holder and _is_free(task, person, done, stands):
                people[person.username] = person
                may_have.setdefault(person.username, set()).add(task.id)
    found = (Colleague(who, each.names, frozenset(may_have[who])) for who, each in people.items())
    return tuple(sorted(found, key=lambda each: (-len(each.may_have), each.username)))


def _near(session: Session, desk: str, at: datetime) -> list[Actor]:
    return at_work_in(session, place_of(desk), at, role=role_of(desk), with_substitutes=True)


def _held(session: Session, tasks: Iterable[ToGive]) -> list[HeldStep]:
    """Return who did, or holds, what one of the tasks must be kept apart from."""
    apart = [(each, separation.kept_from(each.config, each.element_id)) for each in tasks]
    cases = {each.instance_id for each, steps in apart if steps}
    steps = frozenset[str]().union(*(steps for _, steps in apart))
    return separation.held_steps(session.connection(), cases, steps) if cases else []


def _is_free(task: ToGive, person: Actor, done: Iterable[HeldStep], stands: StandIn | None) -> bool:
    return separation.apart(task.config, task.element_id, person, done, stands) is None
