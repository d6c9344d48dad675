"""New components and copies, named like nothing that a form has."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Final

from forms.document import Document, Json, Place, components
from forms.vocabulary import COMPONENTS


def fresh(kind: str, document: Document, label: str = "", key: str = "") -> Json:
    """Return a new component of a type, named like nothing the form has.

    Args:
        key: what its value is called, where it is known.
    """
    name = _free(key or kind, document)
    made: Json = {"type": kind}
    paths = {each.path for each in COMPONENTS[kind]}
    if "key" in paths:
        made["key"] = name
    elif kind == "dynamiclist":
        made["path"] = name
    made["id"] = f"{name.replace('.', '_')}_field" if "key" in paths else name
    if "label" in paths:
        made["label"] = label or name
    made |= copy.deepcopy(_AT_FIRST.get(kind, {}))
    if kind == "dynamiclist":
        made["components"] = [{"type": "textfield", "key": "title", "label": label or name}]
    if kind == "text":
        made["text"] = label or name
    return made


_AT_FIRST: Final[dict[str, Json]] = {
    "group": {"components": []},
    "expression": {"expression": "=null"},
    "datetime": {"subtype": "date"},
    "select": {"values": [{"value": "1", "label": "1"}, {"value": "2", "label": "2"}]},
    "radio": {"values": [{"value": "1", "label": "1"}, {"value": "2", "label": "2"}]},
    "checklist": {"values": [{"value": "1", "label": "1"}, {"value": "2", "label": "2"}]},
    "taglist": {"values": [{"value": "1", "label": "1"}, {"value": "2", "label": "2"}]},
    "table": {"dataSource": "rows", "columns": [{"key": "title", "label": "title"}]},
    "spacer": {"height": 30},
}


def renamed(twin: Json, form: Json) -> None:
    """Give a copy that stands in a form names that nothing else of it has."""
    _renamed(twin, {_name(each) for _, each in everything(form) if _name(each)})


def _free(name: str, document: Document) -> str:
    return _numbered(name, _taken(document.json))


def _taken(json: Json) -> set[str]:
    taken: set[str] = set()
    for _, each in everything(json):
        taken |= {str(each[part]) for part in ("key", "path", "id") if each.get(part)}
    return taken


def _numbered(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(each for n in range(2, len(taken) + 3) if (each := f"{name}_{n}") not in taken)


def _renamed(twin: Json, taken: set[str]) -> None:
    """Give a copy names that nothing has; what stands in a list keeps its own, rows are apart."""
    for part in ("key", "path", "id"):
        if twin.get(part) and not (part == "path" and twin.get("type") == "group"):
            twin[part] = _numbered(str(twin[part]), taken)
            taken.add(twin[part])
    if twin.get("type") != "dynamiclist":
        for each in components(twin):
            if isinstance(each, dict):
                _renamed(each, taken)


def _name(component: Json) -> str:
    return str(component.get("key") or component.get("path") or component.get("id") or "")


def everything(json: Json, at: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Yield all that stands in a form or in a part of it, whatever its type."""
    for number, each in enumerate(components(json)):
        if isinstance(each, dict):
            yield (*at, number), each
            yield from everything(each, (*at, number))
