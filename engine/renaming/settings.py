"""Renaming in files of settings, texts and tests, whose comments, order and spaces stay."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from engine.catalogue.form_texts import SECTIONS
from engine.catalogue.rewriting import rewritten
from engine.renaming import variable_settings
from engine.renaming.model import Asked, Change, Kind

Path = tuple[str | int, ...]

_PART: Final = r"[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*'"
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_KEYS: Final = re.compile(rf"\s*((?:{_PART})(?:\s*\.\s*(?:{_PART}))*)\s*=")
_HEADER: Final = re.compile(rf"\s*\[\[?\s*((?:{_PART})(?:\s*\.\s*(?:{_PART}))*)\s*\]\]?\s*(#.*)?$")
#: of a test: what names a step, as text, in a list, or as a key
_STEPS: Final = frozenset({"answer", "succeed", "fail", "element", "ended"})
_LISTED: Final = frozenset({"open", "held", "passed", "not_passed", "failed", "refused"})
_KEYED: Final = frozenset({"open", "decided", "timers", "due"})
_OF_TESTS: Final = {
    Kind.PROCESS: frozenset({"process", "start"}),
    Kind.MESSAGE: frozenset({"message"}),
    Kind.SIGNAL: frozenset({"signal"}),
    Kind.ERROR: frozenset({"code"}),
}


class Unclear(ValueError):
    """The file is no TOML: nothing in it is renamed."""


def renamed(file: str, text: str, asked: Asked, *, is_alone: bool) -> tuple[str, list[Change]]:
    """Return a file with the new name, and where it says it.

    Args:
        is_alone: no other process has a step of this id.

    Raises:
        Unclear: it is no TOML.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise Unclear(file) from wrong
    keys, values = _places(file, document, asked, is_alone=is_alone)
    if not keys and not values:
        return text, []
    changes = []
    for each in keys:
        told = str(each[-1])
        changes.append(Change(file, _shown(each[:-1]), told, told, _key_anew(told, asked)))
    for each in values:
        told = _at(document, each)
        changes.append(Change(file, _shown(each[:-1]), str(each[-1]), told, _in_it(told, asked)))
    wanted = _wanted(document, keys, values, asked)
    by_line = _by_line(text, keys, values, asked)
    if _says(by_line, wanted):
        return by_line, changes
    keyed = _by_line(text, keys, [], asked)
    is_keyed = _says(keyed, _wanted(document, keys, [], asked))
    return rewritten(keyed if is_keyed else text, wanted).text, changes


def is_read(content: bytes) -> bool:
    """Tell whether a file is TOML."""
    try:
        tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _says(text: str, wanted: Any) -> bool:
    try:
        return bool(tomllib.loads(text) == wanted)
    except tomllib.TOMLDecodeError:
        return False


def _places(
    file: str, document: dict[str, Any], asked: Asked, *, is_alone: bool
) -> tuple[list[Path], list[Path]]:
    """Return the keys that are the name, and the texts that are it."""
    if asked.kind is Kind.VARIABLE:
        found = [*variable_settings.places(file, document, asked)]
    elif file == "process.toml":
        found = [*_of_settings(document, asked)]
    elif file.startswith("texts."):
        found = [*_of_texts(document, asked, is_alone=is_alone)]
    else:
        own = document.get("given", {})
        is_its = is_alone or (isinstance(own, dict) and own.get("process") == asked.process)
        found = [*_of_test(document, (), asked)] if asked.kind is not Kind.STEP or is_its else []
    keys = [path for path, is_key in found if is_key]
    return keys, [path for path, is_key in found if not is_key]


def _of_settings(document: dict[str, Any], asked: Asked) -> Iterator[tuple[Path, bool]]:
    tables = {key: each for key, each in document.items() if isinstance(each, dict)}
    if asked.kind is Kind.PROCESS and asked.old in tables and asked.old != "area":
        yield (asked.old,), True
    for process, table in tables.items():
        if asked.kind is Kind.FORM and table.get("start_form") == asked.old:
            yield (process, "start_form"), False
        if asked.kind is Kind.MESSAGE and asked.old in _table(table, "messages"):
            yield (process, "messages", asked.old), True
    if asked.kind is Kind.STEP:
        yield from _of_step(asked.process, tables.get(asked.process, {}), asked.old)


def _of_step(process: str, table: dict[str, Any], old: str) -> Iterator[tuple[Path, bool]]:
    for section in ("tasks", "timers", "lanes"):
        if old in _table(table, section):
            yield (process, section, old), True
    yield from _among(table.get("start_lanes"), (process, "start_lanes"), old)
    for name, each in _table(table, "messages").items():
        if isinstance(each, dict) and each.get("lane") == old:
            yield (process, "messages", name, "lane"), False
    for at, each in enumerate(table.get("not_same_person", ())):
        yield from _among(each.get("steps"), (process, "not_same_person", at, "steps"), old)
    for name, each in _table(table, "papers").items():
        if isinstance(each, dict):
            yield from _among(each.get("after"), (process, "papers", name, "after"), old)


def _of_texts(
    document: dict[str, Any], asked: Asked, *, is_alone: bool
) -> Iterator[tuple[Path, bool]]:
    sections: tuple[tuple[str, ...], ...] = ()
    match asked.kind:
        case Kind.PROCESS:
            sections = ((),)
        case Kind.STEP:
            sections = ((asked.process,), *((("no_return",),) if is_alone else ()))
        case Kind.FORM:
            sections = tuple((each,) for each in SECTIONS)
        case Kind.MESSAGE:
            sections = (("messages",),)
        case Kind.ERROR:
            sections = (("errors",),)
    if asked.kind is Kind.MESSAGE:
        words = (
            (key, _table(each, "messages"))
            for key, each in document.items()
            if isinstance(each, dict)
        )
        yield from (
            ((key, "messages", asked.old), True) for key, each in words if asked.old in each
        )
    for section in sections:
        table = document if not section else document.get(section[0])
        if isinstance(table, dict) and asked.old in table:
            yield (*section, asked.old), True


def _of_test(said: Any, path: Path, asked: Asked) -> Iterator[tuple[Path, bool]]:
    if isinstance(said, list):
        for at, each in enumerate(said):
            yield from _of_test(each, (*path, at), asked)
    if not isinstance(said, dict):
        return
    for key, value in said.items():
        here = (*path, key)
        if key in ("values", "given_values", "title"):
            continue
        if isinstance(value, str):
            named = _STEPS if asked.kind is Kind.STEP else _OF_TESTS.get(asked.kind, frozenset())
            if key in named and value == asked.old:
                yield here, False
        elif asked.kind is Kind.STEP and key in _LISTED | _KEYED | {"ended"}:
            yield from _among(value, here, asked.old, after_code=key == "refused")
            if isinstance(value, dict) and asked.old in value:
                yield (*here, asked.old), True
        else:
            yield from _of_test(value, here, asked)


def _among(
    said: Any, path: Path, old: str, *, after_code: bool = False
) -> Iterator[tuple[Path, bool]]:
    if said == old:
        yield path, False
    for at, each in enumerate(said if isinstance(said, list) else ()):
        if each == old or (after_code and isinstance(each, str) and each.partition(" ")[2] == old):
            yield (*path, at), False


def _table(table: dict[str, Any], key: str) -> dict[str, Any]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _at(document: Any, path: Path) -> str:
    for each in path:
        document = document[each]
    return str(document)


def _in_it(told: str, asked: Asked) -> str:
    if asked.kind is Kind.VARIABLE:
        return variable_settings.anew(told, asked)
    return told[: len(told) - len(asked.old)] + asked.new


def _key_anew(told: str, asked: Asked) -> str:
    """Return a key with the new name; what stands behind a dot or a stroke in it stays."""
    return asked.new + told[len(asked.old) :]


def _shown(path: Path) -> str:
    return ".".join(str(each) for each in path)


def _wanted(
    document: dict[str, Any], keys: Sequence[Path], values: Sequence[Path], asked: Asked
) -> dict[str, Any]:
    wanted = copy.deepcopy(document)
    for path in values:
        within: Any = wanted
        for each in path[:-1]:
            within = within[each]
        within[path[-1]] = _in_it(str(within[path[-1]]), asked)
    for path in sorted(keys, key=len, reverse=True):
        within = wanted
        for each in path[:-1]:
            within = within[each]
        before = dict(within)
        within.clear()
        for key, value in before.items():
            within[_key_anew(key, asked) if key == path[-1] else key] = value
    return wanted


def _by_line(text: str, keys: Sequence[Path], values: Sequence[Path], asked: Asked) -> str:
    """Return the text with the name replaced in the headers, keys and values that are meant."""
    targets = {tuple(each for each in path if isinstance(each, str)) for path in keys}
    meant = {tuple(each for each in path if isinstance(each, str)) for path in values}
    table: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    lines = []
    for line in text.split("\n"):
        header, key = _HEADER.match(line), _KEYS.match(line)
        said, start = line, 0
        if header:
            table, said = _renamed_key(line, header.span(1), (), targets, asked)
            here = ()
        elif key:
            here, said = _renamed_key(line, key.span(1), table, targets, asked)
            start = said.index("=")
        if here in meant:
            said = said[:start] + _quoted(said[start:], asked)
        elif here and any(here == each[: len(here)] != each for each in targets | meant):
            said = said[:start] + _inline(said[start:], asked)
        lines.append(said)
    return "\n".join(lines)


def _renamed_key(
    line: str, span: tuple[int, int], table: tuple[str, ...], targets: set[Any], asked: Asked
) -> tuple[tuple[str, ...], str]:
    """Return the path that a header or key says, as it was, and the line with the new name."""
    parts = [each.group() for each in re.finditer(_PART, line[slice(*span)])]
    path = table
    written = []
    for each in parts:
        path = (*path, each.strip("\"'"))
        is_meant = path in targets
        written.append(_key(_key_anew(path[-1], asked)) if is_meant else each)
    if written == parts:
        return path, line
    return path, line[: span[0]] + ".".join(written) + line[span[1] :]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _quoted(said: str, asked: Asked) -> str:
    pattern = re.compile(rf"(?<=[\"' ]){re.escape(asked.old)}(?=[\"'])")
    return pattern.sub(lambda _: asked.new, said)


def _inline(said: str, asked: Asked) -> str:
    """Rename a key or a text inside a table that is written in one line."""
    key = re.compile(rf"(?<=[{{,\s]){re.escape(asked.old)}(?=\s*=)")
    return _quoted(key.sub(lambda _: _key(asked.new), said), asked)
