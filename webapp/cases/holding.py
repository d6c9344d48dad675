"""Who is holding a case up: each open step in one line, for those who may ask after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.commands.assigning import may_assign
from engine.commands.reminding import REST, may_remind
from engine.model.instance import HumanTask
from engine.queries.called_steps import CalledStep, called_steps
from engine.queries.cases import CasePage, OpenStep
from engine.queries.holding import HeldUp, held_up, held_up_of
from engine.storage.calendar import working_calendar
from engine.storage.called import began
from engine.storage.database import Session
from engine.values import WorkingCalendar, local_date
from webapp.cases.meanings import bare
from webapp.formatting import digits, jalali
from webapp.request import current_actor, locale, now
from webapp.wording import Words, words_of

#: a deadline that ends at 24:00 belongs to the day before
_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds one open step up, and what may be done about it."""

    waited: str  #: “waits 5 working days (limit 5)”
    reasons: tuple[str, ...]  #: who is away, what lies before it
    may_remind: bool
    may_assign: bool
    is_asked: bool  #: somebody has reminded of it within a day


def holding_of(session: Session, case: CasePage) -> Mapping[UUID, Holding]:
    """Return what holds up the open steps that the actor may ask after, by task."""
    config = case.definition.bundle.process(case.process_id)
    actor, amount = current_actor(), config.amount_of(case.variables)
    tasks = {each.task_id: _task(case.id, each) for each in case.progress.steps}
    allowed = {
        id_: each
        for id_, each in tasks.items()
        if may_remind(config, _began(session, case), each, actor, amount)
    }
    if not allowed:
        return {}
    found, calendar = held_up(session, case.id, now()), working_calendar(session, case.unit)
    return {
        id_: _holding(each, found[id_], calendar, assigns=may_assign(config, each, actor, amount))
        for id_, each in allowed.items()
        if id_ in found
    }


def _began(session: Session, case: CasePage) -> Collection[str]:
    """Return who began a case; of a called one also who began those that wait for it."""
    return began(session, case.id) if case.is_called else {case.started_by}


@dataclass(frozen=True, slots=True)
class Called:
    """An open step of a case that the one shown waits for, and what holds it up."""

    at: CalledStep
    words: Words
    holding: Holding | None


def called_of(session: Session, case: CasePage) -> tuple[Called, ...]:
    """Return whom a case waits for through those it has called, which it may wait for."""
    if not case.progress.calls:
        return ()
    steps = called_steps(session, case.id, current_actor())
    starters = _began(session, case)
    asked = {}
    for each in steps:
        config = each.definition.bundle.process(each.process_id)
        task = _task(each.instance_id, each.step)
        if may_remind(config, starters, task, current_actor()):
            asked[task.id] = task, may_assign(config, task, current_actor())
    found = held_up_of(session, asked, now()) if asked else {}
    calendar = working_calendar(session, case.unit) if asked else None
    held = {
        id_: _holding(task, found[id_], calendar, assigns=assigns)
        for id_, (task, assigns) in asked.items()
        if id_ in found and calendar is not None
    }
    return tuple(
        Called(each, words_of(each.definition), held.get(each.step.task_id)) for each in steps
    )


def _task(instance_id: UUID, step: OpenStep) -> HumanTask:
    return HumanTask(
        id=step.task_id,
        instance_id=instance_id,
        token="",
        element_id=step.element_id,
        name=step.name,
        lane=step.lane,
        desk=step.desk,
        form_id=None,
        created_at=step.created_at,
        due_at=step.due_at,
        holder=step.holder,
        owner=step.owner,
        escalation_desk=step.escalation_desk,
    )


def _holding(task: HumanTask, held: HeldUp, calendar: WorkingCalendar, *, assigns: bool) -> Holding:
    is_asked = held.asked_at is not None and now() < held.asked_at + REST
    return Holding(_waited(task, calendar), tuple(_reasons(held)), not is_asked, assigns, is_asked)


def _waited(task: HumanTask, calendar: WorkingCalendar) -> str:
    since, today = local_date(task.created_at), local_date(now())
    count = calendar.working_days_between(since, today)
    days = digits(count)
    if task.due_at is None:
        return ngettext(
            "has waited %(days)s working day", "has waited %(days)s working days", count, days=days
        )
    last = local_date(task.due_at - _MOMENT)
    limit = digits(calendar.working_days_between(since, last))
    return ngettext(
        "has waited %(days)s working day (limit %(limit)s)",
        "has waited %(days)s working days (limit %(limit)s)",
        count,
        days=days,
        limit=limit,
    )


def _reasons(held: HeldUp) -> Iterator[str]:
    if held.away_until is not None:
        substitute = held.substitute_fa if locale() == "fa" else held.substitute_en
        yield _(
            "away until %(day)s; %(name)s stands in and has not taken it",
            day=bare(jalali(held.away_until)),
            name=substitute or "",
        )
    if held.earlier:
        yield _("%(count)s earlier steps wait at the same desk", count=digits(held.earlier))
