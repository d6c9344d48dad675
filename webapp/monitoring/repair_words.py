"""What a repair does, in sentences: the same before it is done and afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import bpmn
from engine.commands.repairs import Changed, Effect
from engine.errors import EngineError
from engine.model.instance import InstanceState
from engine.model.job import ASIDE, JobState
from engine.queries.instance_page import WatchedCase
from engine.storage.case_state import JobLine, TaskState
from webapp.cases.meanings import meanings_of
from webapp.errors import problems_of
from webapp.findings import text_of_detail
from webapp.formatting import moment_text
from webapp.marks import with_marks
from webapp.monitoring.repair_forms import offer_of
from webapp.problems import text_of
from webapp.wording import Words, desk_name, words_of

_STATES: Final[Mapping[InstanceState, LazyString]] = {
    InstanceState.RUNNING: _l("The case goes on."),
    InstanceState.SUSPENDED: _l("Nothing of the case goes on until somebody lets it."),
    InstanceState.FINISHED: _l("The case reaches an end and is finished."),
    InstanceState.CANCELLED: _l("The case ends as cancelled."),
}


def repair_name(key: str) -> str:
    """Return what a kind of repair is called."""
    offer = offer_of(key)
    return key if offer is None else str(offer.label)


def told(effect: Effect, case: WatchedCase) -> list[str]:
    """Return everything that a repair changes, in sentences."""
    if effect.is_nothing:
        return [_("Nothing changes in this case.")]
    sentences = dict.fromkeys(_told(effect, case, words_of(case.definition)))
    return [with_marks(each) for each in sentences]


def _told(effect: Effect, case: WatchedCase, words: Words) -> Iterator[str]:
    if effect.state is not None:
        yield str(_STATES[effect.state.after])
    for task in effect.closed:
        yield _("The task “%(step)s” is closed without an answer.", step=_step(task, words))
    for task in effect.opened:
        desk = desk_name(task.desk, case.unit)
        yield _("The task “%(step)s” opens, for %(desk)s.", step=_step(task, words), desk=desk)
    for moved in effect.tasks:
        yield from _of_task(moved, case, words)
    yield from _of_jobs(effect, words)
    for heard in effect.unheard:
        name = words.element(heard.element_id)
        yield _("The case does not wait for “%(what)s” any more.", what=name)
    for heard in effect.heard:
        yield _("The case waits for “%(what)s”.", what=words.element(heard.element_id))
    yield from _of_values(effect.values, words)
    if effect.new_case is not None:
        yield _("A new case begins with the values of this one.")
    if effect.listeners is not None:
        yield _("It is heard by %(count)s that listen for it now.", count=effect.listeners)


def _step(task: TaskState, words: Words) -> str:
    return words.element(task.element_id, task.name)


def _of_task(moved: Changed[TaskState], case: WatchedCase, words: Words) -> Iterator[str]:
    was, now = moved.before, moved.after
    step = _step(now, words)
    if was.holder != now.holder:
        if now.holder is None:
            yield _("The task “%(step)s” lies on its desk again.", step=step)
        else:
            yield _("The task “%(step)s” goes to %(who)s.", step=step, who=now.holder)
    if was.due_at != now.due_at:
        if now.due_at is None:
            yield _("The task “%(step)s” has no deadline any more.", step=step)
        else:
            at = moment_text(now.due_at)
            yield _("The task “%(step)s” is due at %(at)s.", step=step, at=at)
    if was.desk != now.desk:
        desk = desk_name(now.desk, case.unit)
        yield _("The task “%(step)s” lies at %(desk)s.", step=step, desk=desk)


def _of_jobs(effect: Effect, words: Words) -> Iterator[str]:
    for job in effect.ended_jobs:
        yield _("What was planned for “%(step)s” is dropped or done.", step=_job(job, words))
    for job in effect.new_jobs:
        yield _("“%(step)s” is planned for %(at)s.", step=_job(job, words),
                at=moment_text(job.run_at))  # fmt: skip
    for moved in effect.jobs:
        step = _job(moved.after, words)
        if moved.before.state is JobState.INCIDENT:
            yield _("“%(step)s” is tried again, with all its attempts.", step=step)
        elif moved.after.state is JobState.SUSPENDED:
            yield _("“%(step)s” waits with the case.", step=step)
        elif moved.after.state is JobState.HELD:
            yield _("“%(step)s” waits until somebody lets it go on.", step=step)
        elif moved.before.state in ASIDE:
            at = moment_text(moved.after.run_at)
            yield _("“%(step)s” goes on; its moment is %(at)s.", step=step, at=at)
        else:
            at = moment_text(moved.after.run_at)
            yield _("“%(step)s” comes at %(at)s.", step=step, at=at)


def _job(job: JobLine, words: Words) -> str:
    return words.element(job.element_id) or job.kind.value


def _of_values(values: Mapping[str, Changed[Any]], words: Words) -> Iterator[str]:
    meanings = meanings_of(words)
    for key, each in values.items():
        yield _(
            "The value “%(name)s” becomes %(after)s; it was %(before)s.",
            name=meanings.name(key),
            after=meanings.value(key, each.after),
            before=meanings.value(key, each.before),
        )


def refusals(error: EngineError, case: WatchedCase) -> list[str]:
    """Return in sentences why a repair cannot be done, and what helps."""
    if isinstance(error, bpmn.ModificationRefused):
        words = words_of(case.definition)
        return [_obstacle(each, words) for each in error.obstacles]
    if isinstance(error, bpmn.StepFailed):
        return [_("The case could not go on: %(why)s", why=str(error))]
    return [text_of(each) for each in problems_of(error)]


def _obstacle(obstacle: bpmn.Obstacle, words: Words) -> str:
    what = text_of_detail(obstacle.reason, words.language)
    place = words.element(obstacle.element_id)
    return what if obstacle.element_id == obstacle.process_id else f"{place}: {what}"
