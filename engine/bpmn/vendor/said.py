"""What the modelers of all vendors say of an element, in one neutral form.

Every expression in it is FEEL text. What a tool lets be either a plain name or an expression
(a topic, a form, a called process) is the name itself, or FEEL after ``=``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.bpmn.deciding import DecisionCall
from engine.findings import Detail, detail

ALL = "*"  #: a payload or a mapping of every variable
TimerForm = Literal["date", "duration", "cycle"]
#: which version of what is named: the newest, the one deployed together, one by number or tag
Binding = Literal["latest", "deployment", "version", "versionTag"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One variable (or path ``a.b``) that is given the value of an expression."""

    target: str
    value: str  #: FEEL


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a user task or start event."""

    key: str  #: id or key; FEEL after ``=``
    binding: Binding | None = None
    version: str | None = None  #: number or tag, as the binding says
    body: str | None = None  #: JSON of a form that the diagram itself holds


@dataclass(frozen=True, slots=True)
class Called:
    """What a call activity calls, and what goes in and comes out."""

    process: str  #: id of the process or global task; FEEL after ``=``
    binding: Binding | None = None  #: None: the tool has no such word
    version: str | None = None  #: number or tag, as the binding says; FEEL after ``=``
    business_key: str | None = None  #: FEEL
    keeps_key: bool = False  #: the called case has its caller's business key
    everything_in: bool = True  #: a copy of all variables goes in
    everything_out: bool = True  #: all variables come back
    inputs: tuple[Mapped, ...] = ()  #: set in the called process, read from the caller
    outputs: tuple[Mapped, ...] = ()  #: set in the caller, read from the called process


@dataclass(frozen=True, slots=True)
class Listener:
    """Something done when an element or a human task comes to a point of its life.

    ``value`` is FEEL that gives a context: its entries become variables.
    """

    of: Literal["execution", "task"]
    event: str  #: start, end, take; create, assign, update, complete, delete, timeout
    value: str | None  #: FEEL; None: not FEEL, see ``code`` and ``topic``
    topic: str | None = None  #: of the job that does it
    retries: str | None = None
    code: str | None = None  #: what it names instead of FEEL: a class, a bean, a script's language


@dataclass(frozen=True, slots=True)
class LoopText:
    """A multi-instance marker as written."""

    sequential: bool
    collection: str | None
    cardinality: str | None
    variable: str | None
    output_collection: str | None
    output_element: str | None
    completion: str | None


@dataclass(frozen=True, slots=True)
class RepeatText:
    """A standard loop marker as written."""

    goes_on: str | None
    maximum: str | None
    test_before: bool


@dataclass(frozen=True, slots=True)
class Said:
    """All that vendors add to one element."""

    assignee: str | None = None  #: FEEL: a user name
    candidate_groups: str | None = None  #: FEEL: a list of names
    candidate_users: str | None = None  #: FEEL: a list of names
    due: str | None = None  #: FEEL: a moment, or a duration from now
    follow_up: str | None = None  #: FEEL: a moment, or a duration from now
    priority: str | None = None  #: FEEL: a whole number
    form: Form | None = None
    initiator: str | None = None  #: the variable for who started the case
    topic: str | None = None  #: what a job is called; FEEL after ``=``
    code: str | None = None  #: Java class, bean or method named instead of a topic
    headers: tuple[tuple[str, str], ...] = ()  #: fixed words for whoever does the job
    retries: str | None = None  #: ``R3/PT10S`` or ``PT2S,PT30S``
    job_priority: str | None = None  #: FEEL: a whole number
    decision: DecisionCall | None = None
    decision_binding: Binding | None = None
    script: tuple[str, str] | None = None  #: FEEL, and the variable its value goes to
    inputs: tuple[Mapped, ...] = ()  #: set before the element begins, seen inside it
    outputs: tuple[Mapped, ...] = ()  #: set around it when it ends
    called: Called | None = None
    loop: LoopText | None = None
    repeat: RepeatText | None = None
    keeps: bool = False  #: what is written inside stays there: only ``outputs`` come out
    listeners: tuple[Listener, ...] = ()
    version_tag: str | None = None  #: of a process
    starters: tuple[str, ...] = ()  #: of a process: who may start it, as the tool names them
    properties: tuple[tuple[str, str], ...] = ()  #: free words of the analyst

    def expressions(self) -> Iterator[tuple[Detail, str]]:
        """Yield all FEEL in it but that of loops, scripts and timers, with what it is of."""
        for name, what in _FEEL.items():
            text = getattr(self, name)
            if text is not None:
                yield detail(what), text
        called = self.called
        mapped = [*self.inputs, *self.outputs]
        if called is not None:
            mapped += [*called.inputs, *called.outputs]
            yield from _open(("BPMN-082-9", called.process), ("BPMN-082-10", called.version))
            if called.business_key is not None:
                yield detail("BPMN-082-11"), called.business_key
        yield from ((detail("BPMN-082-12", target=each.target), each.value) for each in mapped)
        for each in self.listeners:
            if each.value:
                yield detail("BPMN-082-13", event=each.event), each.value
        form = None if self.form is None else self.form.key
        yield from _open(("BPMN-082-14", form), ("BPMN-082-15", self.topic))


#: by attribute: what people call it
_FEEL = {
    "assignee": "BPMN-082-2",
    "candidate_groups": "BPMN-082-3",
    "candidate_users": "BPMN-082-4",
    "due": "BPMN-082-5",
    "follow_up": "BPMN-082-6",
    "priority": "BPMN-082-7",
    "job_priority": "BPMN-082-8",
}


def _open(*named: tuple[str, str | None]) -> Iterator[tuple[Detail, str]]:
    """Yield those that are FEEL and no plain name."""
    return ((detail(what), text[1:]) for what, text in named if text and text.startswith("="))
