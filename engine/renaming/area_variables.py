"""Variables of an area: those that its files name, and what renaming one changes in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.bpmn.uses import Uses, uses
from engine.catalogue.bundle import Bundle
from engine.catalogue.papers import ENDING
from engine.feel.builtins import BUILTINS
from engine.feel.lexer import KEYWORDS
from engine.renaming import settings, variables
from engine.renaming import variable_settings as of_settings
from engine.renaming.forms import fields_of, in_form, names_in
from engine.renaming.markup import tags
from engine.renaming.model import Asked, Change, Kind, Offered
from engine.xml import Unreadable

_NAME: Final = re.compile(r"[^\W\d_]\w{0,99}")
#: what the engine, rows of forms and answers of others are called
_OWN: Final = frozenset(
    {"outcome", "this", "parent", "i", "item", "partial", "response", "loopCounter", "password"}
)


@dataclass(slots=True)
class Found:
    """What renaming a variable changes."""

    files: dict[str, bytes] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    unclear: list[Change] = field(default_factory=list)


def is_name(text: str) -> bool:
    """Tell whether a variable may be called so: FEEL and forms read it as one name."""
    return _NAME.fullmatch(text) is not None and text not in KEYWORDS | _OWN | set(BUILTINS)


def offered(bundle: Bundle) -> Iterator[Offered]:
    """Yield the variables that forms, diagrams and decisions of an area name."""
    labels: dict[str, str] = {}
    for name, content in sorted(bundle.files.items()):
        if name.endswith(".form"):
            for key, label in fields_of(content):
                labels[key] = labels.get(key) or label
    names = {each.name for each in _uses(bundle.files).variables} | labels.keys()
    for each in sorted(each for each in names if is_name(each)):
        yield Offered(Kind.VARIABLE, each, labels.get(each) or each)


def is_taken(bundle: Bundle, asked: Asked) -> bool:
    """Tell whether something in reach of the variable has its new name already."""
    there = renamed(bundle, Asked(Kind.VARIABLE, asked.new, asked.old))
    if there.changes or there.unclear:
        return True
    if any(asked.new in names_in(each) for name, each in bundle.files.items() if ".form" in name):
        return True
    for content in bundle.decisions.values():
        try:
            said = [each.attributes.get("name", ("",))[0] for each in tags(content)]
        except Unreadable:
            continue
        if asked.new in said:
            return True
    word = re.compile(rf"(?<!\w){re.escape(asked.new)}(?!\w)")
    return any(word.search(each.before) for each in renamed(bundle, asked).changes)


def renamed(bundle: Bundle, asked: Asked) -> Found:
    """Return the files with the variable's new name, and every place that says it."""
    found = Found()
    known = _uses(bundle.files)
    processes = frozenset(bundle_processes(bundle))
    are_outputs = _give_outputs(bundle)
    for name, content in sorted(bundle.files.items()):
        after = content
        try:
            if name.endswith(".bpmn"):
                there = variables.in_diagram(name, content, asked, processes)
                after = there.after
            elif name.endswith(".dmn"):
                there = variables.in_decisions(name, content, asked, are_outputs=are_outputs)
                after = there.after
            elif name.endswith(".form"):
                in_it = in_form(name, content.decode(), asked)
                after = in_it.after.encode()
                found.changes += in_it.changes
                found.unclear += in_it.unclear
                there = None
            elif name.endswith(".toml"):
                after = _in_settings(name, content, asked, found)
                there = None
            elif name.endswith(ENDING):
                after = _in_template(name, content, asked, found)
                there = None
            else:
                continue
        except (Unreadable, settings.Unclear, ValueError, RecursionError):
            continue  # it is among what cannot be read
        if there is not None:
            found.changes += there.changes
            found.unclear += there.unclear
        if after != content:
            found.files[name] = after
    if known.variables:
        found.unclear += _still_said({**bundle.files, **found.files}, asked, found, processes)
    return found


def bundle_processes(bundle: Bundle) -> Iterator[str]:
    """Yield the processes of an area's diagrams."""
    for content in bundle.diagrams.values():
        try:
            yield from (each.owner for each in tags(content) if each.kind == "process")
        except Unreadable:
            continue


def _in_settings(name: str, content: bytes, asked: Asked, found: Found) -> bytes:
    text, changes = settings.renamed(name, content.decode(), asked, is_alone=True)
    found.changes += changes
    if name == "process.toml":
        document: dict[str, Any] = tomllib.loads(content.decode())
        for path, said in of_settings.unclear(document, asked):
            place, key = ".".join(str(each) for each in path[:-1]), str(path[-1])
            found.unclear.append(Change(name, place, key, said, ""))
    return text.encode()


def _in_template(name: str, content: bytes, asked: Asked, found: Found) -> bytes:
    """Rename in a template of a paper: what it asks a value by stands in quotes."""
    text = content.decode()
    asks = re.compile(rf'(?<![\w-])((?:value|said|amount|lines)\(\s*"){re.escape(asked.old)}(?=")')
    before = dict.fromkeys(each[0] for each in asks.finditer(text))
    after = asks.sub(lambda each: each[1] + asked.new, text)
    found.changes += [
        Change(name, "", "", f'{each}")', f'{each[: -len(asked.old)]}{asked.new}")')
        for each in before
    ]
    other = re.compile(rf'(?:"|\.){re.escape(asked.old)}(?![\w-])')
    for number, line in enumerate(after.splitlines(), 1):
        if other.search(line):
            found.unclear.append(Change(name, str(number), "", line.strip()[:200], ""))
    return after.encode()


def _still_said(
    files: Mapping[str, bytes], asked: Asked, found: Found, processes: frozenset[str]
) -> Iterator[Change]:
    """Yield the elements that the engine still reads the old name in: none, or it is not clear."""
    told = {(each.file, each.place) for each in found.unclear}
    for each in _uses(files).variables:
        if each.name != asked.old:
            continue
        for at in {*each.read, *each.written}:
            content = files[at.file]
            abroad = variables.calling_outside(tags(content), processes)
            is_told = not at.process or (at.file, at.element) in told
            if not is_told and at.element not in set(abroad):
                yield Change(at.file, at.element, "", asked.old, "")


def _uses(files: Mapping[str, bytes]) -> Uses:
    return uses(
        {name: each for name, each in files.items() if name.endswith(".bpmn")},
        {name: each for name, each in files.items() if name.endswith(".dmn")},
    )


def _give_outputs(bundle: Bundle) -> bool:
    """Tell whether a step asks a decision and names no variable for the answer."""
    for content in bundle.diagrams.values():
        try:
            found = tags(content)
        except Unreadable:
            continue
        for each in found:
            asks = {name.rpartition(":")[2] for name in each.attributes}
            is_asked = asks & {"decisionRef", "decisionId"} or each.kind == "calledDecisionId"
            if is_asked and "resultVariable" not in asks:
                return True
    return False
