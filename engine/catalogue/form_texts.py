"""The texts of a form in another language, in ``texts.<locale>.toml``: read, and written back.

Only lines that say something else than before are touched: comments, order and everything about
other forms stay as they were.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.errors import Problem, RulesBroken

#: A text by its way, the form left out: ``("options", "kind", "goods")``.
Words = Mapping[tuple[str, ...], str]
Table = tuple[str, ...]

SECTIONS: Final = ("forms", "descriptions", "options", "outcomes", "rules")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_HEADER: Final = re.compile(r"\s*\[[^\[]")


def form_texts(texts: Mapping[str, Any], form_id: str) -> dict[tuple[str, ...], str]:
    """Return what an overlay says of one form."""
    found: dict[tuple[str, ...], str] = {}
    for section in SECTIONS:
        of_section = texts.get(section)
        own = of_section.get(form_id) if isinstance(of_section, dict) else None
        for way, text in _texts(own, ()):
            found[(section, *way)] = text
    return found


def with_form_texts(content: str, form_id: str, words: Words) -> str:
    """Return an overlay in which one form has these texts and no others.

    Raises:
        RulesBroken: the file is no TOML, or says it in a way that has to be edited as text.
    """
    before = _read(content)
    if form_texts(before, form_id) == words:
        return content
    wanted: dict[Table, dict[str, str]] = {}
    for (section, *way, name), text in words.items():
        wanted.setdefault((section, form_id, *way), {})[name] = _clean(text)
    written = "".join(_lines(content, form_id, wanted))
    if not _says(written, before, form_id, {way: _clean(text) for way, text in words.items()}):
        raise RulesBroken([Problem("STU-030", None)])
    return written


def _read(content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise RulesBroken([Problem("STU-030", None)]) from error


def _says(content: str, before: Mapping[str, Any], form_id: str, words: Words) -> bool:
    """Tell whether an overlay says what it should of the form, and what it said of all else."""
    try:
        after = tomllib.loads(content)
    except tomllib.TOMLDecodeError:
        return False
    return form_texts(after, form_id) == words and _others(after, form_id) == _others(
        before, form_id
    )


def _others(texts: Mapping[str, Any], form_id: str) -> dict[str, Any]:
    found = {name: each for name, each in texts.items() if name not in SECTIONS}
    for section in SECTIONS:
        own = texts.get(section)
        if isinstance(own, dict):
            found[section] = {name: each for name, each in own.items() if name != form_id}
    return {name: each for name, each in found.items() if each != {}}


def _texts(found: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(found, str):
        yield way, found
    elif isinstance(found, dict):
        for name, each in found.items():
            yield from _texts(each, (*way, name))


def _lines(content: str, form_id: str, wanted: dict[Table, dict[str, str]]) -> Iterator[str]:
    """Yield the file table by table, each of the form's as it should be; new ones at the end."""
    left = dict(wanted)
    for table, lines in _tables(content):
        if len(table) > 1 and table[0] in SECTIONS and table[1] == form_id:
            yield from _table(lines, left.pop(table, {}))
        else:
            yield from lines
    if left and content and not content.endswith("\n"):
        yield "\n"
    for table, texts in sorted(left.items(), key=lambda each: SECTIONS.index(each[0][0])):
        yield f"\n[{'.'.join(map(_key, table))}]\n"
        yield from (_line(name, text) for name, text in texts.items())


def _tables(content: str) -> Iterator[tuple[Table, list[str]]]:
    table: Table = ()
    lines: list[str] = []
    for line in content.splitlines(keepends=True):
        found = _header(line)
        if found is not None:
            yield table, lines
            table, lines = found, []
        lines.append(line)
    yield table, lines


def _header(line: str) -> Table | None:
    if not _HEADER.match(line):
        return None
    try:
        found: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    way: list[str] = []
    while isinstance(found, dict) and found:
        [(name, found)] = found.items()
        way.append(name)
    return tuple(way)


def _table(lines: list[str], texts: dict[str, str]) -> Iterator[str]:
    """Yield a table with these texts: lines that say them stay, the others are written anew."""
    body = lines[1:]
    end = len(body)
    while end and not body[end - 1].strip():
        end -= 1
    kept: list[str] = []
    missing = dict(texts)
    for line in body[:end]:
        said = _said(line)
        if said is None:
            kept.append(line)
        elif said[0] in missing:
            text = missing.pop(said[0])
            kept.append(line if said[1] == text else _line(said[0], text))
    kept += [_line(name, text) for name, text in missing.items()]
    if not kept:
        return
    if not kept[0].endswith("\n") or not lines[0].endswith("\n"):
        lines[0] = lines[0].rstrip("\n") + "\n"
    yield lines[0]
    yield from (each if each.endswith("\n") else f"{each}\n" for each in kept)
    yield from body[end:]


def _said(line: str) -> tuple[str, str] | None:
    """Return the name and text that a line alone says; ``None`` for anything else."""
    try:
        found = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    if len(found) != 1:
        return None
    [(name, text)] = found.items()
    return (name, text) if isinstance(text, str) else None


def _line(name: str, text: str) -> str:
    return f"{_key(name)} = {json.dumps(text, ensure_ascii=False)}\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _clean(text: str) -> str:
    """Return a text without what a file cannot hold."""
    return "".join(each for each in text if each == "\n" or (each >= " " and each != "\x7f"))
