"""The acts of a run in sentences, with why those were refused that were."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.catalogue.bundle import Bundle
from engine.errors import EngineError, Problem
from engine.play import (
    Act,
    Answer,
    Fail,
    Message,
    Move,
    Refusal,
    Seen,
    Signal,
    Start,
    Succeed,
)
from forms import FormErrors
from webapp.errors import problems_of
from webapp.formatting import moment_text
from webapp.problems import text_of
from webapp.wording import Words, words_of

#: why a step went wrong, by the code of the engine's error
WRONG: Final[Mapping[str, Any]] = {
    "GEN-EXTERNAL": _l("The work outside did not succeed."),
    "GEN-NOFLOW": _l("No way goes on from here: no condition holds, and no flow is the default."),
    "GEN-FEEL": _l("An expression could not be worked out."),
    "GEN-DECISION": _l("A decision gave no answer."),
    "GEN-UNCAUGHT": _l("Nothing in the diagram catches the error."),
    "GEN-JOIN": _l("The ways meet here, and one that is waited for can never come."),
    "GEN-LIMIT": _l(
        "Too much happened in one step: something repeats without end, or opens too much."
    ),
    "GEN-SIZE": _l("A value is larger than a case may hold."),
    "GEN-STORE": _l("A row of a data store could not be read or written."),
}
#: where a sentence of an area names a value, which an incident does not keep
_VALUE: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act of the run, in a sentence."""

    number: int
    text: str
    problems: tuple[str, ...]  #: why it was refused
    details: str


def act_lines(seen: Sequence[Seen], acts: Sequence[Act], bundle: Bundle) -> Iterator[ActLine]:
    """Yield the acts in sentences, with why those were refused that were."""
    names = _Names(bundle, seen)
    for number, act in enumerate(acts, 1):
        refusal = seen[number - 1].refusal if number <= len(seen) else None
        problems = tuple(problem_texts(refusal)) if refusal else ()
        if number > len(seen):
            problems = (_("The run was broken off before this."),)
        yield ActLine(number, names.sentence(act), problems, refusal.message if refusal else "")


def problem_texts(refusal: Refusal, words: Words | None = None) -> Iterator[str]:
    """Yield in words why an act was refused."""
    for each in problems_in(refusal):
        place = f"{each.field}: " if each.field and words is None else ""
        yield f"{place}{text_of(each, words)}"


def problems_in(refusal: Refusal) -> tuple[Problem, ...]:
    """Return what a refusal says, problem by problem."""
    if isinstance(refusal.error, EngineError | FormErrors):
        return problems_of(refusal.error)
    return (Problem("PLAY-FAILED"),)


def failure_text(code: str, error: Callable[[str], str | None]) -> str:
    """Say why a step went wrong; values that the sentence names stand in the details only.

    Args:
        error: the area's own sentence of a code, where it has one.
    """
    said = error(code) or str(WRONG.get(code, ""))
    return _VALUE.sub("…", said)


class _Names:
    """What steps, outcomes and processes are called, of all processes of a draft."""

    def __init__(self, bundle: Bundle, seen: Sequence[Seen]) -> None:
        self._bundle = bundle
        found = {each.process_id: each.definition for one in seen for each in one.cases}
        self._words = {key: words_of(each) for key, each in found.items()}

    def sentence(self, act: Act) -> str:
        """Tell an act."""
        match act:
            case Start():
                said = _("“%(process)s” was started", process=self._process(act.process_id))
            case Answer():
                said = self._answered(act)
            case Move(to):
                said = _("Time went on to %(moment)s", moment=moment_text(to))
            case Succeed(element):
                said = _("“%(step)s” succeeded", step=self._step(element))
            case Fail(element, code, message):
                told = {"step": self._step(element), "why": code or message or _("no reason")}
                said = _("“%(step)s” failed: %(why)s", **told)
            case Message(name):
                said = _("The message “%(name)s” came", name=name)
            case Signal(name):
                said = _("The signal “%(name)s” was given", name=name)
        return said

    def _answered(self, act: Answer) -> str:
        step, outcome = self._step(act.element), self._outcome(act)
        by = _(" (by %(name)s)", name=act.by) if act.by else ""
        if outcome:
            return _("“%(step)s” was answered: %(outcome)s", step=step, outcome=outcome) + by
        return _("“%(step)s” was answered", step=step) + by

    def _outcome(self, act: Answer) -> str:
        for words in self._words.values():
            element = words.model_element(act.element)
            if element is not None:
                return words.task_outcome(element.form_id, act.outcome)
        return act.outcome or ""

    def _step(self, element: str) -> str:
        for words in self._words.values():
            if words.model_element(element) is not None:
                return words.element(element)
        return element

    def _process(self, process_id: str) -> str:
        words = self._words.get(process_id)
        return words.process if words else self._bundle.process(process_id).title
