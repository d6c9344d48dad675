"""What the forms of repairs ask: of this case, with what it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _

from engine.commands import assigning
from engine.commands.models import model_of
from engine.model.job import JobKind, JobState
from engine.model.subscription import Listens
from engine.queries.instance_page import WatchedCase
from engine.storage.database import Session
from engine.storage.held_steps import KINDS
from forms import Choice, Field
from webapp.cases.meanings import meanings_of
from webapp.formatting import moment_text
from webapp.monitoring.instance_now import token_lines
from webapp.request import locale, now
from webapp.wording import words_of

_LONGEST_VALUES: Final = 200_000  #: characters
_NOT_STARTED: Final = frozenset({"boundaryEvent", "startEvent"})


def jobs_of(
    case: WatchedCase, states: tuple[JobState, ...], kinds: frozenset[JobKind] | None = None
) -> list[Choice]:
    """Return jobs in some states as choices."""
    words = words_of(case.definition)
    return [
        Choice(
            str(each.id),
            f"{words.element(each.element_id)} – "
            + (each.last_error or moment_text(each.run_at) if JobState.INCIDENT in states
               else moment_text(each.run_at)),
        )
        for each in case.now.jobs
        if each.state in states and (kinds is None or each.kind in kinds)
    ]  # fmt: skip


def _tasks(case: WatchedCase) -> tuple[Choice, ...]:
    words = words_of(case.definition)
    return tuple(
        Choice(
            str(each.id),
            f"{words.element(each.element_id, each.name)} – {each.holder or each.desk}",
        )
        for each in case.now.tasks
    )


def _select(key: str, label: str, choices: Iterable[Choice], hint: str = "") -> Field:
    return Field("select", key, label, hint, required=True, choices=tuple(choices))


def _values_field(label: str) -> Field:
    return Field(
        "textarea",
        "values",
        label,
        _('As JSON, such as {"amount": 5}; left empty: none.'),
        longest=_LONGEST_VALUES,
    )


def retried(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which jobs are tried again."""
    choices = tuple(jobs_of(case, (JobState.INCIDENT,)))
    yield Field("checklist", "jobs", _("What is tried again"), required=True, choices=choices)


def deadline(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which task is due when."""
    yield _select("task", _("Task"), _tasks(case))
    yield Field(
        "jalaliDate",
        "day",
        _("Due at the end of"),
        _("Left empty: it has no deadline any more."),
    )


def moved_job(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask what comes at which other moment."""
    kinds = frozenset({JobKind.TIMER, JobKind.SERVICE})
    yield _select("job", _("Timer or job"), jobs_of(case, (JobState.READY,), kinds))
    yield Field("datetime", "moment", _("Its new moment"), required=True, subtype="datetime")


def timer(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which timer comes now."""
    yield _select("job", _("Timer"), jobs_of(case, (JobState.READY,), frozenset({JobKind.TIMER})))


def held_job(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which job is held."""
    yield _select("job", _("Timer or job"), jobs_of(case, (JobState.READY,), KINDS))


def job_to_let_go(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which job that is held goes on."""
    yield _select("job", _("Timer or job"), jobs_of(case, (JobState.HELD,)))


def value(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which value becomes what."""
    meanings = meanings_of(words_of(case.definition))
    known = tuple(Choice(key, f"{meanings.name(key)} ({key})") for key in case.now.variables)
    yield Field("select", "name", _("Value"), choices=known)
    yield Field("textfield", "new", _("Or a new one"), _("Its name in the model."), longest=200)
    yield Field(
        "select",
        "type",
        _("Is"),
        required=True,
        choices=(
            Choice("text", _("a text")),
            Choice("number", _("a number")),
            Choice("yes", _("yes")),
            Choice("no", _("no")),
            Choice("nothing", _("nothing")),
            Choice("json", _("JSON: lists and what has parts")),
        ),
    )
    yield Field("textarea", "value", _("Shall be"), longest=_LONGEST_VALUES)


def person(session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask who gets which task."""
    yield _select("task", _("Task"), _tasks(case))
    config = case.definition.bundle.process(case.process_id)
    people = {
        each.username: each.names[locale()]
        for task in case.now.tasks
        for each in assigning.colleagues(session, task.id, config, now())
        if each.refused is None
    }
    yield _select(
        "to",
        _("To"),
        (Choice(username, name) for username, name in sorted(people.items())),
        _("Who may do one of the open tasks of this case."),
    )


def held_task(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which task is put back."""
    held = {str(each.id) for each in case.now.tasks if each.holder}
    yield _select("task", _("Task"), (each for each in _tasks(case) if each.value in held))


def moves(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask where tokens end and where they begin."""
    here = tuple(
        Choice(each.token, f"{each.name} – {each.waits}")
        for each in token_lines(case)
        if each.beside is None
    )
    places = _elements(case)
    yield Field("checklist", "cancel", _("End here"), choices=here)
    yield Field("taglist", "before", _("Begin before"), choices=places)
    yield Field("taglist", "after", _("Begin after"), choices=places)


def _elements(case: WatchedCase) -> tuple[Choice, ...]:
    words = words_of(case.definition)
    process = model_of(case.definition.bundle).processes[case.process_id]
    return tuple(
        Choice(each.id, f"{words.element(each.id, each.name)} ({each.id})")
        for each in process.elements
        if each.kind not in _NOT_STARTED
    )


def places(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask where a new case begins."""
    yield Field("taglist", "elements", _("Begin before"), required=True, choices=_elements(case))


def message(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which message it is told."""
    words = words_of(case.definition)
    waits = (each for each in case.now.listens if each.kind is Listens.MESSAGE)
    yield _select(
        "token",
        _("Message"),
        (
            Choice(each.token, f"{words.message(each.name)} – {words.element(each.element_id)}")
            for each in waits
        ),
    )
    yield _values_field(_("What it brings"))


def signal(_session: Session, case: WatchedCase) -> Iterable[Field]:
    """Ask which signal is given."""
    heard = [each.name for each in case.now.listens if each.kind is Listens.SIGNAL]
    hint = _("This case listens for: %(names)s", names=", ".join(heard)) if heard else ""
    yield Field("textfield", "name", _("Signal"), hint, required=True, longest=200)
    yield _values_field(_("What it brings"))


def nothing(_session: Session, _case: WatchedCase) -> Iterable[Field]:
    """Ask nothing."""
    return ()
