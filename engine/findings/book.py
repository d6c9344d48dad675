"""The rule book: for each rule its title, its clause, what to do instead, and an example.

One TOML file for each rule lies in `rules/`, named by the id; `docs/reference/rules` is made of
them. Read when somebody first asks, never while a case runs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal

_ID: Final = re.compile(r"(BPMN|DMN|FORM)-\d{3}")
Weight = Literal["refuses", "look", "both"]
Text = Mapping[str, str]  #: by language: en, fa


@dataclass(frozen=True, slots=True)
class Example:
    """A small model that breaks a rule, or its right counterpart."""

    body: str = ""  #: elements of one process, or of DMN definitions
    flows: str = ""  #: arrows between them: ``file -> check [amount > 5]; check -> e``
    beside: str = ""  #: elements beside the process: messages, errors, collaborations, …
    decisions: str = ""  #: elements of a DMN file deployed with it
    repeated: str = ""  #: what stands ``times`` in the body, at its {…}; {n} and {m} count
    times: int = 0
    form: str = ""  #: a form file, as JSON
    whole: str = ""  #: instead of all of these: the file, to the byte


@dataclass(frozen=True, slots=True)
class Entry:
    """What the book says of one rule."""

    rule: str
    title: Text  #: what is wrong, in a few words
    why: str  #: what the rule asks and why, in English
    clause: str  #: of the standard; empty where the rule is our own, as all of forms are
    advice: Text  #: what to do instead
    weight: Weight  #: keeps the files from running, or is worth a look, or either
    element: str  #: where the wrong example breaks it; empty: the file
    wrong: Example
    right: Example


@cache
def book() -> Mapping[str, Entry]:
    """Return all entries by rule id, in its order."""
    names = sorted(each.name for each in _folder().iterdir() if each.name.endswith(".toml"))
    found = (entry(name.removesuffix(".toml")) for name in names)
    return {each.rule: each for each in found if each is not None}


@cache
def entry(rule: str) -> Entry | None:
    """Return what the book says of a rule, ``None`` when it has none of the id."""
    if _ID.fullmatch(rule) is None:
        return None
    page = _folder().joinpath(f"{rule}.toml")
    return _read(rule, page.read_bytes()) if page.is_file() else None


def exported() -> dict[str, dict[str, Any]]:
    """Return the book as plain data, for a checker in a browser."""
    return {rule: asdict(each) for rule, each in book().items()}


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("rules")


def _read(rule: str, content: bytes) -> Entry:
    told = tomllib.loads(content.decode())
    return Entry(
        rule=rule,
        title=told["title"],
        why=told["why"],
        clause=told.get("clause", ""),
        advice=told["advice"],
        weight=told.get("weight", "refuses"),
        element=told.get("element", ""),
        wrong=Example(**told["wrong"]),
        right=Example(**told["right"]),
    )
