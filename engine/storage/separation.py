"""Which steps of a case one person may not do together, and who did or holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, select

from engine.catalogue.config import ProcessConfig, Separation
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
    """Return who did, or holds, these steps of these cases, the newest visit last."""
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
        )
        .outerjoin(_HOLDER, _HOLDER.c.username == task_table.c.holder)
        .outerjoin(_AWAY, _AWAY.c.username == task_table.c.held_for)
        .where(
            task_table.c.instance_id.in_(sorted(instances)),
            task_table.c.element_id.in_(sorted(elements)),
            task_table.c.holder.is_not(None),
            task_table.c.state.in_([TaskState.COMPLETED.value, TaskState.CLAIMED.value]),
        )
        .order_by(task_table.c.created_at, task_table.c.id)
    )
    return [HeldStep(*each) for each in rows]


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
