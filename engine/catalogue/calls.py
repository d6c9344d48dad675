"""Calls outside as ``process.toml`` declares them: where to, with what, and what is kept.

A text that begins with ``=`` is FEEL over the case's variables, everything else is itself;
tables and lists may be nested. An output sees the answer as ``response``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine import feel
from engine.findings import Detail, detail
from engine.values.calendar import TEHRAN

#: by connector: the inputs it cannot do without, and those it takes beside them
INPUTS: Final = {
    "http": (frozenset({"path"}), frozenset({"method", "query", "json"})),
    "mail": (frozenset({"to", "subject", "body"}), frozenset({"cc"})),
}
_KEYS: Final = frozenset({"connector", "connection", "input", "output"})


@dataclass(frozen=True, slots=True)
class Call:
    """What one service task calls."""

    connector: str  #: a key of `INPUTS`
    connection: str  #: what the administrator set up
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def request(self, variables: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """Return the inputs over the case's variables, as plain data."""
        return {key: _value(each, variables, at) for key, each in self.inputs.items()}

    def result(
        self, response: Mapping[str, Any], variables: Mapping[str, Any], at: datetime
    ) -> dict[str, Any]:
        """Return what the case keeps of an answer; nothing where nothing is declared."""
        scope = {**variables, "response": response}
        return {key: _value(each, scope, at) for key, each in self.outputs.items()}


def read_call(where: Detail, section: Mapping[str, Any], problems: list[Detail]) -> Call | None:
    """Read the keys of a task's section that speak of a call; ``None`` when none does."""
    if not _KEYS & section.keys():
        return None
    connector = section.get("connector")
    if connector not in INPUTS:
        problems.append(detail("SET-041", where=where, known=", ".join(INPUTS)))
        return None
    inputs, outputs = section.get("input", {}), section.get("output", {})
    needed, known = INPUTS[connector]
    if not isinstance(inputs, dict) or not isinstance(outputs, dict):
        problems.append(detail("SET-042", where=where))
        return None
    problems += [
        detail("SET-043", where=where, connector=connector, key=key)
        for key in sorted(needed - set(inputs))
    ]
    unknown = inputs.keys() - needed - known
    problems += [
        detail("SET-044", where=where, connector=connector, key=key) for key in sorted(unknown)
    ]
    for name, given in (("input", inputs), ("output", outputs)):
        check_feel(_in(where, name), given, problems)
    return Call(connector, str(section.get("connection", connector)), inputs, outputs)


def check_feel(where: Detail, given: Any, problems: list[Detail]) -> None:
    """Add what is no FEEL behind an equals sign, in texts, tables and lists of them."""
    match given:
        case str() if given.startswith("="):
            try:
                feel.compile_expression(given[1:].strip())
            except feel.FeelSyntaxError as error:
                problems.append(_no_feel(where, error))
        case dict():
            for key, each in given.items():
                check_feel(_in(where, key), each, problems)
        case list():
            for each in given:
                check_feel(where, each, problems)
        case str() | int():
            pass
        case _:
            problems.append(detail("SET-046", where=where, told=given))


def _in(where: Detail, name: str) -> Detail:
    return detail("AT-ENTRY", where=where, name=name)


def _no_feel(where: Detail, error: feel.FeelSyntaxError) -> Detail:
    return detail(
        "SET-045",
        where=where,
        line=error.line,
        column=error.column,
        expected=error.expected,
        found=error.found,
    )


def evaluated(given: Any, scope: Mapping[str, Any], at: datetime) -> Any:
    """Return what an input of a call says over some names, as plain data."""
    return _value(given, scope, at)


def _value(given: Any, scope: Mapping[str, Any], at: datetime) -> Any:
    match given:
        case str() if given.startswith("="):
            expression = feel.compile_expression(given[1:].strip())
            return feel.to_json(expression.evaluate(scope, now=at.astimezone(TEHRAN)).value)
        case dict():
            return {key: _value(each, scope, at) for key, each in given.items()}
        case list():
            return [_value(each, scope, at) for each in given]
    return given
