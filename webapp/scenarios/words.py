"""What came of a test, in words of either language: for pages and for the console."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.catalogue.bundle import Bundle
from engine.errors import Problem
from engine.play import Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.scenarios import Check, Deed, Part, Wait, forms_of, moment_text, names_of, span_text
from engine.values import exact_json, persian_digits
from webapp.texts import N_, texts_in
from webapp.wording import outcome_name

LONGEST: Final = 300  #: characters of a value that is shown

#: what is wrong with a file, by code
WRONG: Final[Mapping[str, str]] = {
    "TEST-001": N_("This is no TOML (line {line}, place {column}): {why}"),
    "TEST-002": N_("“{name}” is not known here; these are: {names}"),
    "TEST-003": N_("“{name}” is missing or empty."),
    "TEST-004": N_("“{name}” is of the wrong type; asked for: {asked}"),
    "TEST-005": N_("“{said}” is no moment; write it like 1405/05/03 09:00."),
    "TEST-006": N_("“{said}” is no span; write it like 10 days 2 hours."),
    "TEST-007": N_("A step does one thing, one of: {names}. Here stands: {said}"),
    "TEST-008": N_("A test cannot hold this value: {why}"),
    "TEST-009": N_("This is more than a test holds ({limit})."),
    "TEST-010": N_("The model has no element “{said}”."),
    "TEST-011": N_("The area has no process “{said}”."),
    "TEST-012": N_("“{said}” is no code of a refusal; write it like STM-013, or STM-013 field."),
    "TEST-014": N_("Nothing has ended here yet that a test could be made of."),
    "TEST-013": N_("“{said}” says no value; write a line like name = value."),
}
_ABOUT: Final[Mapping[str, str]] = {
    "open": N_("Open tasks"),
    "held": N_("Waiting for work outside"),
    "ended": N_("End of the case"),
    "values": N_("Value: {about}"),
    "empty": N_("Value: {about}"),
    "decided": N_("Decision: {about}"),
    "passed": N_("Gone through: {about}"),
    "not_passed": N_("Gone through: {about}"),
    "timers": N_("Timer: {about}"),
    "due": N_("Deadline: {about}"),
    "refused": N_("Refused"),
    "failed": N_("Gone wrong"),
    "reached": N_("Played"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language for the tests of one area."""

    language: str
    names: Mapping[str, str]  #: of elements and processes
    bundle: Bundle
    form_of: Mapping[str, str]  #: the form of a step

    @classmethod
    def of(cls, bundle: Bundle, language: str) -> Words:
        """Return the words for an area, whose texts name its elements."""
        return cls(language, names_of(bundle, language), bundle, forms_of(bundle))

    def say(self, text: str, **params: str) -> str:
        """Say a text of the catalogue."""
        return str(texts_in(self.language).gettext(text)).format(**params)

    def name(self, element: str) -> str:
        """Return what an element is called."""
        return self.names.get(element) or element

    def flow(self, flow_id: str, source: str, target: str) -> str:
        """Return which flow it is: many are called “yes”, so from where to where says more."""
        ends = {"source": self.name(source), "target": self.name(target)}
        if name := self.names.get(flow_id):
            return self.say(N_("“{name}”, from “{source}” to “{target}”"), name=name, **ends)
        return self.say(N_("from “{source}” to “{target}”"), **ends)

    def part(self, part: Part) -> str:
        """Return what a part of a model is called."""
        if part.kind == "flow":
            return self.flow(part.id, part.source, part.target)
        return self.names.get(part.id, part.name)

    def about(self, check: Check) -> str:
        """Say what was looked at."""
        return self.say(_ABOUT[check.kind], about=self.name(check.about))

    def expected(self, check: Check) -> str:
        """Say what should have stood."""
        if check.kind in ("timers", "due") and not check.expected:
            return self.say(N_("some moment"))
        return self._said(check.kind, check.expected)

    def seen(self, check: Check) -> str:
        """Say what stood."""
        return self._said(check.kind, check.seen)

    def _said(self, kind: str, value: Any) -> str:
        match kind, value:
            case ("ended", ""):
                said = self.say(N_("still runs"))
            case (_, None | "" | []):
                said = self.say(N_("nothing"))
            case ("open" | "failed", Mapping()):
                said = self._listed(
                    f"{self.name(element)} ({said})" if said else self.name(element)
                    for element, said in value.items()
                )
            case ("open" | "held" | "failed", list()):
                said = self._listed(map(self.name, value))
            case ("ended", str()):
                said = self.name(value)
            case (_, bool()):
                said = self.say(N_("yes")) if value else self.say(N_("no"))
            case ("refused" | "timers" | "due", list()):
                said = self._listed(value)
            case (_, str()):
                said = value[:LONGEST]
            case _:
                said = exact_json.written(value)[:LONGEST]
        return said

    def _listed(self, items: Iterable[str]) -> str:
        listed = list(items)
        return ("، " if self.language == "fa" else ", ").join(listed) or self.say(N_("nothing"))

    def deed(self, deed: Deed) -> str:
        """Say what a step does."""
        match deed:
            case Start():
                said = self.say(N_("“{name}” is started"), name=self.name(deed.process_id))
            case Answer(outcome=str(outcome)):
                form, name = self.form_of.get(deed.element), self.name(deed.element)
                called = outcome_name(self.bundle, form, outcome, self.language)
                said = self.say(N_("“{name}” is answered: {outcome}"), name=name, outcome=called)
            case Answer():
                said = self.say(N_("“{name}” is answered"), name=self.name(deed.element))
            case Succeed():
                said = self.say(N_("“{name}” succeeds"), name=self.name(deed.element))
            case Fail():
                said = self.say(N_("“{name}” fails"), name=self.name(deed.element))
            case Message():
                said = self.say(N_("The message “{name}” comes"), name=deed.name)
            case Signal():
                said = self.say(N_("The signal “{name}” is given"), name=deed.name)
            case Move():
                said = self.say(N_("It becomes {moment}"), moment=self.digits(moment_text(deed.to)))
            case Wait():
                said = self.say(N_("{span} pass"), span=self.span(deed))
        return said

    def span(self, wait: Wait) -> str:
        """Say how long is waited."""
        said = span_text(wait.span).split()
        return " ".join(
            self.digits(each) if each.isdigit() else self.say(_UNITS[each.removesuffix("s")])
            for each in said
        )

    def digits(self, text: str) -> str:
        """Write a text with the digits of the language."""
        return persian_digits(text) if self.language == "fa" else text

    def problem(self, problem: Problem) -> str:
        """Say what is wrong with a file, with its line where that is known."""
        text = texts_in(self.language).gettext(WRONG[problem.code])
        said = str(text).format_map({**_NOTHING, **problem.params})
        line = problem.params.get("line")
        if not line or problem.code == "TEST-001":
            return said
        place = problem.field or ""
        return self.say(N_("Line {line}, {place}: {said}"), line=line, place=place, said=said)


_NOTHING: Final = dict.fromkeys(("line", "column", "why", "name", "names", "said", "limit"), "")
_UNITS: Final = {
    "day": N_("days"),
    "hour": N_("hours"),
    "minute": N_("minutes"),
    "second": N_("seconds"),
}
