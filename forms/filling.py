"""The properties of a component as texts that people edit, and those texts taken back.

A text that stays as it was shown changes nothing in the file, however it was written there; one
that is no value of its property is kept as it is, and the validator says what is wrong with it.

The name of a text is the path of its property: ``validate.max``. With ``:en`` it is the text in
the other language, with ``:when`` the FEEL of a property that may hold sometimes; an entry of a
list of objects stands under ``divan.outcomes:2:label``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.values import InvalidValue, decimal_from
from forms.document import Document, Json, Place
from forms.editing import changed
from forms.vocabulary import COMPONENTS, FORM, As, Property

OTHER: Final = ":en"
WHEN: Final = ":when"
YES: Final = "yes"  #: of a property that holds always; ``when``: as its FEEL says
SOMETIMES: Final = "when"
MOST_ROWS: Final = 500

Posted = Mapping[str, str]


def table_of(component: Json) -> tuple[Property, ...]:
    """Return the properties that a component has; none of a type that is none."""
    return COMPONENTS.get(str(component.get("type")), ())


def value_at(component: Json, prop: Property) -> Any:
    """Return what stands in the file, ``None`` where nothing does."""
    found: Any = component
    for name in prop.way:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def shown(component: Json, prop: Property) -> str:
    """Return the text of a property."""
    value = value_at(component, prop)
    match prop.kind:
        case As.FLAG:
            return YES if (prop.otherwise if value is None else value is True) else ""
        case As.WHEN:
            return SOMETIMES if _is_feel(value) else YES if value is True else ""
        case As.FEEL:
            return str(value).removeprefix("=").strip() if isinstance(value, str) else _plain(value)
        case As.NAMES:
            return ", ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
        case As.ONE_OF:
            return _plain(value) or prop.values[0]
    return _plain(value)


def when(component: Json, prop: Property) -> str:
    """Return the FEEL of a property that may hold sometimes; nothing where it does not."""
    value = value_at(component, prop)
    return str(value)[1:].strip() if _is_feel(value) else ""


def rows(component: Json, prop: Property) -> list[Json]:
    """Return the objects of a property that is a list of them."""
    value = value_at(component, prop)
    return [each if isinstance(each, dict) else {} for each in value] if _is_list(value) else []


def way_of(prop: Property, path: str, row: Json | None = None) -> tuple[str, ...]:
    """Return where a text of the other language lies.

    Args:
        path: of the component, empty of the form.
        row: of a text in a list of objects, the object.
    """
    if row is None:
        return (prop.section, path)
    name = _plain(row.get("value") or row.get("key") or row.get("id"))
    return (prop.section, path, name) if prop.multiplied else (prop.section, name)


def kept(component: Json) -> tuple[str, ...]:
    """Return the names of what else stands in a component: it stays, and is not asked for."""
    known = {each.way[0] for each in table_of(component)} | {"type", "id", "components"}
    inner = [
        f"{name}.{each}"
        for name in ("validate", "appearance", "conditional", "divan", "layout")
        if isinstance(component.get(name), dict)
        for each in component[name]
        if f"{name}.{each}" not in {one.path for one in table_of(component)}
    ]
    return (*sorted({*component} - known - {each.partition(".")[0] for each in inner}), *inner)


def filled(document: Document, at: Place, posted: Posted) -> Document:
    """Return the document with the texts posted for one component, or for the form itself.

    Properties that were not posted stay as they are.
    """
    own = document.at(at) if at else document.json
    if own is None:
        return document
    table = table_of(own) if at else FORM

    def take(component: Json) -> None:
        for each in table:
            _take(component, each, posted)

    done = changed(document, at, take)
    component = done.at(at) if at else done.json
    gone = dict.fromkeys(_ways_of_rows(done.paths.get(at, ""), own, table), "")
    words = gone | dict(_said(done, at, component or {}, table, posted))
    return done.with_words(words) if _says_words(posted) else done


def _says_words(posted: Posted) -> bool:
    return any(name.endswith(OTHER) for name in posted)


def _ways_of_rows(
    path: str, component: Json, table: tuple[Property, ...]
) -> Iterator[tuple[str, ...]]:
    """Yield where the texts of the rows of a component lie; they may be called anew."""
    for prop in table:
        for row in rows(component, prop) if prop.kind is As.ROWS else ():
            for each in prop.rows:
                if each.section:
                    yield way_of(each, path, row)


def _said(
    document: Document, at: Place, component: Json, table: tuple[Property, ...], posted: Posted
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts of the other language that were posted, and those of rows that were not."""
    path = document.paths.get(at, "")
    for prop in table:
        name = prop.path + OTHER
        if prop.section and name in posted:
            yield way_of(prop, path), posted[name].strip()
        if prop.kind is not As.ROWS:
            continue
        sent = _rows_posted(prop, posted)
        for number, row in enumerate(rows(component, prop)):
            for each in prop.rows:
                if not each.section:
                    continue
                way = way_of(each, path, row)
                text = sent[number].get(each.path + OTHER) if number < len(sent) else None
                yield way, document.words.get(way, "") if text is None else text.strip()


def _take(component: Json, prop: Property, posted: Posted) -> None:
    """Write one property, unless what was posted is what stands there."""
    if prop.kind is As.ROWS:
        _take_rows(component, prop, posted)
        return
    text = posted.get(prop.path)
    if text is None:
        return
    text = text.replace("\r\n", "\n").strip()
    feel = posted.get(prop.path + WHEN, "").strip() if prop.kind is As.WHEN else ""
    if feel and feel != when(component, prop):
        text = SOMETIMES
    if text == shown(component, prop) and (text != SOMETIMES or feel == when(component, prop)):
        return
    _write(component, prop.way, _value(prop, text, feel))


def _value(prop: Property, text: str, feel: str) -> Any:
    """Return what is written for a text, ``None`` for nothing."""
    match prop.kind:
        case As.FLAG:
            value: Any = None if bool(text) == prop.otherwise else bool(text)
        case As.WHEN:
            value = True if text == YES else f"={feel}" if text == SOMETIMES else None
        case As.FEEL:
            value = f"={text.removeprefix('=').strip()}" if text else None
        case As.NAMES:
            value = [each for part in text.split(",") if (each := part.strip())] or None
        case As.ONE_OF:
            value = text if text in prop.values and text != prop.values[0] else None
        case As.WHOLE | As.NUMBER | As.BOUND:
            value = _number(text) if text else None
        case _:
            value = text or None
    return value


def _number(text: str) -> Any:
    """Return a number as JSON has it, exactly; of what is none, the text."""
    if text.startswith("="):
        return f"={text[1:].strip()}"
    try:
        number = decimal_from(text)
    except InvalidValue:
        return text
    if number == number.to_integral_value():
        return int(number)
    return float(number) if str(float(number)) == format(number.normalize(), "f") else str(number)


def _take_rows(component: Json, prop: Property, posted: Posted) -> None:
    """Write a list of objects; what an object holds besides stays in it, an empty one goes."""
    sent = _rows_posted(prop, posted)
    if not sent:
        if prop.path in posted:
            _write(component, prop.way, None)
        return
    before, made = rows(component, prop), []
    for each in sent:
        number = each.get("", "")
        row = dict(before[int(number)]) if _is_row(number, before) else {}
        for inner in prop.rows:
            _take(row, inner, each)
        made.append(row)
    if made != before:
        _write(component, prop.way, made)


def _rows_posted(prop: Property, posted: Posted) -> list[dict[str, str]]:
    """Return the rows that say something, in their order, each with the number it had."""
    found: dict[int, dict[str, str]] = {}
    begins = f"{prop.path}:"
    for name, text in posted.items():
        number, _, inner = name.removeprefix(begins).partition(":")
        if name.startswith(begins) and number.isascii() and number.isdigit() and len(number) < 4:
            found.setdefault(int(number), {"": number})[inner] = text
    return [
        found[number]
        for number in sorted(found)
        if any(text.strip() for name, text in found[number].items() if name in _saying(prop))
    ][:MOST_ROWS]


def _saying(prop: Property) -> set[str]:
    """Return the names of what makes a row more than an empty one."""
    return {each.path for each in prop.rows if each.kind is not As.ONE_OF}


def _is_row(number: str, before: list[Json]) -> bool:
    return number.isdigit() and int(number) < len(before)


def _write(component: Json, way: tuple[str, ...], value: Any) -> None:
    """Set a property, or take it out with what held nothing but it."""
    *outer, last = way
    holders = [component]
    for name in outer:
        inner = holders[-1].get(name)
        if not isinstance(inner, dict):
            if value is None:
                return
            inner = holders[-1][name] = {}
        holders.append(inner)
    if value is not None:
        holders[-1][last] = value
        return
    holders[-1].pop(last, None)
    for name, holder in zip(reversed(outer), reversed(holders[:-1]), strict=True):
        if not holder[name]:
            del holder[name]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_feel(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
