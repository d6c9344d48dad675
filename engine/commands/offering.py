"""A task that goes to one of the colleagues at its desk as soon as it opens, by a rule.

``process.toml`` says by which: ``least_loaded``, to whom the fewest open tasks lie with, or
``in_turn``, to one after the other. Whoever is away, disabled or kept apart by four-eyes is
left out; where nobody is left the task waits at its desk, as it does without a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.catalogue.config import Offer
from engine.commands import duties
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.person import Actor, place_of, role_of
from engine.storage import loads
from engine.storage.actors import at_work_in
from engine.storage.numbers import next_number
from engine.values import local_date

if TYPE_CHECKING:
    from engine.commands.follow import Following


def offer(following: Following, task: HumanTask, rule: Offer) -> None:
    """Give a task that has just opened to whom the rule names; the event says by which."""
    people = _suitable(following, task)
    if not people:
        return
    choose = _least_loaded if rule == "least_loaded" else _in_turn
    chosen = choose(following, task, people)
    task.assign(chosen.username, following.at)
    told = {"to": chosen.username, "rule": rule}
    following.tell(EventKind.TASK_ASSIGNED, task=task, facts=told)


def _suitable(following: Following, task: HumanTask) -> list[Actor]:
    """Return who sits at the desk today and may have the task, by user name."""
    session, at = following.uow.session, following.at
    place, role = place_of(task.desk), role_of(task.desk)
    able = [each for each in at_work_in(session, place, at, role=role) if each.sits_at(task.desk)]
    if not able:
        return []
    absent = loads.away(session, [each.person_id for each in able], local_date(at))
    present = [each for each in able if each.person_id not in absent]
    config = following.bundle.process(following.instance.process_id)
    return duties.free_for(following.uow, config, task, present, beside=following.opened)


def _least_loaded(following: Following, task: HumanTask, people: Sequence[Actor]) -> Actor:
    """Return who has the fewest open tasks: those of this case as this transaction leaves them."""
    case = following.instance
    others = loads.held_elsewhere(
        following.uow.session, [each.username for each in people], task.instance_id
    )
    here = Counter(each.holder for each in case.tasks if not each.is_closed)
    return min(
        people,
        key=lambda each: (others.get(each.username, 0) + here[each.username], each.username),
    )


def _in_turn(following: Following, task: HumanTask, people: Sequence[Actor]) -> Actor:
    """Return whose turn it is at this step; its count is kept, so that two never go at once."""
    process_id = following.instance.process_id
    series = f"turn:{process_id}:{task.element_id}:{task.desk}"
    number = next_number(following.uow.session, series)
    return people[(number - 1) % len(people)]
