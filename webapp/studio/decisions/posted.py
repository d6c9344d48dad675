"""What a page sends of a decision table: every cell by its place, samples beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from flask import abort
from werkzeug.datastructures import MultiDict

from engine import feel
from engine.dmn.boxes import AGGREGATIONS, HIT_POLICIES
from engine.dmn.sheets import (
    InputColumn,
    NoteColumn,
    OutputColumn,
    Row,
    Sheet,
    folded,
)
from engine.values import decimal_from
from engine.values.jalali import JalaliDate

Form = MultiDict[str, str]
MOST_SAMPLES: Final = 50
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_YES: Final = frozenset({"true", "yes", "بله", "بلی", "درست"})
_NO: Final = frozenset({"false", "no", "خیر", "نه", "نادرست"})


def policies() -> tuple[str, ...]:
    """Return the hit policies a page offers, those that add up among them."""
    joined = (f"COLLECT {each}" for each in AGGREGATIONS)
    return (*HIT_POLICIES, *joined)


def sheet_from(form: Form, decision_id: str) -> Sheet:
    """Return the table that a page sent; what does not fit together is no request of ours."""
    inputs = tuple(_inputs(form))
    outputs = tuple(_outputs(form))
    notes = tuple(
        NoteColumn(_origin(origin), _line(name))
        for origin, name in zip(form.getlist("note.origin"), form.getlist("note.name"), strict=True)
    )
    policy, _, aggregation = form.get("policy", "UNIQUE").partition(" ")
    if form.get("policy") in HIT_POLICIES:
        policy, aggregation = form["policy"], ""
    rows = tuple(_rows(form, len(inputs), len(outputs), len(notes)))
    name = _line(form.get("name", ""))
    return Sheet(decision_id, name, policy, aggregation, inputs, outputs, notes, rows).must_fit()


def _inputs(form: Form) -> Iterator[InputColumn]:
    names = ("origin", "label", "text", "type", "allowed")
    for origin, label, text, type_ref, allowed in _columns(form, "in", names):
        yield InputColumn(
            _origin(origin),
            _line(label),
            _line(type_ref),
            folded(_text(allowed)),
            text=_text(text),
        )


def _outputs(form: Form) -> Iterator[OutputColumn]:
    names = ("origin", "label", "name", "type", "allowed", "default")
    for origin, label, name, type_ref, allowed, default in _columns(form, "out", names):
        yield OutputColumn(
            _origin(origin),
            _line(label),
            _line(type_ref),
            folded(_text(allowed)),
            name=_line(name),
            default=folded(_text(default)),
        )


def _columns(form: Form, kind: str, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    lists = [form.getlist(f"{kind}.{name}") for name in names]
    if len({len(each) for each in lists}) != 1:
        abort(400)
    yield from zip(*lists, strict=True)


def _rows(form: Form, inputs: int, outputs: int, notes: int) -> Iterator[Row]:
    origins = form.getlist("row")
    tests = _chunks(form.getlist("t"), inputs, len(origins))
    results = _chunks(form.getlist("o"), outputs, len(origins))
    said = _chunks(form.getlist("n"), notes, len(origins))
    for at, origin in enumerate(origins):
        yield Row(
            _origin(origin),
            tuple(folded(_text(each)) or "-" for each in tests[at]),
            tuple(folded(_text(each)) for each in results[at]),
            tuple(_text(each) for each in said[at]),
        )


def _chunks(cells: list[str], width: int, rows: int) -> list[list[str]]:
    if len(cells) != width * rows:
        abort(400)
    return [cells[at * width : (at + 1) * width] for at in range(rows)]


def _origin(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _line(text: str) -> str:
    return " ".join(text.split())


def samples_from(form: Form, width: int) -> list[list[str]]:
    """Return the sample rows of a page, the empty ones left out."""
    cells = form.getlist("s")
    rows = [cells[at : at + width] for at in range(0, len(cells), width)] if width else []
    filled = [[each.strip() for each in row] for row in rows if len(row) == width]
    return [row for row in filled if any(row)][:MOST_SAMPLES]


def sample_value(text: str, type_ref: str) -> Any:
    """Return a sample as a value of its column: numbers and days as people type them.

    >>> sample_value("۲٬۰۰۰", "number"), sample_value("1405/01/01", "date")
    (Decimal('2000'), '2026-03-21')

    Raises:
        ValueError: it is none.
    """
    plain = folded(text).strip()
    if not plain:
        return None
    read = _READERS.get(type_ref.rpartition(":")[2])
    return _unquoted(text) if read is None else read(plain)


def _unquoted(text: str) -> str:
    return text.strip().removeprefix('"').removesuffix('"')


def _truth(text: str) -> bool:
    if text not in _YES | _NO:
        raise ValueError(text)
    return text in _YES


def _day(text: str) -> str:
    return text if _ISO.fullmatch(text) else JalaliDate.parse(text).gregorian().isoformat()


def _anything(text: str) -> Any:
    """Return what a text most likely is: a number, yes or no, FEEL in quotes, a text."""
    try:
        return decimal_from(text)
    except ValueError:
        pass
    if text not in ("true", "false") and text[0] not in '"[{':
        return text
    try:
        return feel.evaluate(text, {})
    except feel.FeelSyntaxError:
        return text


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("number", "integer", "long", "double"), decimal_from),
    "boolean": lambda text: _truth(text.lower()),
    "date": _day,
    **dict.fromkeys(("", "Any", "any"), _anything),
}


def number_of(value: str | None) -> int:
    """Return the version or place that a page names; 0 when it names none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
