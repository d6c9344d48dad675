"""Why a task came to whoever looks at it: what led to it, and the desk it lies at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine.model.event import Event, EventKind
from engine.queries.cases import Progress
from engine.queries.tasks import TaskPage
from webapp.cases.people import name_of
from webapp.cases.why import Reasons, reasons_of
from webapp.request import current_actor
from webapp.wording import Words, desk_name

_LEADS: frozenset[EventKind] = frozenset(
    {
        EventKind.STARTED,
        EventKind.DECIDED,
        EventKind.EVALUATED,
        EventKind.TASK_COMPLETED,
        EventKind.SERVICE_DONE,
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE,
        EventKind.REFUSED,
        EventKind.CHOSEN,
        EventKind.MODIFIED,
    }
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a task came about, and to whom."""

    at: datetime
    after: str  #: the step that led to it
    by: str  #: who did that
    reasons: Reasons | None  #: of the last decision on the way
    whose: str


def arrival_of(task: TaskPage, progress: Progress, words: Words) -> Arrival | None:
    """Return why a task is there and why it lies where it does."""
    opened = next(
        (
            each
            for each in progress.trail
            if each.kind is EventKind.TASK_OPENED and each.task_id == task.id
        ),
        None,
    )
    if opened is None:
        return None
    before = [each for each in progress.trail if each.seq < opened.seq and each.at == opened.at]
    leads = [each for each in before if each.kind in _LEADS]
    act = next((each for each in reversed(leads) if each.kind is not EventKind.DECIDED), None)
    decided = next((each for each in reversed(leads) if each.kind is EventKind.DECIDED), None)
    return Arrival(
        opened.at,
        words.element(act.element_id, act.name) if act else "",
        _who(act, progress),
        reasons_of(decided, words) if decided else None,
        _whose(task),
    )


def _who(act: Event | None, progress: Progress) -> str:
    return name_of(act.actor, progress) if act else ""


def _whose(task: TaskPage) -> str:
    actor, desk = current_actor(), desk_name(task.desk, task.unit)
    if task.holder == actor.username:
        return _("You have taken it; it lies at the desk “%(desk)s”.", desk=desk)
    if actor.sits_at(task.desk):
        return _("It lies at the desk “%(desk)s”, which is yours.", desk=desk)
    return _("It lies at the desk “%(desk)s”, which is not yours.", desk=desk)
