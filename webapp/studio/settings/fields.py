"""``process.toml`` as fields to fill in, and what was filled in as ``process.toml``.

What the table of keys does not know, and what is written in a way that no field shows, stays in
the file as it is. Everything typed is kept as typed, by the path of its field.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import tomlkit

from engine.catalogue.keys import Key, Kind, Section, Table
from webapp.texts import N_

Typed = dict[str, list[str]]

MOST_ROWS: Final = 400
UNITS: Final = ("working_days", "working_hours", "days", "months", "until")
#: of a row: the name it had when the page was shown, so that what no field shows follows it
WAS: Final = "was"
NAME: Final = "name"
_ROW: Final = re.compile(r"([a-z_]+)\.(\d{1,4})\.")

#: what is wrong with what was typed into a field, by its kind
WRONG: Final[Mapping[Kind, str]] = {
    Kind.WHOLE: N_("Type a whole number."),
    Kind.DUE: N_("Type a whole number above 0; for “until”, the name of a variable."),
    Kind.VALUES: N_('Write it as lines of TOML: name = "text", FEEL after =.'),
}
NAMELESS: Final = N_("Give it a name: letters of the model, digits and _.")
TWICE: Final = N_("This name is there twice.")
_NAMES: Final = re.compile(r"[^\s\"'\\]{1,200}")


@dataclass
class Filled:
    """What was typed, as the file would say it, and what is wrong with it."""

    said: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)  #: by the path of the field


def typed_of(stands: Mapping[str, Any], section: Section) -> Typed:
    """Return the fields of a section with what it says."""
    typed: Typed = {}
    for key in section.keys:
        _show(typed, key.name, key, stands.get(key.name))
    for name, table in section.tables.items():
        for at, (row, said) in enumerate(_rows(stands.get(name), table)):
            path = f"{name}.{at}"
            typed[f"{path}.{WAS}"] = [row]
            if not table.is_list:
                typed[f"{path}.{NAME}"] = [row]
            for key in table.keys:
                _show(typed, _path(path, key), key, said.get(key.name) if key.name else said[""])
    return typed


def _rows(said: Any, table: Table) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if table.is_list:
        rows = enumerate(said if isinstance(said, list) else ())
        yield from ((str(at), each) for at, each in rows if isinstance(each, dict))
    elif isinstance(said, dict):
        for name, each in said.items():
            if table.value is not None:
                yield name, {"": each}
            elif isinstance(each, dict):
                yield name, each


def _path(row: str, key: Key) -> str:
    return f"{row}.{key.name}" if key.name else f"{row}.value"


def _show(typed: Typed, path: str, key: Key, value: Any) -> None:
    if value is None:
        return
    shown = _shown(key.kind, value)
    if _meant(key.kind, shown) != (value, None):
        return  # no field says it; it stays in the file
    for part, texts in shown.items():
        typed[f"{path}.{part}" if part else path] = texts


def _shown(kind: Kind, value: Any) -> Typed:
    """Return a value as the parts of a field."""
    match kind:
        case Kind.FLAG | Kind.OWN_FLAG:
            return {"": ["true" if value is True else "false"]}
        case Kind.REASON:
            reason = value if isinstance(value, str) else ""
            return {"": ["" if value is False else "true"], "reason": [reason]}
        case Kind.DUE if isinstance(value, dict) and len(value) == 1:
            [(unit, amount)] = value.items()
            return {"unit": [unit], "amount": [str(amount)]}
        case Kind.LANES | Kind.STEPS | Kind.EVENTS:
            return {"": [str(each) for each in value] if isinstance(value, list) else [str(value)]}
        case Kind.VALUES if isinstance(value, dict):
            return {"": [tomlkit.dumps(value).strip()]}
    return {"": [str(value)]}


def _meant(kind: Kind, typed: Mapping[str, list[str]]) -> tuple[Any, str | None]:
    """Return what was meant by the parts of a field, ``None`` for nothing; and what is wrong."""
    if kind is Kind.DUE:
        return _due(typed)
    texts = [each.strip() for each in typed.get("", [])]
    text = texts[-1] if texts else ""
    if kind in _SEVERAL:
        return [each for each in dict.fromkeys(texts) if each] or None, None
    if kind is Kind.REASON:
        reason = "".join(typed.get("reason", [])).strip()
        return ((reason or True) if text == "true" else None), None
    return _READERS.get(kind, _text)(text)


_SEVERAL: Final = frozenset({Kind.LANES, Kind.STEPS, Kind.EVENTS})


def _text(text: str) -> tuple[str | None, None]:
    return text or None, None


def _flag(text: str) -> tuple[bool | None, None]:
    return (True if text == "true" else None), None


def _own_flag(text: str) -> tuple[bool | None, None]:
    return {"true": True, "false": False}.get(text), None


def _whole(text: str) -> tuple[int | None, str | None]:
    if not text:
        return None, None
    if re.fullmatch(r"-?[0-9۰-۹٠-٩]{1,9}", text):
        return int(text), None
    return None, WRONG[Kind.WHOLE]


def _due(typed: Mapping[str, list[str]]) -> tuple[dict[str, Any] | None, str | None]:
    unit, amount = ("".join(typed.get(each, [])).strip() for each in ("unit", "amount"))
    if not unit and not amount:
        return None, None
    if unit == "until" and amount:
        return {unit: amount}, None
    if unit in UNITS and amount.isdecimal() and len(amount) < 6 and int(amount) > 0:
        return {unit: int(amount)}, None
    return None, WRONG[Kind.DUE]


def _values(text: str) -> tuple[dict[str, Any] | None, str | None]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n")) or None, None
    except (tomllib.TOMLDecodeError, RecursionError):
        return None, WRONG[Kind.VALUES]


_READERS: Final[Mapping[Kind, Callable[[str], tuple[Any, str | None]]]] = {
    Kind.FLAG: _flag,
    Kind.OWN_FLAG: _own_flag,
    Kind.WHOLE: _whole,
    Kind.VALUES: _values,
}


def filled(typed: Typed, stands: Mapping[str, Any], section: Section) -> Filled:
    """Return what a section would say.

    Args:
        stands: what it says now; what no field shows is taken from there.
    """
    found = Filled(deepcopy(dict(stands)))
    for key in section.keys:
        _take(found, found.said, key, key.name, typed)
    for name, table in section.tables.items():
        rows = _table_of(found, name, table, typed, stands.get(name))
        if rows or name in stands:
            found.said[name] = rows
        if not rows and not stands.get(name):
            found.said.pop(name, None)
    return found


def _table_of(
    found: Filled, name: str, table: Table, typed: Typed, stands: Any
) -> dict[str, Any] | list[Any]:
    shown = dict(_rows(stands, table))
    named: dict[str, Any] = {}
    listed: list[Any] = []
    for at in rows_of(typed, name):
        path = f"{name}.{at}"
        before = "".join(typed.get(f"{path}.{WAS}", []))
        row = deepcopy(dict(shown.get(before, {})))
        for key in table.keys:
            _take(found, row, key, _path(path, key), typed)
        if table.is_list:
            listed.append(row)
            continue
        called = "".join(typed.get(f"{path}.{NAME}", [])).strip()
        if not _NAMES.fullmatch(called):
            found.problems[f"{path}.{NAME}"] = NAMELESS
        elif called in named:
            found.problems[f"{path}.{NAME}"] = TWICE
        elif table.value is None or "" in row:
            named[called] = row.get("") if table.value is not None else row
    return listed if table.is_list else named


def _take(found: Filled, row: dict[str, Any], key: Key, path: str, typed: Typed) -> None:
    """Put what was typed into one field where it belongs."""
    stood = row.get(key.name)
    if stood is not None and _meant(key.kind, _shown(key.kind, stood)) != (stood, None):
        return  # no field showed it
    parts = {
        part: typed[name]
        for part in ("", "reason", "unit", "amount")
        if (name := f"{path}.{part}" if part else path) in typed
    }
    value, wrong = _meant(key.kind, parts)
    if wrong:
        found.problems[path] = wrong
    elif value is None:
        if stood is not None and stood is not False:
            row.pop(key.name)
    elif key.kind not in _SEVERAL or set(value) != set(stood or ()):
        row[key.name] = value  # the order of what is ticked says nothing: theirs stays


def rows_of(typed: Typed, name: str) -> list[int]:
    """Return the numbers of the rows of a table in the order they stand."""
    found = {int(at[2]) for each in typed if (at := _ROW.match(each)) and at[1] == name}
    return sorted(found)[:MOST_ROWS]


def acted(typed: Typed, act: str, section: Section) -> Typed:
    """Return what was typed with a row added (``add:lanes``), removed or moved (``up:lanes.2``)."""
    verb, _, what = act.partition(":")
    name, _, number = what.partition(".")
    rows = rows_of(typed, name)
    if name not in section.tables:
        return typed
    if verb == "add" and len(rows) < MOST_ROWS:
        return {**typed, f"{name}.{max(rows, default=-1) + 1}.{WAS}": [""]}
    if not number.isdecimal() or int(number) not in rows:
        return typed
    at = rows.index(int(number))
    if verb == "remove":
        return {key: each for key, each in typed.items() if not key.startswith(f"{what}.")}
    other = at + {"up": -1, "down": 1}.get(verb, 0)
    if not 0 <= other < len(rows):
        return typed
    return _swapped(typed, f"{name}.{rows[at]}.", f"{name}.{rows[other]}.")


def _swapped(typed: Typed, one: str, other: str) -> Typed:
    def moved(path: str) -> str:
        if path.startswith(one):
            return other + path.removeprefix(one)
        return one + path.removeprefix(other) if path.startswith(other) else path

    return {moved(key): each for key, each in typed.items()}
