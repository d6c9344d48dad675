"""Variables that hold objects or lists, as the fields of a form they fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import DynamicList, Field, Form
from forms.kinds import KINDS, parts_of
from forms.paths import ROWS, value_at
from forms.written import written

Texts = dict[str, list[str]]


def texts_under(form: Form, name: str, value: Any) -> tuple[Texts, list[str]]:
    """Return what a variable fills in, as texts by path, and the paths the form does not ask.

    A variable may be an object whose entries are fields (``seller.iban``), the rows of a dynamic
    list, or the parts of one field, such as the two ends of a range of dates.
    """
    asked = [
        each
        for path, each in form.by_path.items()
        if "/" not in path and (path == name or path.startswith(f"{name}."))
    ]
    if not asked:
        return {}, [name]
    texts: Texts = {}
    unknown: list[str] = []
    known = {name: value}
    for each in asked:
        _take(each, each.key, value_at(known, each.key), texts, unknown)
    if isinstance(value, Mapping) and not any(each.key == name for each in asked):
        unknown += _left(name, value, {each.key for each in asked})
    return texts, unknown


def _take(
    asking: Field | DynamicList, path: str, value: Any, texts: Texts, unknown: list[str]
) -> None:
    if isinstance(asking, Field):
        given = written(asking, value)
        many = KINDS[asking.type].many
        for part in parts_of(asking):
            typed = given.get(part, [])
            texts[f"{path}/{part}" if part else path] = typed if many else typed[-1:]
        return
    rows = value if isinstance(value, list) else []
    texts[f"{path}/{ROWS}"] = [str(len(rows))]
    for number, row in enumerate(rows):
        before = f"{path}/{number}"
        if not isinstance(row, Mapping):
            unknown.append(before)
            continue
        for each in asking.fields:
            _take(each, f"{before}/{each.key}", value_at(row, each.key), texts, unknown)
        keys = {each.key for each in asking.fields}
        unknown += [f"{before}/{left}" for left in _left("", row, keys)]


def _left(before: str, value: Mapping[str, Any], keys: set[str]) -> Iterator[str]:
    """Yield the entries of an object that no field stands for."""
    for name, inner in value.items():
        path = f"{before}.{name}" if before else name
        if path in keys:
            continue
        if isinstance(inner, Mapping) and any(each.startswith(f"{path}.") for each in keys):
            yield from _left(path, inner, keys)
        else:
            yield path
