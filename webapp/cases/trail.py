"""The trail of a case in words: who did what, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands.upkeep import STRANDED
from engine.model.event import Event, EventKind
from engine.queries.cases import Progress
from engine.storage.bundles import Deployed
from engine.values import grouped
from forms import Form
from webapp.cases.answers import Answers
from webapp.cases.meanings import form_of
from webapp.cases.people import name_of
from webapp.cases.why import Reasons, reasons_of
from webapp.problems import TEXTS, sentences
from webapp.request import locale
from webapp.wording import Words, desk_name, words_of

#: What the trail leaves out: it says nothing a person did or decided.
_QUIET: Final = frozenset({EventKind.PASSED, EventKind.TASK_OPENED})
_TROUBLE: Final = frozenset({EventKind.INCIDENT, EventKind.REFUSED, EventKind.ESCALATED})
_SAID: Final[Mapping[EventKind, LazyString]] = {
    EventKind.STARTED: _l("Started"),
    EventKind.PASSED: _l("Passed “%(step)s”"),
    EventKind.TASK_OPENED: _l("“%(step)s” was opened"),
    EventKind.TASK_CLAIMED: _l("Took “%(step)s”"),
    EventKind.TASK_UNCLAIMED: _l("Put back “%(step)s”"),
    EventKind.TASK_ASSIGNED: _l("Gave “%(step)s” to %(to)s"),
    EventKind.TASK_DELEGATED: _l("Let %(to)s work on “%(step)s”"),
    EventKind.TASK_HANDED_BACK: _l("Handed “%(step)s” back to %(to)s"),
    EventKind.TASK_PRIORITISED: _l("Gave “%(step)s” the priority %(priority)s"),
    EventKind.TASK_REPORTED: _l("Reported of “%(step)s”: %(code)s"),
    EventKind.TASK_RETURNED: _l("Sent “%(step)s” back to “%(earlier)s”, to %(to)s"),
    EventKind.TASK_RECALLED: _l("Took back the answer to “%(step)s”"),
    EventKind.TASK_REOPENED: _l("“%(step)s” is open again"),
    EventKind.TASK_WITHDRAWN: _l("“%(step)s” was no longer needed"),
    EventKind.SERVICE_DONE: _l("“%(step)s” was done"),
    EventKind.EVALUATED: _l("Decided by rules: “%(step)s”"),
    EventKind.ROW_MISSING: _l("“%(step)s” found no row in its data store"),
    EventKind.ROW_WRITTEN: _l("“%(step)s” wrote a row of a data store"),
    EventKind.TIMER_FIRED: _l("The time came: %(step)s"),
    EventKind.RESCHEDULED: _l("The working calendar changed; “%(step)s” comes at another time"),
    EventKind.SIGNAL: _l("A signal came: %(step)s"),
    EventKind.CHANGED: _l("Values of the case were changed"),
    EventKind.REMINDED: _l("Reminder: “%(step)s” is due soon"),
    EventKind.ESCALATED: _l("“%(step)s” is overdue; those responsible were told"),
    EventKind.REFUSED: _l("“%(step)s” was refused"),
    EventKind.INCIDENT: _l("“%(step)s” failed; an administrator has to look"),
    EventKind.RETRIED: _l("“%(step)s” was tried again"),
    EventKind.JOB_HELD: _l("Held what was planned for “%(step)s”"),
    EventKind.JOB_LET_GO: _l("Let “%(step)s” go on"),
    EventKind.JOB_PREFERRED: _l("Gave what was planned for “%(step)s” another priority"),
    EventKind.RETRIES_SET: _l("Said how often “%(step)s” may still be tried: %(retries)s"),
    EventKind.MIGRATED: _l("Went on in another version of the process"),
    EventKind.MIGRATION_UNDONE: _l("Went back to the version of the process it had before"),
    EventKind.TASK_MOVED: _l("“%(step)s” follows the other version of the process"),
    EventKind.MODIFIED: _l("Moved by an administrator"),
    EventKind.CHOSEN: _l("“%(step)s” was chosen"),
    EventKind.CALLED: _l("“%(step)s” goes on as a case of its own"),
    EventKind.RETURNED: _l("The case of “%(step)s” has ended"),
    EventKind.EXCEPTION_ASKED: _l("Asked for an exception from a four-eyes rule for “%(step)s”"),
    EventKind.EXCEPTION_GRANTED: _l("Granted %(to)s an exception for “%(step)s”"),
    EventKind.EXCEPTION_REFUSED: _l("Refused %(to)s an exception for “%(step)s”"),
    EventKind.SUSPENDED: _l("Suspended by an administrator"),
    EventKind.RESUMED: _l("Let go on by an administrator"),
    EventKind.RESTARTED: _l("Goes on as a new case"),
    EventKind.CANCELLED: _l("Cancelled"),
    EventKind.DOCUMENT_ADDED: _l("Put a document into the file"),
    EventKind.PAPER_MADE: _l("Printed a paper into the file"),
    EventKind.DOCUMENT_REPLACED: _l("Replaced a document by a newer version"),
    EventKind.DOCUMENT_WITHDRAWN: _l("Withdrew a document"),
    EventKind.DOCUMENT_SIGNED: _l("Signed a document"),
    EventKind.DOCUMENT_STAMPED: _l("Gave a signed document another archive timestamp"),
    EventKind.ORIGINAL: _l("Took in the paper of a scan"),
}
#: what became of the paper that a document was scanned from
_OF_PAPER: Final[Mapping[str, LazyString]] = {
    "taken": _l("Took in the paper of a scan"),
    "certified": _l("Found a scan true to its paper"),
    "allowed": _l("Allowed the paper of a scan to be destroyed"),
    "destroyed": _l("Destroyed the paper of a scan"),
    "returned": _l("Gave the paper of a scan back"),
}
_OF_DOCUMENTS: Final = frozenset(
    {
        EventKind.DOCUMENT_ADDED,
        EventKind.DOCUMENT_REPLACED,
        EventKind.DOCUMENT_WITHDRAWN,
        EventKind.DOCUMENT_SIGNED,
        EventKind.DOCUMENT_STAMPED,
        EventKind.ORIGINAL,
        EventKind.PAPER_MADE,
    }
)
#: what people do that the clock does too
_BY_PEOPLE: Final[Mapping[EventKind, LazyString]] = {
    EventKind.REMINDED: _l("Asked after “%(step)s”"),
    EventKind.RESCHEDULED: _l("Gave “%(step)s” another moment"),
}
#: who was given a task by the rule of its step
_BY_RULE: Final[Mapping[str, LazyString]] = {
    "least_loaded": _l("“%(step)s” went to %(to)s, who has the fewest open tasks"),
    "in_turn": _l("“%(step)s” went to %(to)s, whose turn it was"),
}


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of the trail."""

    at: datetime
    what: str
    who: str = ""
    desk: str = ""
    details: tuple[tuple[str, str], ...] = ()  #: label and text: what was answered, why
    css: str = ""
    number: int = 0  #: of the event in its case: what a link to the line names
    reasons: Reasons | None = None  #: of a decision


#: what the trail may be cut down to, or show besides
SHOWN: Final[Mapping[str, LazyString]] = {
    "main": _l("What matters"),
    "people": _l("What people did"),
    "everything": _l("Everything"),
}


def trail_of(
    progress: Progress, definition: Deployed, unit: str, shown: str = "main"
) -> tuple[TrailLine, ...]:
    """Return what happened, newest first.

    Args:
        shown: one of `SHOWN`.
    """
    answers = answers_in(progress, definition)
    lines = [
        _line(each, progress, answers, unit) for each in progress.trail if _is_shown(each, shown)
    ]
    return tuple(reversed(lines))


def answers_in(progress: Progress, definition: Deployed) -> Answers:
    """Return what tells the answers of a case in the language of the page."""
    documents = {
        each.facts["document"]: each.facts["name"]
        for each in progress.trail
        if each.kind in _OF_DOCUMENTS
    }
    known: dict[str, Any] = {}
    for each in progress.trail:
        known |= each.facts.get("answer") or {}
    return Answers(words_of(definition), documents, known)


def _is_shown(event: Event, shown: str) -> bool:
    if shown == "people":
        return event.actor is not None
    return shown == "everything" or event.kind not in _QUIET


def _line(event: Event, progress: Progress, answers: Answers, unit: str) -> TrailLine:
    css = "trouble" if event.kind in _TROUBLE else "by-person" if event.actor else ""
    return TrailLine(
        event.at,
        _what(event, progress, answers.words),
        _who(event, progress),
        desk_name(event.desk, unit) if event.actor else "",
        tuple(_details(event, answers, unit)),
        css,
        event.seq,
        reasons_of(event, answers.words),
    )


def _who(event: Event, progress: Progress) -> str:
    """Name who acted, and for whom he stood in."""
    who, other = name_of(event.actor, progress), event.facts.get("for")
    if event.actor is None or not isinstance(other, str):
        return who
    return _("%(name)s for %(other)s", name=who, other=name_of(other, progress))


def _what(event: Event, progress: Progress, words: Words) -> str:
    step = words.element(event.element_id, event.name)
    match event.kind:
        case EventKind.TASK_COMPLETED:
            return _completed(event, step, words)
        case EventKind.DECIDED:
            return _decided(event, step, words)
        case EventKind.MESSAGE:
            return words.message(event.name or "", event.element_id)
        case EventKind.TASK_UNCLAIMED if event.facts.get("substitution"):
            holder = name_of(event.facts.get("holder"), progress)
            return _("“%(step)s” went back: %(name)s stands in no more", step=step, name=holder)
        case EventKind.FINISHED:
            return _("Finished: %(end)s", end=step) if step else _("Finished")
        case _:
            return str(_said(event)) % {"step": step, **_in_words(event, progress, words)}


def _said(event: Event) -> LazyString:
    """Return the sentence of a kind: people do some things that the clock or a rule does too."""
    if event.kind is EventKind.INCIDENT and event.element_id is None:  # of the case itself
        return _l(TEXTS[STRANDED])
    if event.actor is None:
        return _BY_RULE.get(str(event.facts.get("rule")), _SAID[event.kind])
    if event.kind is EventKind.ORIGINAL:
        return _OF_PAPER[event.facts["what"]]
    return _BY_PEOPLE.get(event.kind, _SAID[event.kind])


def _in_words(event: Event, progress: Progress, words: Words) -> Mapping[str, str]:
    """Return whom, which step and what number a sentence names besides its own step."""
    facts = event.facts
    return {
        "to": name_of(facts["to"], progress) if facts.get("to") else "",
        "earlier": words.element(facts.get("earlier"), None) if facts.get("earlier") else "",
        "code": str(facts.get("code") or ""),
        "priority": _number(facts.get("priority")),
        "retries": _number(facts.get("retries")),
    }


def _number(value: Any) -> str:
    return grouped(value, locale()) if isinstance(value, int) else ""


def _completed(event: Event, step: str, words: Words) -> str:
    chosen = event.facts.get("answer", {}).get("outcome")
    if not chosen:
        return _("Completed “%(step)s”", step=step)
    outcome = words.task_outcome(_form_id(event, words), chosen)
    return _("Completed “%(step)s”: %(outcome)s", step=step, outcome=outcome)


def _decided(event: Event, step: str, words: Words) -> str:
    flow = words.element(event.facts.get("flow"), event.facts.get("flow_name"))
    way = flow if event.facts.get("flow_name") else _("the ordinary way")
    return _("%(question)s %(answer)s", question=step, answer=way) if step else way


def _details(event: Event, answers: Answers, unit: str) -> Iterator[tuple[str, str]]:
    if event.kind in (EventKind.DECIDED, EventKind.EVALUATED):
        return  # see `reasons_of`
    if event.kind is EventKind.REFUSED:
        for text in sentences(event.facts.get("error_problems"), answers.words):
            yield _("Problem"), text
        return
    if event.kind in (EventKind.REMINDED, EventKind.ESCALATED):
        if event.facts.get("desk"):
            yield _("Told"), desk_name(event.facts["desk"], unit)
        return
    form = form_answered(event, answers.words)
    if form is not None:
        yield from answers.of(form, event.facts.get("answer") or {})
    if (signed := event.facts.get("signed")) is not None:
        yield _("Signed at level %(level)s", level=signed["level"]), f"SHA-256 {signed['hash']}"
    yield from _named(event)


def _named(event: Event) -> Iterator[tuple[str, str]]:
    """Give which document it was about, and the reason somebody wrote."""
    if event.kind in _OF_DOCUMENTS:
        yield _("Document"), event.facts["name"]
        if "registry" in event.facts:
            yield _("Registry number"), event.facts["registry"]
        if "minute" in event.facts:
            yield _("Minute number"), event.facts["minute"]
    reason = event.facts.get("reason")
    if isinstance(reason, str) and reason:
        yield _("Reason"), reason


def form_answered(event: Event, words: Words) -> Form | None:
    """Return the form of a step or a start, whose answers an event may hold."""
    if event.kind is EventKind.STARTED:
        form_id = words.definition.bundle.process(words.definition.process_id).start_form
    else:
        form_id = _form_id(event, words)
    return form_of(words, form_id)


def _form_id(event: Event, words: Words) -> str | None:
    element = words.model_element(event.element_id)
    return element.form_id if element else None
