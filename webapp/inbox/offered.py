"""What an actor may do with a task now: decides which buttons its page has."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalogue.handlers import REGISTRY
from engine.commands import reporting
from engine.commands.assigning import may_assign
from engine.commands.no_return import points_of_no_return
from engine.model.instance import TaskState
from engine.model.person import Actor
from engine.model.substitution import StandIn
from engine.queries.duties import Asked, Obstacle, obstacles
from engine.queries.tasks import TaskPage
from engine.storage.bundles import Deployed
from webapp.request import reader, unit_of_work


@dataclass(frozen=True, slots=True)
class Offered:
    """The acts a task's page offers."""

    is_holder: bool  #: it is theirs to answer, or to work on for who answers it
    may_claim: bool  #: it is at their desk and not taken, or taken by whom they stand in for
    obstacle: Obstacle | None = None  #: what a four-eyes rule has against it
    above: StandIn | None = None  #: whose work it would be, were the case not above the limit
    amount: int | None = None  #: of the case, in rials, where that is what is against it
    is_delegate: bool = False  #: they work on it for its owner
    may_take_back: bool = False  #: somebody works on it for them
    may_assign: bool = False  #: they say who does it
    may_delegate: bool = False
    may_return: bool = False  #: …and the process lets it be sent back from here
    may_report: bool = False  #: …and the diagram catches an error or an escalation of it
    may_put_off: bool = False  #: it stands in their list
    may_recall: bool = False  #: they answered it, and nothing here says that it stays so
    final: str | None = None  #: …or it is a point of no return, for this reason or for none said

    @property
    def is_any(self) -> bool:
        """Tell whether there is anything to do beside answering."""
        return self.may_take_back or self.may_assign or self.may_put_off or self.may_recall


def offered(task: TaskPage, actor: Actor) -> Offered:
    """Return what an actor may do with a task."""
    if task.is_closed:
        return _offered_when_closed(task, actor)
    away = task.stands.username if task.stands else None
    may_take = task.works_there and task.holder in (None, away)
    holds = task.holder == actor.username
    obstacle = _obstacle(task, actor) if may_take or holds else None
    above = None if holds or task.works_there else _above(task, actor)
    is_delegate = holds and task.is_delegated
    answers = holds and not is_delegate
    config = task.definition.bundle.process(task.process_id)
    amount = config.amount_of(task.variables)
    return Offered(
        is_holder=holds,
        may_claim=may_take and obstacle is None,
        obstacle=obstacle,
        above=above,
        amount=amount if above else None,
        is_delegate=is_delegate,
        may_take_back=task.owner == actor.username and task.is_delegated,
        may_assign=not is_delegate and may_assign(config, task, actor, amount),
        may_delegate=answers,
        may_return=answers and config.may_return(task.element_id),
        may_report=answers and _catches(task),
        may_put_off=holds or task.works_there,
    )


def _catches(task: TaskPage) -> bool:
    if not reporting.is_ever_reported(task.definition):
        return False
    return bool(reporting.reportable(unit_of_work(), task.id))


def _above(task: TaskPage, actor: Actor) -> StandIn | None:
    """Return for whom the actor would do a task whose case is above what was passed on."""
    config = task.definition.bundle.process(task.process_id)
    amount = config.amount_of(task.variables)
    ways = (each for each in actor.stands_in if each.only_above(task.desk, task.process_id, amount))
    return next(ways, None)


def _obstacle(task: TaskPage, actor: Actor) -> Obstacle | None:
    config = task.definition.bundle.process(task.process_id)
    asked = Asked(task.id, task.instance_id, task.element_id, config, task.stands)
    with reader() as session:
        return obstacles(session, [asked], actor).get(task.id)


def _offered_when_closed(task: TaskPage, actor: Actor) -> Offered:
    if task.state is not TaskState.COMPLETED or task.closed_by != actor.username:
        return Offered(False, False)
    points = points_of_no_return(task.definition.bundle, task.process_id)
    return Offered(
        False,
        False,
        may_recall=may_be_recalled(task.definition, task.process_id, task.element_id),
        final=points.get(task.element_id),
    )


def may_be_recalled(definition: Deployed, process_id: str, element_id: str) -> bool:
    """Tell whether a step's answer may be taken back at all, while nobody goes on from it.

    Not behind a point of no return, nor where the area's records do not go back with it.
    """
    place = (process_id, element_id)
    if place in REGISTRY.answers and place not in REGISTRY.recalls:
        return False
    return element_id not in points_of_no_return(definition.bundle, process_id)
