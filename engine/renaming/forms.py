"""Renaming a variable in a form: what its fields are called, and what its expressions read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from engine.feel import FeelSyntaxError
from engine.feel.occurrences import entries, occurrences
from engine.renaming.json_text import Path, replaced
from engine.renaming.model import Asked, Change

Json = dict[str, Any]
_ROW: Final = "parent"
_WORDS: Final = frozenset({"label", "description", "text", "alt", "id", "type", "message"})


@dataclass(slots=True)
class InForm:
    """What of a form says a variable."""

    after: str
    changes: list[Change] = field(default_factory=list)
    unclear: list[Change] = field(default_factory=list)


def in_form(file: str, text: str, asked: Asked) -> InForm:
    """Rename a variable in a form.

    Raises:
        ValueError: it is no JSON of a form.
    """
    document = json.loads(text)
    walk = _Walk(file, asked)
    if isinstance(document, dict):
        walk.own(document, ())
        walk.components(document, ("components",), "", ())
    return InForm(replaced(text, walk.wanted), walk.changes, walk.unclear)


def fields_of(text: bytes) -> Iterator[tuple[str, str]]:
    """Yield the variables that a form asks for or shows, with their labels."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting = [(each, "") for each in _list(document, "components")]
    while waiting:
        each, before = waiting.pop(0)
        path = before + str(each.get("path") or "")
        if each.get("type") == "group":
            inner = f"{path}." if each.get("path") else before
            waiting = [*((one, inner) for one in _list(each, "components")), *waiting]
        key = each.get("path") if each.get("type") == "dynamiclist" else each.get("key")
        if isinstance(key or each.get("key"), str) and each.get("type") != "group":
            full = before + str(key or each["key"])
            yield full.partition(".")[0], str(each.get("label") or "")


def labels_of(text: bytes) -> dict[str, str]:
    """Return the labels of a form's components by their keys, wherever they stand."""
    found: dict[str, str] = {}
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return found
    while waiting:
        each = waiting.pop()
        for one in _list(each, "components"):
            waiting.append(one)
            key = one.get("key") or one.get("path") or one.get("id")
            if isinstance(key, str) and isinstance(one.get("label"), str):
                found.setdefault(key, one["label"])
    return found


def names_in(text: bytes) -> set[str]:
    """Return every name that the rows of a form's lists have, and that its expressions define."""
    found: set[str] = set()
    waiting: list[Any] = []
    try:
        waiting.append(json.loads(text))
    except (ValueError, RecursionError):
        return found
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found.update(
                str(each[key]) for key in ("key", "path") if isinstance(each.get(key), str)
            )
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return {part for each in found for part in re.split(r"[./]", each)}


@dataclass(slots=True)
class _Walk:
    file: str
    asked: Asked
    wanted: dict[Path, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    unclear: list[Change] = field(default_factory=list)

    def own(self, form: Json, path: Path) -> None:
        """Look at the outcomes and rules of the form."""
        said = form.get("divan")
        own: Json = said if isinstance(said, dict) else {}
        for kind, key in (("outcomes", "requires"), ("rules", "fields")):
            for at, each in enumerate(_list(own, kind)):
                here = (*path, "divan", kind, at)
                named = each.get(key)
                for number, one in enumerate(named if isinstance(named, list) else []):
                    self._name((*here, key, number), one, str(each.get("id", "")), key)
                self._feel((*here, "holds"), each.get("holds"), str(each.get("id", "")), ())

    def components(
        self, holder: Json, path: Path, group: str, rows: tuple[frozenset[str], ...]
    ) -> None:
        """Look at components.

        Args:
            group: the path of the groups around, where it does not begin with the variable.
            rows: the names of the rows around, the outermost first.
        """
        for at, each in enumerate(holder.get("components") or []):
            if not isinstance(each, dict):
                continue
            here = (*path, at)
            place = str(each.get("key") or each.get("path") or each.get("id") or "")
            if not rows and not group:
                self._named(each, here, place)
            self._properties(each, here, place, rows)
            inner, kind = (*here, "components"), each.get("type")
            if kind == "dynamiclist":
                own = frozenset(_keys(each, ""))
                self.components(each, inner, "", (*rows, own))
            elif isinstance(each.get("components"), list):
                self.components(each, inner, group or str(each.get("path") or ""), rows)

    def _named(self, each: Json, here: Path, place: str) -> None:
        keys = ("path",) if each.get("type") == "group" else ("key", "path")
        for key in keys:
            self._name((*here, key), each.get(key), place, key)

    def _properties(
        self, each: Json, here: Path, place: str, rows: tuple[frozenset[str], ...]
    ) -> None:
        for key in ("valuesKey", "dataSource"):
            if not any(self.asked.old in each for each in rows):
                self._name((*here, key), each.get(key), place, key)
        hide = _inner(each, "conditional").get("hide")
        if isinstance(hide, str) and not hide.startswith("="):
            self._feel((*here, "conditional", "hide"), hide, place, rows, bare=True)
        for path, value in _texts(each, ()):
            if path[0] != "components" and path[-1] not in _WORDS:
                self._feel((*here, *path), value, place, rows)

    def _name(self, path: Path, value: Any, place: str, key: str) -> None:
        old, new = self.asked.old, self.asked.new
        if isinstance(value, str) and re.split(r"[./]", value)[0] == old:
            self._put(path, value, new + value[len(old) :], place, key)

    def _feel(
        self,
        path: Path,
        value: Any,
        place: str,
        rows: tuple[frozenset[str], ...],
        *,
        bare: bool = False,
    ) -> None:
        old = self.asked.old
        if not isinstance(value, str) or old not in value:
            return
        equals = re.match(r"\s*=" if not bare else "", value)
        if equals is None:
            return
        after = equals.end()
        key = ".".join(str(each) for each in path if not isinstance(each, int))
        key = key.removeprefix("components.").replace("components.", "")
        try:
            found = [] if any(old in each for each in rows) else occurrences(value[after:], old)
            for up in range(1, len(rows) + 1):
                if not any(old in each for each in rows[: len(rows) - up]):
                    found += entries(value[after:], (_ROW,) * up, old)
        except FeelSyntaxError:
            self.unclear.append(Change(self.file, place, key, value, ""))
            return
        if not all(each.is_sure for each in found):
            self.unclear.append(Change(self.file, place, key, value, ""))
        elif found:
            said = value
            for each in sorted(set(found), reverse=True):
                said = f"{said[: after + each.start]}{self.asked.new}{said[after + each.end :]}"
            self._put(path, value, said, place, key)

    def _put(self, path: Path, before: str, after: str, place: str, key: str) -> None:
        self.wanted[path] = after
        self.changes.append(Change(self.file, place, key, before, after))


def _keys(holder: Json, before: str) -> Iterator[str]:
    """Yield the first steps of what a row of a list holds."""
    for each in _list(holder, "components"):
        is_list = each.get("type") == "dynamiclist"
        if each.get("type") == "group":
            path = str(each.get("path") or "")
            yield from _keys(each, before or path)
        said = before or str((each.get("path") if is_list else None) or each.get("key") or "")
        if said:
            yield said.partition(".")[0]


def _list(holder: Any, key: str) -> list[Json]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _inner(holder: Json, key: str) -> Json:
    found = holder.get(key)
    return found if isinstance(found, dict) else {}


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            if not (key == "components" and not path):
                yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _texts(each, (*path, at))
