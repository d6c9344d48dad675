"""A running case whose rows were lost gets them again: its stored state says what it waits for.

Rows are lost by accidents only (a table restored by itself, a statement by hand); what
remains must not be done twice, so a row that is there is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine import bpmn
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.opening import open_wait
from engine.commands.retried import retried
from engine.errors import CaseNotFound
from engine.model.event import EventKind
from engine.model.instance import Instance, InstanceState
from engine.storage.bundles import Deployed, deployed
from engine.storage.cases import CaseStore
from engine.storage.database import Session, UnitOfWork
from engine.storage.stranded import Held, held, resolve_stranded


@dataclass(frozen=True, slots=True)
class Difference:
    """What a case's stored state and its rows say apart."""

    missing: tuple[bpmn.Wait, ...] = ()  #: waited for, and no row to bring it
    left_over: tuple[str, ...] = ()  #: tokens of rows under which nothing waits

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.missing or self.left_over)


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done to a case."""

    made_again: tuple[str, ...]  #: elements that have their rows again
    withdrawn: int  #: tokens whose rows led nowhere


def difference(session: Session, instance_id: UUID) -> Difference:
    """Compare a case with its rows; one that is over, or gone, has nothing to compare.

    Raises:
        bpmn.SnapshotStale: its state cannot be read.
    """
    try:
        instance = CaseStore(session.connection()).one(instance_id)
    except CaseNotFound:
        return Difference()
    if instance.state is not InstanceState.RUNNING:
        return Difference()
    return _difference(session, instance, deployed(session, instance.definition_id))


@retried
def mend(uow: UnitOfWork, instance_id: UUID, *, by: str, at: datetime) -> Mended:
    """Make again what a case waits for and has no row of, and take away what leads nowhere.

    A call outside keeps its idempotency key, so one that was answered is not made again.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to mend.
        LaneUnmapped: nobody knows on which desk a lost task lay.
        bpmn.SnapshotStale: its state cannot be read.
    """
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        definition = uow.deployed(instance.definition_id)
        found = _difference(uow.session, instance, definition)
        elements = tuple(each.element_id for each in found.missing)
        if found:
            following = Following(uow, instance, definition, at)
            told = {"made_again": list(elements), "withdrawn": list(found.left_over)}
            following.tell(EventKind.MODIFIED, actor=by, facts=told)
            _carry_out(following, found)
        if found.missing:
            resolve_stranded(uow.session, instance_id, at)
        uow.commit()
        return Mended(elements, len(found.left_over))


def _difference(session: Session, instance: Instance, definition: Deployed) -> Difference:
    rows = held(session, instance.id)
    tasks = frozenset(each.token for each in instance.tasks if not each.is_closed)
    waits = bpmn.waiting(model_of(definition.bundle), instance.process_id, stored(instance))
    awaited = {each.token for each in waits}
    missing = tuple(each for each in waits if each.token not in _rows_for(each, rows, tasks))
    return Difference(missing, tuple(sorted((tasks | rows.jobs | rows.listening) - awaited)))


def _rows_for(wait: bpmn.Wait, rows: Held, tasks: frozenset[str]) -> frozenset[str]:
    """Return the tokens of the rows of the kind that brings what ``wait`` names."""
    match wait:
        case bpmn.HumanWait():
            return tasks
        case bpmn.ServiceWait() | bpmn.TimerWait() | bpmn.CallWait():
            return rows.jobs
    return rows.listening


def _carry_out(following: Following, found: Difference) -> None:
    following.withdraw(found.left_over)
    for wait in found.missing:
        open_wait(following, wait)
    for job in following.jobs:  # the row it had may still be there, in a state that ends it
        job.idem_key = f"{job.idem_key}/{job.id}"
    following.save()
