"""A test as the fields of a page: one block for each step, all of it text until it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.errors import Problem
from engine.play import Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.scenarios import (
    Deed,
    Expectation,
    Scenario,
    ScenarioRefused,
    Step,
    Wait,
    moment_text,
    scenario_of,
    span_text,
    values_of,
)
from webapp.scenarios import lines

#: how a page says that there is none of something, where nothing says that nobody looks
NONE: Final = "-"
RUNNING: Final = "*"  #: instead of an end event: the case still runs

_KINDS: Final[Mapping[type, str]] = {
    Start: "start",
    Answer: "answer",
    Succeed: "succeed",
    Fail: "fail",
    Message: "message",
    Signal: "signal",
    Move: "move",
    Wait: "wait",
}
KINDS: Final = tuple(_KINDS.values())
_PLAIN: Final = ("outcome", "by", "unit", "element", "code", "why", "key", "note")
_LISTS: Final = ("refused", "passed", "not_passed", "empty", "failed")
_BY_ELEMENT: Final = ("open", "timers", "due")
MOST_BLOCKS: Final = 201


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the page."""

    fa: str = ""
    en: str = ""
    at: str = ""
    blocks: tuple[Mapping[str, str], ...] = ()  #: the first begins the case

    @classmethod
    def of(cls, scenario: Scenario) -> Typed:
        """Return a test as its page shows it."""
        steps = scenario.steps
        if not steps or not isinstance(steps[0].deed, Start):
            first: tuple[Mapping[str, str], ...] = ({"kind": "start"},)
        else:
            first = ()
        return cls(
            scenario.title.get("fa", ""),
            scenario.title.get("en", ""),
            moment_text(scenario.at),
            (*first, *(_block(each) for each in steps)),
        )

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> Typed:
        """Return what a page sent."""
        blocks: dict[int, dict[str, str]] = {}
        for name, text in form.items():
            number, dot, key = name.partition(".")
            if dot and number.isascii() and number.isdigit() and int(number) < MOST_BLOCKS:
                blocks.setdefault(int(number), {})[key] = text.replace("\r\n", "\n")
        ordered = tuple(blocks[each] for each in sorted(blocks))
        return cls(form.get("fa", ""), form.get("en", ""), form.get("at", ""), ordered)

    def changed(self, act: str) -> Typed:
        """Return the fields with a step more, or less: ``add:2``, ``remove:2``, ``up:2``."""
        kind, _, digits = act.partition(":")
        number = int(digits) if digits.isascii() and digits.isdigit() else 0
        blocks = list(self.blocks)
        if kind == "add" and number < len(blocks) < MOST_BLOCKS:
            blocks.insert(number + 1, {"kind": "answer"})
        elif kind == "remove" and 0 < number < len(blocks):
            blocks.pop(number)
        elif kind == "up" and 1 < number < len(blocks):
            blocks[number - 1 : number + 1] = blocks[number], blocks[number - 1]
        return replace(self, blocks=tuple(blocks))

    def scenario(self) -> Scenario:
        """Return the test that the fields say.

        Raises:
            ScenarioRefused: with everything that is wrong; `field_of` tells beside which field.
        """
        reading = _Reading()
        document = reading.document(self)
        try:
            found = scenario_of(document)
        except ScenarioRefused as refused:
            raise ScenarioRefused([*reading.problems, *refused.problems]) from None
        if reading.problems:
            raise ScenarioRefused(reading.problems)
        return found


def field_of(problem: Problem) -> str:
    """Return the field of the page that a problem is about."""
    parts = (problem.field or "fa").split("/")
    if parts[0] == "title":
        return "fa"
    if parts[0] == "given":
        number, rest = 0, parts[1:]
    else:
        number, rest = int(parts[1]) if len(parts) > 1 else 0, parts[2:]
    key = rest[0] if rest else "kind"
    if key == "at":
        return "at"
    if key == "expect":
        return f"{number}.x_{rest[1] if len(rest) > 1 else 'open'}"
    return f"{number}.{'target' if key in (*KINDS, 'process') else key}"


@dataclass(slots=True)
class _Reading:
    problems: list[Problem] = field(default_factory=list)

    def document(self, typed: Typed) -> dict[str, Any]:
        """Return the document that the fields stand for."""
        first, *others = typed.blocks or ({},)
        title = {"fa": typed.fa.strip(), "en": typed.en.strip()}
        given = {"at": typed.at.strip()}
        if first.get("target", "").strip() or not others:
            given |= self._block({**first, "kind": "process"}, "given")
        steps = [self._block(each, f"step/{number}") for number, each in enumerate(others, 1)]
        return {
            "title": {key: each for key, each in title.items() if each},
            "given": given,
            "step": steps,
        }

    def _block(self, block: Mapping[str, str], path: str) -> dict[str, Any]:
        said: dict[str, Any] = {block.get("kind", ""): block.get("target", "").strip()}
        said |= {key: text for key in _PLAIN if (text := block.get(key, "").strip())}
        if number := block.get("number", "").strip():
            said["number"] = int(number) if number.isascii() and number.isdigit() else number
        if values := self._values(block, "values", f"{path}/values"):
            said["values"] = values
        if expect := self._expect(block, path):
            said["expect"] = expect
        return said

    def _expect(self, block: Mapping[str, str], path: str) -> dict[str, Any]:
        typed = {key[2:]: each.strip() for key, each in block.items() if key.startswith("x_")}
        said: dict[str, Any] = {key: _items(typed[key]) for key in _LISTS if typed.get(key)}
        if typed.get("held"):
            said["held"] = [] if typed["held"] == NONE else _items(typed["held"])
        for key in _BY_ELEMENT:
            if typed.get(key):
                said[key] = {} if typed[key] == NONE else dict(_pairs(typed[key]))
        if ended := typed.get("ended"):
            said |= {"running": True} if ended == RUNNING else {"ended": ended}
        if case := typed.get("case"):
            said["case"] = int(case) if case.isascii() and case.isdigit() else case
        for key in ("values", "decided"):
            if values := self._values(block, f"x_{key}", f"{path}/expect/{key}"):
                said[key] = values
        return said

    def _values(self, block: Mapping[str, str], key: str, path: str) -> dict[str, Any]:
        try:
            return lines.values_of(block.get(key, ""))
        except lines.NoLine as wrong:
            self.problems.append(Problem("TEST-013", path, {"said": wrong.line[:60]}))
            return {}


def _items(text: str) -> list[str]:
    """Return what stands in lines, or between commas."""
    found = text.replace("،", ",").replace(",", "\n").split("\n")
    return [each.strip() for each in found if each.strip()]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for each in text.split("\n"):
        for part in each.split(",") if "=" not in each else [each]:
            element, _, said = part.partition("=")
            if element.strip():
                yield element.strip(), said.strip()


def _block(step: Step) -> dict[str, str]:
    """Return a step as its fields show it."""
    deed, expect = step.deed, step.expect
    block = {"kind": _KINDS[type(deed)], "target": _target(deed), "note": step.note}
    for key in ("outcome", "by", "unit", "code", "key"):
        block[key] = str(getattr(deed, key, None) or "")
    block["element"] = (deed.element or "") if isinstance(deed, Start) else ""
    block["why"] = deed.message if isinstance(deed, Fail) else ""
    number = getattr(deed, "number", 1)
    block["number"] = "" if number == 1 else str(number)
    block["values"] = lines.lines_of(values_of(deed))
    return block | _expected(expect)


def _target(deed: Deed) -> str:
    match deed:
        case Start():
            return deed.process_id
        case Message() | Signal():
            return deed.name
        case Move():
            return moment_text(deed.to)
        case Wait():
            return span_text(deed.span)
    return deed.element


def _expected(expect: Expectation) -> dict[str, str]:
    found = {f"x_{key}": ", ".join(getattr(expect, key)) for key in _LISTS}
    if expect.held is not None:
        found["x_held"] = ", ".join(expect.held) or NONE
    for key in _BY_ELEMENT:
        by_element = getattr(expect, key)
        told = (f"{each} = {said}" if said else each for each, said in (by_element or {}).items())
        found[f"x_{key}"] = "\n".join(told)
    if expect.open == {}:
        found["x_open"] = NONE
    if expect.ended is not None:
        found["x_ended"] = expect.ended or RUNNING
    found["x_case"] = "" if expect.case == 1 else str(expect.case)
    found["x_values"] = lines.lines_of(expect.values)
    found["x_decided"] = lines.lines_of(expect.decided)
    return found


def missing(scenario: Scenario, known: Sequence[str], processes: Sequence[str]) -> list[Problem]:
    """Return what a test names and the model has not."""
    found = []
    for number, step in enumerate(scenario.steps):
        is_given = number == 0 and isinstance(step.deed, Start)
        shift = 0 if isinstance(scenario.steps[0].deed, Start) else 1
        path = "given" if is_given else f"step/{number + shift}"
        target = _target(step.deed)
        if isinstance(step.deed, Start) and target not in processes:
            key = "process" if is_given else "start"
            found.append(Problem("TEST-011", f"{path}/{key}", {"said": target}))
        elif isinstance(step.deed, Answer | Succeed | Fail) and target not in known:
            key = _KINDS[type(step.deed)]
            found.append(Problem("TEST-010", f"{path}/{key}", {"said": target}))
        for key in ("open", "held", "passed", "not_passed", "timers", "due", "failed", "decided"):
            found += [
                Problem("TEST-010", f"{path}/expect/{key}", {"said": each})
                for each in getattr(step.expect, key) or ()
                if each not in known
            ]
        if step.expect.ended and step.expect.ended not in known:
            found.append(Problem("TEST-010", f"{path}/expect/ended", {"said": step.expect.ended}))
    return found
