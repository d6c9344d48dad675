"""One act done to one of several tasks, and taken back: what became of it, in words.

Each is a transaction of its own; what is refused at one task keeps no other from being done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from engine.commands import assigning, recalling, snoozing, tasks
from engine.commands.recallable import NotRecallable
from engine.errors import EngineError, Problem, RulesBroken
from engine.model.human_task import HumanTask
from engine.model.sign_in import Method
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.storage.calendar import working_calendar
from engine.values.later import offers
from forms import FormErrors, read_submission
from forms.paths import parted
from webapp.errors import problems_of, text_and_code
from webapp.inbox.recalled import as_typed, why_not
from webapp.inbox.step_form import step_form, step_to_answer
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

Act: TypeAlias = Literal["claim", "snooze", "priority", "assign", "complete"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one task."""

    task_id: UUID
    title: str  #: of the step
    case: str
    refused: str = ""  #: why nothing was done, in words with their codes
    was: str = ""  #: what undoing has to know
    problems: tuple[Problem, ...] = ()  #: the same, for a program


def do(act: Act, task_id: UUID, confirmed_by: Method | None = None) -> Done:
    """Do what the page asks to one task; the form says until when, to whom, how urgent.

    Args:
        confirmed_by: what confirmed all of them, where it was asked for.
    """
    with reader() as session:
        try:
            page = queries.page(session, task_id, current_actor(), drafts=False)
        except EngineError as refused:
            return Done(task_id, "", "", said(refused))
    name = words_of(page.definition).element(page.element_id, page.name)
    if act == "claim" and page.holder == current_actor().username:
        return Done(task_id, name, case_of(page), _("It is yours already."))
    was = str(page.priority) if act == "priority" else ""
    try:
        if act == "complete":
            _complete(task_id, confirmed_by)
        else:
            _ACTS[act](task_id)
    except (EngineError, FormErrors) as refused:
        return Done(task_id, name, case_of(page), said(refused))
    return Done(task_id, name, case_of(page), was=was)


def case_of(page: TaskPage) -> str:
    """Return what tells a case from others: its title with its number, or its first value."""
    values = (each for each in page.columns.values() if isinstance(each, str) and each)
    told = page.business_key or next(values, "")
    return f"{page.title} · {told}" if told not in page.title else page.title


def _claim(task_id: UUID) -> None:
    tasks.claim(unit_of_work(), task_id, actor=current_actor(), at=now())


def _snooze(task_id: UUID) -> None:
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor())
        calendar = working_calendar(session, asked.read.instance.unit)
    wanted = request.form.get("later", "tomorrow")
    moments: dict[str, datetime] = {each.later: each.until for each in offers(calendar, now())}
    until = moments.get(wanted, moments["tomorrow"])
    snoozing.snooze(unit_of_work(), task_id, until, actor=current_actor(), at=now())


def _prioritise(task_id: UUID) -> None:
    given = request.form.get("priority", "50")
    priority = int(given) if given.isdigit() else -1
    assigning.prioritise(unit_of_work(), task_id, priority, actor=current_actor(), at=now())


def _assign(task_id: UUID) -> None:
    to = request.form.get("to", "")
    assigning.assign(unit_of_work(), task_id, to, actor=current_actor(), at=now())


def _complete(task_id: UUID, confirmed_by: Method | None) -> None:
    """Answer a task with what is drafted and the one outcome chosen, where its step allows it.

    Raises:
        RulesBroken: it does not, or asks for more than that.
    """
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor(), drafts=True)
        config = asked.definition.bundle.process(asked.read.instance.process_id)
        declared = config.step(asked.task.element_id)
        step = step_to_answer(session, asked)
        if not declared.joins(config.amount_of(step.variables or {})):
            raise RulesBroken([Problem("GEN-BULK")])
    values = read_submission(
        step.form,
        {path: parted(typed) for path, typed in asked.drafts.items()},
        outcome=request.form.get("outcome") or None,
        draft=asked.drafts,
        table=step.table,
        variables=step.variables,
        now=now(),
    )
    uow, actor = unit_of_work(), current_actor()
    with taken(asked.task):
        tasks.complete(uow, task_id, values, actor=actor, at=now(), confirmed_by=confirmed_by)


@contextmanager
def taken(task: HumanTask) -> Iterator[None]:
    """Have a task taken from its desk, and put back there when it cannot be answered."""
    if task.holder is not None:
        yield
        return
    _claim(task.id)
    try:
        yield
    except EngineError:
        with suppress(EngineError):
            tasks.unclaim(unit_of_work(), task.id, actor=current_actor(), at=now())
        raise


_ACTS: Final[Mapping[Act, Callable[[UUID], None]]] = {
    "claim": _claim,
    "snooze": _snooze,
    "priority": _prioritise,
    "assign": _assign,
}


def take_back(act: Act, task_id: UUID, was: str) -> Done:
    """Take back what was done to one task, if that is still possible."""
    actor = current_actor()
    with reader() as session:
        try:
            page = queries.page(session, task_id, actor, drafts=False)
        except EngineError as refused:
            return Done(task_id, "", "", said(refused))
        form = step_form(session, page.definition, page.form_id, actor).form
    name = words_of(page.definition).element(page.element_id, page.name)
    uow = unit_of_work()
    try:
        match act:
            case "claim":
                tasks.unclaim(uow, task_id, actor=actor, at=now())
            case "assign":
                assigning.take_back(uow, task_id, actor=actor, at=now())
            case "snooze":
                snoozing.wake(uow, task_id, actor=actor)
            case "priority" if was.isdigit():
                assigning.prioritise(uow, task_id, int(was), actor=actor, at=now())
            case "complete":
                recalling.recall(uow, task_id, actor=actor, at=now(), typed=as_typed(form))
    except NotRecallable as refused:
        with reader() as session:
            return Done(
                task_id, name, case_of(page), why_not(session, refused, words_of(page.definition))
            )
    except EngineError as refused:
        return Done(task_id, name, case_of(page), said(refused))
    return Done(task_id, name, case_of(page))


def said(refused: EngineError | FormErrors) -> str:
    """Return why nothing was done, in words with their codes."""
    return " ".join(dict.fromkeys(_sentences(refused)))


def _sentences(refused: EngineError | FormErrors) -> Iterator[str]:
    if isinstance(refused, FormErrors):
        yield _("Its form asks for more; open it by itself.")
    for each in problems_of(refused):
        yield text_and_code(each)
