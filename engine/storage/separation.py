"""Which steps of a case one person may not do together, and who did or holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, func, select

from engine.catalogue.config import ProcessConfig, Separation
from engine.model.event import EventKind, event_table
from engine.model.instance import TaskState, task_table
from engine.model.person import Actor, Person
from engine.model.substitution import StandIn

_HOLDER = Person.__table__.alias("holder")
#: whom a holder stands in for
_AWAY = Person.__table__.alias("away")


class HeldStep(NamedTuple):
    """A step somebody did, or holds."""

    element_id: str
    holder: str
    national_code: str | None  #: of the holder, as far as it is known
    held_for: str | None = None  #: whom the holder stood in for
    code_of_held_for: str | None = None
    at: datetime | None = None  #: when it was done, or taken
    instance_id: UUID | None = None
    holder_fa: str | None = None
    holder_en: str | None = None


def held_steps(
    connection: Connection, instances: Collection[UUID], elements: Collection[str]
) -> list[HeldStep]:
    """Return who did, or holds, these steps of these cases, the newest visit last.

    Who worked on one for its owner, and the owner meanwhile, count like its holder.
    """
    rows = connection.execute(
        select(
            task_table.c.element_id,
            task_table.c.holder,
            _HOLDER.c.national_code,
            task_table.c.held_for,
            _AWAY.c.national_code,
            func.coalesce(
                task_table.c.closed_at, task_table.c.claimed_at, type_=task_table.c.closed_at.type
            ),
            task_table.c.instance_id,
            _HOLDER.c.name_fa,
            _HOLDER.c.name_en,
            task_table.c.owner,
            event_table.c.facts,
        )
        .outerjoin(_HOLDER, _HOLDER.c.username == task_table.c.holder)
        .outerjoin(_AWAY, _AWAY.c.username == task_table.c.held_for)
        .outerjoin(
            event_table,
            and_(
                event_table.c.instance_id == task_table.c.instance_id,
                event_table.c.task_id == task_table.c.id,
                event_table.c.kind == EventKind.TASK_DELEGATED.value,
            ),
        )
        .where(
            task_table.c.instance_id.in_(sorted(instances)),
            task_table.c.element_id.in_(sorted(elements)),
            task_table.c.holder.is_not(None),
            task_table.c.state.in_([TaskState.COMPLETED.value, TaskState.CLAIMED.value]),
        )
        .order_by(task_table.c.created_at, task_table.c.id)
    )
    held: dict[HeldStep, set[str]] = {}
    for *step, owner, delegated in rows:
        shared = {owner, delegated["to"] if delegated else None} - {None}
        held.setdefault(HeldStep(*step), set()).update(shared)
    return _with_sharers(connection, held)


def _with_sharers(connection: Connection, held: Mapping[HeldStep, set[str]]) -> list[HeldStep]:
    """Add who besides its holder worked on a step, each as one who holds it."""
    others = frozenset[str]().union(*(each - {step.holder} for step, each in held.items()))
    if not others:
        return list(held)
    person = Person.__table__.c
    people = {
        name: rest
        for name, *rest in connection.execute(
            select(person.username, person.national_code, person.name_fa, person.name_en).where(
                person.username.in_(sorted(others))
            )
        )
    }
    found = []
    for step, sharers in held.items():
        own = step._replace(held_for=None, code_of_held_for=None)
        for each in sorted(sharers - {step.holder}):
            code, fa, en = people.get(each, (None, None, None))
            found.append(own._replace(holder=each, national_code=code, holder_fa=fa, holder_en=en))
        found.append(step)
    return found


def kept_from(config: ProcessConfig, element_id: str) -> frozenset[str]:
    """Return the steps that who does this one may not have done."""
    rules = [each.steps for each in config.separations if element_id in each.steps]
    return frozenset[str]().union(*rules) - {element_id}


def apart(
    config: ProcessConfig,
    element_id: str,
    actor: Actor,
    held: Iterable[HeldStep],
    stands: StandIn | None = None,
    *,
    excepted: Collection[str] = (),
) -> tuple[Separation, HeldStep] | None:
    """Return the rule that keeps the actor from a step, and the step that stands against it.

    Args:
        held: who did, or holds, the others.
        stands: for whom the actor would do it: what that person did counts as well.
        excepted: codes of rules that do not hold for this task and this actor.
    """
    acting = _people(actor, stands)
    by_actor = {each.element_id: each for each in held if _people_of(each) & acting}
    for rule in config.separations:
        if element_id not in rule.steps or rule.code in excepted:
            continue
        for other in sorted((rule.steps & by_actor.keys()) - {element_id}):
            return rule, by_actor[other]
    return None


def _people(actor: Actor, stands: StandIn | None) -> frozenset[tuple[str, str]]:
    """Return by what those are known who would act."""
    both = (actor,) if stands is None else (actor, stands)
    known = {("name", each.username) for each in both}
    return frozenset(known | {("code", each.national_code) for each in both if each.national_code})


def _people_of(held: HeldStep) -> frozenset[tuple[str, str]]:
    """Return by what those are known who did a step."""
    by_name = {("name", each) for each in (held.holder, held.held_for) if each}
    by_code = {("code", each) for each in (held.national_code, held.code_of_held_for) if each}
    return frozenset(by_name | by_code)
