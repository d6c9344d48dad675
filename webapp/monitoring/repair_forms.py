"""The forms of repairs: what each asks, and the repair that its answers mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands import repairs
from engine.commands.admins import LONGEST_REASON
from engine.commands.repairs import Repair
from engine.model.instance import InstanceState
from engine.model.job import JobKind, JobState
from engine.model.subscription import Listens
from engine.queries.instance_page import WatchedCase
from engine.storage.database import Session
from engine.storage.held_steps import KINDS
from forms import Field, Form
from webapp.monitoring import repair_answers as answers
from webapp.monitoring import repair_questions as questions

Questions = Callable[[Session, WatchedCase], Iterable[Field]]
Reading = Callable[[Mapping[str, Any]], Repair]


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of repair: when it can be done, what it asks, and what that means."""

    key: str
    label: LazyString
    about: LazyString
    is_open: Callable[[WatchedCase], bool]
    questions: Questions
    repair: Reading
    is_dangerous: bool = False


def offered(case: WatchedCase) -> list[Offer]:
    """Return what can be done to a case as it stands."""
    return [each for each in OFFERS if each.is_open(case)]


def offer_of(key: str) -> Offer | None:
    """Return a kind of repair."""
    return next((each for each in OFFERS if each.key == key), None)


def form_of_repair(offer: Offer, session: Session, case: WatchedCase) -> Form:
    """Return the questions of a repair; the last one asks why."""
    fields = (*offer.questions(session, case), _reason())
    return Form("repair", fields, fields=fields)


def _reason() -> Field:
    return Field(
        "textarea",
        "reason",
        _("Why"),
        _("It goes into the history of the case and into the journal."),
        required=True,
        longest=LONGEST_REASON,
    )


def _runs(case: WatchedCase) -> bool:
    return case.state is InstanceState.RUNNING


def _has_job(
    *states: JobState, kinds: frozenset[JobKind] | None = None
) -> Callable[[WatchedCase], bool]:
    return lambda case: _runs(case) and bool(questions.jobs_of(case, states, kinds))


_TIMERS: Final = frozenset({JobKind.TIMER})
_MOVABLE: Final = frozenset({JobKind.TIMER, JobKind.SERVICE})

OFFERS: Final = (
    Offer(
        "retry",
        _l("Try again"),
        _l("Jobs that gave up get all their attempts again."),
        _has_job(JobState.INCIDENT),
        questions.retried,
        lambda said: repairs.Retry(tuple(UUID(each) for each in said["jobs"])),
    ),
    Offer(
        "edit_values",
        _l("Edit a value"),
        _l("A value of the case becomes another one; conditions that wait for it are looked at."),
        _runs,
        questions.value,
        answers.edited,
    ),
    Offer(
        "move_tokens",
        _l("Move tokens"),
        _l("The case stops waiting here and goes on there."),
        _runs,
        questions.moves,
        answers.instructions,
        is_dangerous=True,
    ),
    Offer(
        "reassign",
        _l("Give a task to somebody"),
        _l("Whoever has it now: another person who may do it gets it."),
        lambda case: _runs(case) and bool(case.now.tasks),
        questions.person,
        lambda said: repairs.Reassign(UUID(said["task"]), said["to"]),
    ),
    Offer(
        "free",
        _l("Put a task back on its desk"),
        _l("For whoever is gone or ill; what was typed stays with it."),
        lambda case: _runs(case) and any(each.holder for each in case.now.tasks),
        questions.held_task,
        lambda said: repairs.Free(UUID(said["task"])),
    ),
    Offer(
        "change_due",
        _l("Change a deadline"),
        _l("A task is due on another day; reminders move along."),
        lambda case: _runs(case) and bool(case.now.tasks),
        questions.deadline,
        lambda said: repairs.ChangeDue(UUID(said["task"]), answers.day(said)),
    ),
    Offer(
        "fire",
        _l("Let a timer come now"),
        _l("The case goes on as if its time had come."),
        _has_job(JobState.READY, kinds=_TIMERS),
        questions.timer,
        lambda said: repairs.Fire(UUID(said["job"])),
    ),
    Offer(
        "move_job",
        _l("Move a timer or the next attempt"),
        _l("It comes at another moment."),
        _has_job(JobState.READY, kinds=_MOVABLE),
        questions.moved_job,
        lambda said: repairs.MoveJob(UUID(said["job"]), answers.moment(said)),
    ),
    Offer(
        "hold_job",
        _l("Hold a timer or a job"),
        _l("No worker takes it up until you let it; everything else of the case goes on."),
        _has_job(JobState.READY, kinds=KINDS),
        questions.held_job,
        lambda said: repairs.HoldJob(UUID(said["job"])),
    ),
    Offer(
        "let_job_go",
        _l("Let a held timer or job go on"),
        _l("It comes at its moment; if that is past, at once."),
        _has_job(JobState.HELD),
        questions.job_to_let_go,
        lambda said: repairs.LetJobGo(UUID(said["job"])),
    ),
    Offer(
        "correlate",
        _l("Tell it a message"),
        _l("The case gets a message it waits for, under the key it waits with."),
        lambda case: _runs(case) and any(each.kind is Listens.MESSAGE for each in case.now.listens),
        questions.message,
        lambda said: repairs.Correlate(said["token"], answers.values(said)),
    ),
    Offer(
        "signal",
        _l("Give a signal"),
        _l("Everybody who listens hears it, other cases too."),
        _runs,
        questions.signal,
        lambda said: repairs.SendSignal(said["name"], answers.values(said)),
        is_dangerous=True,
    ),
    Offer(
        "suspend",
        _l("Suspend the case"),
        _l("Nobody answers its tasks, its timers and jobs wait, until you let it go on."),
        _runs,
        questions.nothing,
        lambda _: repairs.Suspend(),
    ),
    Offer(
        "resume",
        _l("Let the case go on"),
        _l("What fell due meanwhile happens at once."),
        lambda case: case.state is InstanceState.SUSPENDED,
        questions.nothing,
        lambda _: repairs.Resume(),
    ),
    Offer(
        "cancel",
        _l("Cancel the case"),
        _l("It ends now, with all that is open in it. That cannot be undone."),
        lambda case: not case.is_over,
        questions.nothing,
        lambda _: repairs.Cancel(),
        is_dangerous=True,
    ),
    Offer(
        "restart",
        _l("Begin it again as a new case"),
        _l("A new case of the same version begins with its values, where you say."),
        lambda case: case.is_over,
        questions.places,
        lambda said: repairs.Restart(tuple(said["elements"])),
    ),
)
