"""What an actor may do with a task now: decides which buttons its page has."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.person import Actor
from engine.queries.duties import Asked, Obstacle, obstacles
from engine.queries.tasks import TaskPage
from webapp.request import reader


@dataclass(frozen=True, slots=True)
class Offered:
    """The acts a task's page offers."""

    is_holder: bool  #: it is theirs to answer
    may_claim: bool  #: it is at their desk and not taken, or taken by whom they stand in for
    obstacle: Obstacle | None = None  #: what a four-eyes rule has against it


def offered(task: TaskPage, actor: Actor) -> Offered:
    """Return what an actor may do with a task."""
    away = task.stands.username if task.stands else None
    may_take = task.works_there and not task.is_closed and task.holder in (None, away)
    is_holder = task.holder == actor.username and not task.is_closed
    obstacle = _obstacle(task, actor) if may_take or is_holder else None
    return Offered(is_holder, may_take and obstacle is None, obstacle)


def _obstacle(task: TaskPage, actor: Actor) -> Obstacle | None:
    config = task.definition.bundle.process(task.process_id)
    asked = Asked(task.id, task.instance_id, task.element_id, config, task.stands)
    with reader() as session:
        return obstacles(session, [asked], actor).get(task.id)
