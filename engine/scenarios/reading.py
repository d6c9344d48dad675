"""Reads a test: all that is wrong with it at once, each with its line and place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.errors import Problem, RulesBroken
from engine.play import Answer, Fail, Message, Move, Signal, Start, Succeed
from engine.scenarios.lines import lines_of
from engine.scenarios.moments import day_from, moment_from, span_from
from engine.scenarios.plain import NotPlain, plain
from engine.scenarios.scenario import Deed, Expectation, Scenario, Step, Wait

_T = TypeVar("_T")

MOST_STEPS: Final = 200
LONGEST_TITLE: Final = 300
LARGEST: Final = 500_000  #: bytes of a file
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
LANGUAGES: Final = ("fa", "en")

#: what a step does, by the key that says so, and what may stand beside it
DEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "start": ("element", "unit", "by", "values"),
    "answer": ("outcome", "by", "number", "values"),
    "succeed": ("number", "values"),
    "fail": ("code", "why", "number"),
    "message": ("key", "values"),
    "signal": ("values",),
    "move": (),
    "wait": (),
}
_REFUSAL: Final = re.compile(r"[A-Z]{2,8}-[A-Z0-9-]{1,20}( \S{1,200})?")


class ScenarioRefused(RulesBroken):
    """A file is no test; ``problems`` says all that is wrong, each with ``line`` in its params."""


def read(content: bytes | str) -> Scenario:
    """Return the test that a file says.

    Raises:
        ScenarioRefused: with everything that is wrong.
    """
    try:
        text = content if isinstance(content, str) else content.decode()
        if len(text) > LARGEST:
            raise ScenarioRefused([Problem("TEST-009", None, {"limit": str(LARGEST // 1000)})])
        document = tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise ScenarioRefused([Problem("TEST-008", None, {"why": "too deep"})]) from None
    except ValueError as wrong:
        raise ScenarioRefused([_no_toml(str(wrong))]) from None
    return scenario_of(document, lines_of(text))


def _no_toml(told: str) -> Problem:
    found = re.search(r"\(at line (\d+), column (\d+)\)", told)
    line, column = (found[1], found[2]) if found else ("", "")
    why = told.partition(" (at ")[0]
    return Problem("TEST-001", None, {"line": line, "column": column, "why": why[:200]})


def scenario_of(document: Mapping[str, Any], lines: Mapping[str, int] | None = None) -> Scenario:
    """Return the test that a document says, which a file or a page gave.

    Args:
        lines: where each key stands, by path.

    Raises:
        ScenarioRefused: with everything that is wrong.
    """
    reading = _Reading(lines or {})
    scenario = reading.scenario(_Table(reading, document, ""))
    if reading.problems:
        raise ScenarioRefused(reading.problems)
    return scenario


@dataclass(slots=True)
class _Reading:
    lines: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, path: str, **params: str) -> None:
        """Note something wrong, with the line of the nearest key around it."""
        at = path
        while at and at not in self.lines:
            at = at.rpartition("/")[0]
        line = {"line": str(self.lines[at])} if at in self.lines else {}
        self.problems.append(Problem(code, path or None, {**line, **params}))

    def scenario(self, table: _Table) -> Scenario:
        title = self._title(table.table("title"))
        given = table.table("given", needed=True)
        at, steps = self._given(given) if given.content else (None, [])
        said = table.tables("step")
        if len(said) > MOST_STEPS:
            self.refuse("TEST-009", "step", limit=str(MOST_STEPS))
        steps += [self._step(each) for each in said[:MOST_STEPS]]
        if not steps and given.content:
            self.refuse("TEST-003", "given", name="process")
        table.must_know("title", "given", "step")
        return Scenario(title, at or _NEVER, tuple(each for each in steps if each))

    def _given(self, given: _Table) -> tuple[datetime | None, list[Step | None]]:
        at = given.moment("at")
        if "process" in given.content:
            return at, [self._step(given, "process", "start")]
        given.must_know("at")
        return at, []

    def _title(self, table: _Table) -> dict[str, str]:
        told = {each: table.text(each) for each in LANGUAGES}
        title = {key: " ".join(each.split())[:LONGEST_TITLE] for key, each in told.items() if each}
        if not any(title.values()):
            self.refuse("TEST-003", "title", name="title")
        table.must_know(*LANGUAGES)
        return title

    def _step(self, table: _Table, key: str = "", kind: str = "") -> Step | None:
        """Read a step; what is given has its act under another name."""
        said = [kind] if kind else [each for each in DEEDS if each in table.content]
        if len(said) != 1:
            names = ", ".join(DEEDS)
            self.refuse("TEST-007", table.path, names=names, said=", ".join(said) or "–")
            return None
        kind = said[0]
        deed = _DEEDS[kind](table, key or kind)
        note, expect = table.text("note"), _expectation(table.table("expect"))
        beside = ("at",) if key else ()
        table.must_know(key or kind, *DEEDS[kind], "note", "expect", *beside)
        return None if deed is None else Step(deed, note, expect)


@dataclass(slots=True)
class _Table:
    """A table of the document, which notes what is wrong with what it is asked for."""

    reading: _Reading
    content: Mapping[str, Any]
    path: str

    def at(self, key: str) -> str:
        return f"{self.path}/{key}" if self.path else key

    def refuse(self, code: str, key: str, **params: str) -> None:
        self.reading.refuse(code, self.at(key), **params)

    def must_know(self, *names: str) -> None:
        for key in self.content:
            if key not in names:
                self.refuse("TEST-002", key, name=key[:60], names=", ".join(names))

    def of_kind(self, key: str, kind: type | tuple[type, ...], asked: str) -> Any:
        value = self.content.get(key)
        is_flag = isinstance(value, bool) and kind is not bool
        if value is not None and (is_flag or not isinstance(value, kind)):
            self.refuse("TEST-004", key, name=key, asked=asked)
            return None
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        text = self.of_kind(key, str, "text")
        if needed and not text:
            if text is not None or key not in self.content:
                self.refuse("TEST-003", key, name=key)
            return ""
        return text or ""

    def maybe(self, key: str) -> str | None:
        return self.text(key) or None

    def number(self, key: str) -> int:
        number = self.of_kind(key, int, "number")
        if number is not None and not 1 <= number <= 10_000:
            self.refuse("TEST-004", key, name=key, asked="number")
        return 1 if number is None else int(number)

    def table(self, key: str, *, needed: bool = False) -> _Table:
        if needed and key not in self.content:
            self.refuse("TEST-003", key, name=key)
        return _Table(self.reading, self.of_kind(key, dict, "table") or {}, self.at(key))

    def tables(self, key: str) -> list[_Table]:
        found = self.of_kind(key, list, "tables") or []
        tables = []
        for number, each in enumerate(found, 1):
            path = f"{self.at(key)}/{number}"
            if isinstance(each, dict):
                tables.append(_Table(self.reading, each, path))
            else:
                self.reading.refuse("TEST-004", path, name=key, asked="tables")
        return tables

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        found = self.of_kind(key, (str, list), "texts")
        texts = [found] if isinstance(found, str) else found or []
        if not all(isinstance(each, str) and each.strip() for each in texts):
            self.refuse("TEST-004", key, name=key, asked="texts")
            return ()
        return tuple(dict.fromkeys(texts))

    def values(self, key: str = "values") -> dict[str, Any]:
        """Return a table of values; what cannot be kept is told by its name."""
        found = {}
        for name, value in self.table(key).content.items():
            try:
                if (kept := plain(value)) is not None:
                    found[name] = kept
            except NotPlain as wrong:
                self.refuse("TEST-008", f"{key}/{name}", name=name[:60], why=str(wrong))
        return found

    def by_element(self, key: str, check: Callable[[str], object] = str) -> dict[str, str]:
        """Return texts by element; a plain list of elements says nothing more of them."""
        found = self.of_kind(key, (dict, list), "elements")
        said = dict.fromkeys(found, "") if isinstance(found, list) and _all_text(found) else found
        if isinstance(said, list) or not _all_text((said or {}).values()):
            self.refuse("TEST-004", key, name=key, asked="elements")
            return {}
        for element, text in (said or {}).items():
            self._checked(f"{key}/{element}", text, check)
        return dict(said or {})

    def moment(self, key: str) -> datetime | None:
        """Return a moment: a text, or one of TOML's own."""
        found: str | datetime | None = self.of_kind(key, (str, datetime), "moment")
        if isinstance(found, datetime):
            found = found.isoformat() if found.tzinfo is None else found
        if found is None and key not in self.content:
            self.refuse("TEST-003", key, name=key)
        if isinstance(found, str):
            return self._checked(key, found, moment_from)
        return found

    def span(self, key: str) -> timedelta | None:
        return self._checked(key, self.text(key, needed=True), span_from)

    def _checked(self, key: str, text: str, read: Callable[[str], _T]) -> _T | None:
        try:
            return read(text) if text else None
        except ValueError:
            self.refuse("TEST-006" if read is span_from else "TEST-005", key, said=text[:60])
            return None


def _all_text(found: Any) -> bool:
    return all(isinstance(each, str) for each in found)


def _start(table: _Table, key: str) -> Deed:
    return Start(
        table.text(key, needed=True),
        table.values(),
        table.maybe("element"),
        table.maybe("unit"),
        table.maybe("by"),
    )


def _answer(table: _Table, key: str) -> Deed:
    return Answer(
        table.text(key, needed=True),
        table.values(),
        table.maybe("outcome"),
        table.maybe("by"),
        table.number("number"),
    )


def _succeed(table: _Table, key: str) -> Deed:
    return Succeed(table.text(key, needed=True), table.values(), table.number("number"))


def _fail(table: _Table, key: str) -> Deed:
    element, said = table.text(key, needed=True), table.text("why")
    return Fail(element, table.maybe("code"), said, table.number("number"))


def _message(table: _Table, key: str) -> Deed:
    found = table.of_kind("key", (str, int), "text")
    return Message(table.text(key, needed=True), found, table.values())


def _signal(table: _Table, key: str) -> Deed:
    return Signal(table.text(key, needed=True), table.values())


def _move(table: _Table, key: str) -> Deed | None:
    to = table.moment(key)
    return None if to is None else Move(to)


def _wait(table: _Table, key: str) -> Deed | None:
    span = table.span(key)
    return None if span is None else Wait(span)


_DEEDS: Final[Mapping[str, Callable[[_Table, str], Deed | None]]] = {
    "start": _start,
    "answer": _answer,
    "succeed": _succeed,
    "fail": _fail,
    "message": _message,
    "signal": _signal,
    "move": _move,
    "wait": _wait,
}


def _expectation(table: _Table) -> Expectation:
    table.must_know(*(each.name for each in fields(Expectation)), "running")
    said = table.content
    if table.of_kind("running", bool, "true") is False or {"running", "ended"} <= {*said}:
        table.refuse("TEST-004", "running", name="running", asked="true")
    refused = table.texts("refused")
    for each in refused:
        if not _REFUSAL.fullmatch(each):
            table.refuse("TEST-012", "refused", said=each[:60])
    return Expectation(
        case=table.number("case"),
        open=table.by_element("open") if "open" in said else None,
        held=table.texts("held") if "held" in said else None,
        ended=_ended(table),
        values=table.values(),
        empty=table.texts("empty"),
        decided=table.values("decided"),
        passed=table.texts("passed"),
        not_passed=table.texts("not_passed"),
        timers=table.by_element("timers", moment_from),
        due=table.by_element("due", day_from),
        refused=refused,
        failed=table.texts("failed"),
    )


def _ended(table: _Table) -> str | None:
    """Return the end event that is said; nothing where the case should still run."""
    if "running" in table.content:
        return ""
    return table.text("ended", needed=True) if "ended" in table.content else None
