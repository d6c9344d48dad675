"""What an actor may do with a task now: decides which buttons its page has."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.person import Actor
from engine.queries.tasks import TaskPage


@dataclass(frozen=True, slots=True)
class Offered:
    """The acts a task's page offers."""

    is_holder: bool  #: it is theirs to answer
    may_claim: bool  #: nobody has taken it, and it is at their desk


def offered(task: TaskPage, actor: Actor) -> Offered:
    """Return what an actor may do with a task."""
    return Offered(
        is_holder=task.holder == actor.username and not task.is_closed,
        may_claim=task.holder is None and not task.is_closed and actor.sits_at(task.desk),
    )
