"""Whatever somebody does on a page of an area is in the journal, and has a name there."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.guards.tree import ROOT
from webapp.sdk import AREAS

AREA_NAMES = sorted(each.parent.name for each in (ROOT / "processes").glob("*/commands"))
#: what tells the journal: of an area's act, or of a case, which has its own history
TELLING = {"tell_act", "send_message", "send_to_case", "file_in_case"}
#: methods of a session, of which areas have functions of the same name
OF_STORAGE = {"add", "commit", "delete", "execute", "flush", "get", "refresh", "scalar", "scalars"}
#: commands that change nothing another person would have to prove, by why
SILENT = {
    "transactions": {
        "keep": "a bidder's own search",
        "end": "a bidder's own search",
        "unsubscribe": "a bidder's own search",
        "keep_marks": "a draft: what is finished is told",
        "note_taken": "who thinks of taking part is nobody's to read before the deadline",
        "count_sent": "a quota: what was sent is told",
    },
}


@pytest.mark.parametrize("area", AREA_NAMES)
def test_every_command_of_an_area_tells_the_journal(area: str):
    calls = _calls(area)
    silent = SILENT.get(area, {})
    mute = [
        f"{path.name}: {function.name}"
        for path, function in _commands(area)
        if _commits(function) and function.name not in silent and not _tells(function.name, calls)
    ]
    assert mute == []


@pytest.mark.parametrize("area", AREA_NAMES)
def test_every_act_of_an_area_has_a_name(area: str):
    importlib.import_module(f"processes.{area}.pages")
    assert sorted(_acts(area) - {area} - set(AREAS.acts.get(area, {}))) == []


def _acts(area: str) -> set[str]:
    """Return the acts that an area tells by a literal word, through its own shorthands too."""
    by_commands = {_name(call) for _, function in _commands(area) for call in _called(function)}
    shorthands = by_commands & {"told", "_told", "tell", "_tell", "tell_of"}
    found = {word for function in _functions(area) for word in _words(function, {"tell_act"})}
    for path in (ROOT / "processes" / area / "commands").glob("*.py"):
        found |= set(_words(ast.parse(path.read_text("utf-8")), {"tell_act", *shorthands}))
    return found


def _words(tree: ast.AST, telling: set[str]) -> Iterator[str]:
    for call in _called(tree):
        for each in call.args[1:3] if _name(call) in telling else ():
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


def _commands(area: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in sorted((ROOT / "processes" / area / "commands").glob("*.py")):
        for each in ast.parse(path.read_text("utf-8")).body:
            if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                yield path, each


def _commits(function: ast.FunctionDef) -> bool:
    return any(_name(each) == "commit" for each in _called(function))


def _called(tree: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.Call))


def _tells(name: str, calls: dict[str, set[str]]) -> bool:
    seen, left = set(), {name}
    while left:
        if left & TELLING:
            return True
        seen |= left
        left = {called for each in left for called in calls.get(each, ())} - seen
    return False


@cache
def _calls(area: str) -> dict[str, set[str]]:
    """Return what functions of an area call, by name: a name that two bear counts for both."""
    calls: dict[str, set[str]] = {}
    for function in _functions(area):
        called = calls.setdefault(function.name, set())
        called |= {_name(each) for each in _called(function)}
        called -= OF_STORAGE
    return calls


def _functions(area: str) -> Iterator[ast.FunctionDef]:
    for path in sorted((ROOT / "processes" / area).rglob("*.py")):
        if "tests" not in path.parts:
            tree = ast.parse(path.read_text("utf-8"))
            yield from (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
