"""Renaming in all files of an area."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.bpmn.structure import FLOW_NODES
from engine.catalogue.bundle import Bundle
from engine.renaming import area_variables, models, settings
from engine.renaming.markup import Tag, tags
from engine.renaming.model import Asked, Change, Kind, Left, Offered, Renamed
from engine.xml import Unreadable

_ID: Final = re.compile(r"[^\W\d][\w.-]{0,119}")
_FORM_ID: Final = re.compile(r"[^\W_][\w-]{0,99}")
_LONGEST: Final = 200  #: letters of a message, signal or error
_NAMES: Final = {"message": Kind.MESSAGE, "signal": Kind.SIGNAL}
_ELEMENTS: Final = FLOW_NODES | {"sequenceFlow", "lane"}


def offered(bundle: Bundle) -> list[Offered]:
    """Return every name of an area that may be renamed; files that cannot be read have none."""
    found = [each for _, content in _diagrams(bundle) for each in _in_diagram(content)]
    found += [
        Offered(Kind.DECISION, tag.owner, _said(tag, "name") or tag.owner)
        for _, content in sorted(bundle.decisions.items())
        for tag in _tags(content)
        if tag.kind == "decision" and "id" in tag.attributes
    ]
    forms = (_form_id(bundle, each) for each in sorted(bundle.files))
    found += [Offered(Kind.FORM, each, each) for each in forms if each]
    found += area_variables.offered(bundle)
    return list(dict.fromkeys(found))


def flows_of(bundle: Bundle) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the flows of an area's diagrams, each with where it begins and where it leads."""
    for _, content in _diagrams(bundle):
        for tag in tags(content):
            if tag.kind == "sequenceFlow":
                yield tag.owner, (_said(tag, "sourceRef"), _said(tag, "targetRef"))


def unreadable(bundle: Bundle) -> list[str]:
    """Return the files that cannot be read, so that nobody knows what they name."""
    found = []
    for name, content in sorted(bundle.files.items()):
        is_model = name.endswith((".bpmn", ".dmn"))
        is_broken_form = name.endswith(".form") and not _form_id(bundle, name)
        if (is_model and not _tags(content)) or is_broken_form:
            found.append(name)
        if name.endswith(".toml") and not settings.is_read(content):
            found.append(name)
    return found


def problem_of(bundle: Bundle, asked: Asked) -> str | None:
    """Return the code of what is wrong with a new name, ``None`` when it may be that.

    ``RNM-001``: it is not among the names; ``RNM-002``: it cannot be written so; ``RNM-003``:
    something else has it; ``RNM-004``: it is the same.
    """
    known = offered(bundle)
    if not any(_is_it(each, asked) for each in known):
        return "RNM-001"
    if asked.new == asked.old:
        return "RNM-004"
    pattern = _FORM_ID if asked.kind is Kind.FORM else _ID
    is_id = asked.kind in (Kind.PROCESS, Kind.STEP, Kind.FORM, Kind.DECISION)
    if is_id and pattern.fullmatch(asked.new) is None:
        return "RNM-002"
    if asked.kind is Kind.VARIABLE and not area_variables.is_name(asked.new):
        return "RNM-002"
    if not is_id and not (0 < len(asked.new) <= _LONGEST and asked.new.isprintable()):
        return "RNM-002"
    return "RNM-003" if _is_taken(bundle, known, asked) else None


def _is_it(each: Offered, asked: Asked) -> bool:
    return (each.kind, each.name, each.process) == (asked.kind, asked.old, asked.process)


def _is_taken(bundle: Bundle, known: list[Offered], asked: Asked) -> bool:
    if asked.kind in (Kind.STEP, Kind.PROCESS):
        taken = _ids(bundle.files[file_of(bundle, asked)])
        others = {each.name for each in known if each.kind is Kind.PROCESS}
        return asked.new in taken | (others if asked.kind is Kind.PROCESS else set())
    if asked.kind is Kind.VARIABLE:
        return area_variables.is_taken(bundle, asked)
    if asked.kind is Kind.DECISION:
        return any(asked.new in _ids(each) for each in bundle.decisions.values())
    if asked.kind is Kind.FORM and f"forms/{asked.new}.form" in bundle.files:
        return True
    return any((each.kind, each.name) == (asked.kind, asked.new) for each in known)


def renamed(bundle: Bundle, asked: Asked) -> Renamed:
    """Return the files with the new name, and every place that says it."""
    if asked.kind is Kind.VARIABLE:
        found = area_variables.renamed(bundle, asked)
        left = tuple(_left({**bundle.files, **found.files}, asked))
        return Renamed(found.files, tuple(found.changes), left, tuple(found.unclear))
    files: dict[str, bytes | None] = {}
    changes: list[Change] = []
    is_alone = _is_alone(bundle, asked)
    for name, content in sorted(bundle.files.items()):
        after, told = _in_file(bundle, name, content, asked, is_alone=is_alone)
        changes += told
        if after != content:
            files[name] = after
    form = next((each for each in bundle.files if _form_id(bundle, each) == asked.old), None)
    if asked.kind is Kind.FORM and form is not None:
        moved = f"forms/{asked.new}.form"
        files |= {form: None, moved: files.get(form) or bundle.files[form]}
        changes.append(Change(form, "", "", form, moved))
    whole = {**bundle.files, **files}
    return Renamed(files, tuple(changes), tuple(_left(whole, asked)))


def _in_file(
    bundle: Bundle, name: str, content: bytes, asked: Asked, *, is_alone: bool
) -> tuple[bytes, list[Change]]:
    try:
        if name.endswith(".bpmn"):
            has_it = asked.kind in (Kind.STEP, Kind.PROCESS) and name == file_of(bundle, asked)
            found = models.in_diagram(name, content, asked, has_it=has_it)
            return found.after, found.changes
        if name.endswith(".dmn"):
            found = models.in_decisions(name, content, asked)
            return found.after, found.changes
        if name.endswith(".toml"):
            text, changes = settings.renamed(name, content.decode(), asked, is_alone=is_alone)
            return text.encode(), changes
    except (Unreadable, settings.Unclear, UnicodeDecodeError):
        return content, []  # what of it says the word is among what is left
    if asked.kind is Kind.FORM and _form_id(bundle, name) == asked.old:
        after = _form(content, asked)
        return after, [Change(name, "", "id", asked.old, asked.new)] if after != content else []
    return content, []


def _form(content: bytes, asked: Asked) -> bytes:
    """Return a form with another id, written where it stood."""
    text = content.decode()
    wanted = {**json.loads(text), "id": asked.new}
    old, new = (json.dumps(each, ensure_ascii=False) for each in (asked.old, asked.new))
    for match in re.finditer(rf'"id"(\s*:\s*){re.escape(old)}', text):
        changed = f'{text[: match.start()]}"id"{match[1]}{new}{text[match.end() :]}'
        if json.loads(changed) == wanted:
            return changed.encode()
    return (json.dumps(wanted, ensure_ascii=False, indent=2) + "\n").encode()


def _left(after: dict[str, bytes | None], asked: Asked) -> Iterator[Left]:
    """Yield the lines that still say the word, among all files as they would be."""
    word = re.compile(rf"(?<![\w-]){re.escape(asked.old)}(?![\w-])")
    for name, content in sorted(after.items()):
        if content is None:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            if word.search(line):
                yield Left(name, number, line.strip()[:200])


def _is_alone(bundle: Bundle, asked: Asked) -> bool:
    counted = Counter(each.name for each in offered(bundle) if each.kind is Kind.STEP)
    return asked.kind is Kind.STEP and counted[asked.old] == 1


def file_of(bundle: Bundle, asked: Asked) -> str:
    """Return the diagram that has a step or process; nothing where none has it."""
    process = asked.old if asked.kind is Kind.PROCESS else asked.process
    for name, content in _diagrams(bundle):
        if process in models.ids_of(content, "process"):
            return name
    return ""


def _diagrams(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    for name, content in sorted(bundle.diagrams.items()):
        if _tags(content):
            yield name, content


def _tags(content: bytes) -> tuple[Tag, ...]:
    try:
        return tags(content)
    except Unreadable:
        return ()


def _in_diagram(content: bytes) -> Iterator[Offered]:
    found = tags(content)
    processes = [each.owner for each in found if each.kind == "process"]
    process = processes[0] if processes else ""
    for tag in found:
        said = _said(tag, "name")
        if tag.kind == "process" and tag.owner:
            process = tag.owner
            yield Offered(Kind.PROCESS, tag.owner, said or tag.owner)
        elif tag.kind in _NAMES and said:
            yield Offered(_NAMES[tag.kind], said, said)
        elif tag.kind == "error" and _said(tag, "errorCode"):
            yield Offered(Kind.ERROR, _said(tag, "errorCode"), said or _said(tag, "errorCode"))
        elif _said(tag, "id") and tag.kind in _ELEMENTS:
            yield Offered(Kind.STEP, tag.owner, said or tag.owner, process)


def _ids(content: bytes) -> set[str]:
    return {_said(each, "id") for each in _tags(content)}


def _said(tag: Tag, name: str) -> str:
    return tag.attributes[name][0] if name in tag.attributes else ""


def _form_id(bundle: Bundle, file: str) -> str:
    if not file.endswith(".form"):
        return ""
    try:
        found = json.loads(bundle.files[file])
    except (ValueError, RecursionError):
        return ""
    return str(found.get("id") or "") if isinstance(found, dict) else ""
