"""Writes a test as a file: what reading gives back, with the names of steps beside their ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from engine.play import Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.scenarios.comments import with_comments
from engine.scenarios.moments import moment_text, span_text
from engine.scenarios.plain import plain
from engine.scenarios.reading import LANGUAGES
from engine.scenarios.scenario import Deed, Expectation, Scenario, Step, Wait, values_of

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_LONG: Final = 60  #: characters from which on a list stands on lines of its own


def written(scenario: Scenario, names: Mapping[str, str] | None = None, before: str = "") -> str:
    """Return the text of a test, the same for the same test.

    Args:
        names: what elements and processes are called, by id; they stand as comments.
        before: the file of the test that stood, whose own comments are kept.
    """
    text = "\n".join(_Writing(names or {}).whole(scenario)) + "\n"
    if not before:
        return text
    return with_comments(before, text, {_said_of(each) for each in (names or {}).values()})


class _Writing:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def whole(self, scenario: Scenario) -> Iterator[str]:
        for language in LANGUAGES:
            if scenario.title.get(language):
                yield f"title.{language} = {_value(scenario.title[language])}"
        steps = list(scenario.steps)
        yield from ("", "[given]", f"at = {_value(moment_text(scenario.at))}")
        if steps and isinstance(steps[0].deed, Start):
            yield from self.step(steps.pop(0), "given", "process")
        for each in steps:
            yield from ("", "[[step]]")
            yield from self.step(each, "step")

    def step(self, step: Step, table: str, key: str = "") -> Iterator[str]:
        if step.note:
            yield f"note = {_value(step.note)}"
        for name, value in _said(step.deed, key):
            yield self.line(name, value)
        yield from self.tables(f"{table}.values", values_of(step.deed))
        yield from self.expectation(step.expect, f"{table}.expect")

    def expectation(self, expect: Expectation, table: str) -> Iterator[str]:
        plain_said = [self.line(name, value) for name, value in _expected(expect)]
        if plain_said:
            yield from ("", f"[{table}]", *plain_said)
        for name in ("values", "decided"):
            yield from self.tables(f"{table}.{name}", getattr(expect, name))
        for name in ("open", "timers", "due"):
            by_element = getattr(expect, name)
            if by_element and any(by_element.values()):
                yield from ("", f"[{table}.{name}]")
                for element, said in by_element.items():
                    yield f"{_key(element)} = {_value(said)}{self.comment([element])}"

    def line(self, name: str, value: Any) -> str:
        """Return a key with its value, and behind it what the elements in it are called."""
        told = value if isinstance(value, list) else [value]
        comment = self.comment([each for each in told if isinstance(each, str)])
        return f"{_key(name)} = {_value(value)}{comment if name in _NAMED else ''}"

    def comment(self, ids: Sequence[str]) -> str:
        said = [self.names[each] for each in ids if self.names.get(each)]
        plain_said = _said_of("، ".join(said))
        return f"  # {plain_said}" if plain_said else ""

    def tables(self, table: str, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield values by name: texts and numbers first, then what has parts as its own table."""
        kept = plain(values)
        if not kept:
            return
        simple = {key: each for key, each in kept.items() if not _has_parts(each)}
        if simple:
            yield from ("", f"[{table}]")
            yield from (f"{_key(key)} = {_value(each)}" for key, each in simple.items())
        for key, each in kept.items():
            if _has_parts(each):
                yield from ("", f"[{table}.{_key(key)}]")
                yield from (f"{_key(part)} = {_value(value)}" for part, value in each.items())


def _said_of(name: str) -> str:
    return _UNSEEN.sub(" ", name).strip()


#: keys whose text names an element or a process
_NAMED: Final = frozenset(
    {"process", "start", "element", "answer", "succeed", "fail", "ended"}
    | {"open", "held", "passed", "not_passed", "failed"}
)


def _said(deed: Deed, key: str) -> Iterator[tuple[str, Any]]:
    """Yield what stands in a step before its values."""
    match deed:
        case Start():
            yield key or "start", deed.process_id
            yield from _given(element=deed.element, unit=deed.unit, by=deed.by)
        case Answer():
            yield "answer", deed.element
            yield from _given(number=_counted(deed.number), outcome=deed.outcome, by=deed.by)
        case Succeed():
            yield "succeed", deed.element
            yield from _given(number=_counted(deed.number))
        case Fail():
            yield "fail", deed.element
            yield from _given(
                number=_counted(deed.number), code=deed.code, why=deed.message or None
            )
        case Message():
            yield "message", deed.name
            yield from _given(key=deed.key)
        case Signal():
            yield "signal", deed.name
        case Move():
            yield "move", moment_text(deed.to)
        case Wait():
            yield "wait", span_text(deed.span)


def _counted(number: int) -> int | None:
    return None if number == 1 else number


def _given(**said: Any) -> Iterator[tuple[str, Any]]:
    return ((key, each) for key, each in said.items() if each is not None)


def _expected(expect: Expectation) -> Iterator[tuple[str, Any]]:
    """Yield what stands in an expectation before its tables."""
    if expect.case != 1:
        yield "case", expect.case
    for name in ("refused", "failed", "passed", "not_passed", "empty"):
        if said := getattr(expect, name):
            yield name, list(said)
    if expect.held is not None:
        yield "held", list(expect.held)
    if expect.ended is not None:
        yield ("ended", expect.ended) if expect.ended else ("running", True)
    for name in ("open", "timers", "due"):
        by_element = getattr(expect, name)
        if (
            by_element is not None
            and not any(by_element.values())
            and (by_element or name == "open")
        ):
            yield name, list(by_element)


def _has_parts(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """Return a value in one line of TOML; lists of some length in several."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            text = format(value, "f")
            return text if "." in text else f"{text}.0"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Mapping():
            said = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
            return f"{{ {said} }}" if said else "{}"
    return _list([_value(each) for each in value])


def _list(items: list[str]) -> str:
    if sum(map(len, items)) <= _LONG:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join(f"  {each},\n" for each in items) + "]"
