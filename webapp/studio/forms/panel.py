"""The properties of one component as the editor's page asks for them, with what is wrong beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from engine.findings import entry
from forms import Form
from forms.document import Document, Json, Place
from forms.errors import Fault, FormUnreadable
from forms.filling import OTHER, WHEN, kept, rows, shown, table_of, way_of, when
from forms.vocabulary import FORM, As, Property
from webapp.findings import shown_detail
from webapp.request import locale
from webapp.studio.forms.words import OF_FORM, PROPERTIES, ROWS, VALUES

EMPTY_ROWS: Final = 2  #: below those a list of objects has


@dataclass(frozen=True, slots=True)
class Asked:
    """One property as it is asked for."""

    name: str
    kind: str  #: a value of `As`
    label: str
    hint: str
    text: str
    other: str | None = None  #: the text in English; ``None``: it is not for people
    when: str = ""
    values: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Asked, ...], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def in_other(self) -> str:
        """The name of the English text."""
        return self.name + OTHER

    @property
    def in_when(self) -> str:
        """The name of the FEEL of what may hold sometimes."""
        return self.name + WHEN


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault of the form, as the page tells it."""

    at: Place | None  #: the component; ``None``: the form
    fault: Fault
    title: str
    advice: str
    detail: str  #: what exactly stands against it


def wrong(document: Document) -> tuple[Wrong, ...]:
    """Return what a deployment would refuse of a form, each at its component."""
    try:
        Form.parse(document.json)
    except FormUnreadable as unreadable:
        paths = document.paths
        return tuple(_told(each, document, paths) for each in unreadable.faults)
    return ()


def _told(fault: Fault, document: Document, paths: Mapping[Place, str]) -> Wrong:
    known = entry(fault.rule)
    title = known.title[locale()] if known else fault.rule
    advice = known.advice[locale()] if known else ""
    detail = shown_detail(fault.detail, locale())
    return Wrong(_place_of(fault, document, paths), fault, title, advice, detail)


def _place_of(fault: Fault, document: Document, paths: Mapping[Place, str]) -> Place | None:
    """Return where the component stands that a fault names, the last of those that it may be."""
    if not fault.component:
        return None
    called = [
        place
        for place, component in document.places
        if fault.component in (paths.get(place), component.get("key"), component.get("id"))
        or (paths.get(place) or "").endswith(f"/{fault.component}")
        or fault.component == component.get("path")
    ]
    return called[-1] if called else None


def panel(document: Document, at: Place, found: Sequence[Wrong]) -> tuple[Asked, ...]:
    """Return the properties of a component, or of the form where no place is given."""
    component = document.at(at) if at else document.json
    if component is None:
        return ()
    table = table_of(component) if at else FORM
    problems = [each.fault for each in found if each.at == (at or None)]
    return tuple(_asked(document, at, component, each, problems) for each in table)


def others(document: Document, at: Place) -> tuple[str, ...]:
    """Return what else stands in a component and stays as it is."""
    component = document.at(at)
    return kept(component) if component is not None else ()


def besides(document: Document, at: Place, found: Sequence[Wrong]) -> tuple[Wrong, ...]:
    """Return what is wrong with a component beside no property that is asked for."""
    component = document.at(at) if at else document.json
    names = {each.path for each in (table_of(component or {}) if at else FORM)}
    return tuple(
        each for each in found if each.at == (at or None) and each.fault.property not in names
    )


def _asked(
    document: Document, at: Place, component: Json, prop: Property, problems: Sequence[Fault]
) -> Asked:
    label, hint = (OF_FORM if not at else {}).get(prop.path) or PROPERTIES[prop.path]
    way = way_of(prop, document.paths.get(at, ""))
    inner = tuple(_rows(document, at, component, prop)) if prop.kind is As.ROWS else ()
    return Asked(
        prop.path,
        prop.kind.value,
        str(label),
        str(hint),
        shown(component, prop) if prop.kind is not As.ROWS else "",
        document.words.get(way, "") if prop.section else None,
        when(component, prop) if prop.kind is As.WHEN else "",
        _values(prop),
        tuple(str(ROWS[each.path]) for each in prop.rows),
        inner,
        tuple(_problem(each) for each in problems if each.property == prop.path),
    )


def _rows(document: Document, at: Place, component: Json, prop: Property) -> Iterator[Any]:
    path, there = document.paths.get(at, ""), rows(component, prop)
    for number, row in enumerate([*there, *({} for _ in range(EMPTY_ROWS))]):
        begins = f"{prop.path}:{number}:"
        yield tuple(
            Asked(
                begins + each.path,
                each.kind.value,
                str(ROWS[each.path]),
                "",
                shown(row, each),
                document.words.get(way_of(each, path, row), "") if each.section else None,
                values=_values(each),
            )
            for each in prop.rows
        )


def _values(prop: Property) -> tuple[tuple[str, str], ...]:
    said: Mapping[str, Any] = VALUES.get(prop.path, {})
    return tuple((each, str(said.get(each, each))) for each in prop.values)


def _problem(fault: Fault) -> str:
    known = entry(fault.rule)
    said = shown_detail(fault.detail, locale())
    return Markup("{}: {}").format(known.title[locale()], said) if known else said
