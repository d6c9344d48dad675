"""Where settings, texts and tests of an area say a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from engine.catalogue.form_texts import SECTIONS
from engine.renaming.expressions import said_in_text
from engine.renaming.model import Asked

Path = tuple[str | int, ...]
#: keys whose text is a variable
_NAMED: Final = frozenset({"amount", "until", "retention_from"})
#: likewise, of a process itself: the subject of a letter is text
_OF_PROCESS: Final = frozenset({"subject"})
_PREFIXED: Final = {"in": "party:", "unit": "variable:"}
_KEYED: Final = frozenset({"columns", "personal", "output"})  #: tables whose keys are variables


def places(file: str, document: dict[str, Any], asked: Asked) -> Iterator[tuple[Path, bool]]:
    """Yield the path of every key and text that says the variable, and whether it is a key."""
    if file == "process.toml":
        for process, table in document.items():
            if process != "area" and isinstance(table, dict):
                yield from _of_settings(table, (process,), asked)
    elif file.startswith("texts."):
        yield from _of_texts(document, asked)
    else:
        yield from _of_test(document, (), asked)


def anew(told: str, asked: Asked) -> str:
    """Return a text of the settings with the new name."""
    for prefix in _PREFIXED.values():
        if told.startswith(prefix):
            return prefix + anew(told.removeprefix(prefix), asked)
    if told == asked.old:
        return asked.new
    return said_in_text(told, asked.old, "open").anew(told, asked.new)


def unclear(document: dict[str, Any], asked: Asked) -> Iterator[tuple[Path, str]]:
    """Yield the expressions of the settings of which nobody can tell."""
    for path, text in _texts(document, ()):
        if text.startswith("=") and not said_in_text(text, asked.old, "open").is_clear:
            yield path, text


def _of_settings(table: Any, path: Path, asked: Asked) -> Iterator[tuple[Path, bool]]:
    for key, value in table.items():
        here = (*path, key)
        if isinstance(value, dict):
            is_paper = key == "values" and len(path) >= 2 and path[-2] == "papers"
            if key in _KEYED or is_paper:
                yield from ((each, True) for each in _keys(value, here, asked.old))
            yield from _of_settings(value, here, asked)
        elif isinstance(value, list):
            numbered = dict(enumerate(value))
            yield from _of_settings(numbered, here, asked)
        elif isinstance(value, str):
            prefix = _PREFIXED.get(str(key), "\0")
            named = _NAMED | _OF_PROCESS if len(path) == 1 else _NAMED
            is_named = key in named and value == asked.old
            is_prefixed = value == prefix + asked.old
            is_read = value.startswith("=") and bool(said_in_text(value, asked.old, "open").spans)
            if is_named or is_prefixed or is_read:
                yield here, False


def _of_texts(document: dict[str, Any], asked: Asked) -> Iterator[tuple[Path, bool]]:
    for section, table in document.items():
        if not isinstance(table, dict):
            continue
        if section in ("columns", "variables"):
            yield from ((each, True) for each in _keys(table, (section,), asked.old))
        elif section in SECTIONS and section not in ("outcomes", "rules"):
            for form, own in table.items():
                if isinstance(own, dict):
                    found = _keys(own, (section, form), asked.old)
                    yield from ((each, True) for each in found)
        elif isinstance(table.get("columns"), dict):
            found = _keys(table["columns"], (section, "columns"), asked.old)
            yield from ((each, True) for each in found)


def _of_test(said: Any, path: Path, asked: Asked) -> Iterator[tuple[Path, bool]]:
    if isinstance(said, list):
        for at, each in enumerate(said):
            yield from _of_test(each, (*path, at), asked)
    elif isinstance(said, dict):
        for key, value in said.items():
            if key == "values" and isinstance(value, dict):
                yield from ((each, True) for each in _keys(value, (*path, key), asked.old))
            else:
                yield from _of_test(value, (*path, key), asked)


def _keys(table: dict[str, Any], path: Path, old: str) -> Iterator[Path]:
    for key in table:
        if re.split(r"[./]", str(key))[0] == old:
            yield (*path, key)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _texts(each, (*path, at))
