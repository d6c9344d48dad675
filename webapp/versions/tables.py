"""Decision tables of two versions as one table each, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from engine.bpmn.interchange import TEXT
from engine.changes import Key, Moved, Part, Place, keyed
from webapp.versions.both import Both
from webapp.versions.names import local
from webapp.versions.sentences import Mark


class Cell(NamedTuple):
    """One cell: the same in both versions, or not."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Tell whether nothing is different about it."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; ``mark`` is ``None`` where nothing is different about it."""

    mark: Mark | None
    before: int | None  #: its number in the older version
    after: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table."""

    name: str
    columns: tuple[Cell, ...]
    rows: tuple[Row, ...]


def tables_of(both: Both) -> tuple[Table, ...]:
    """Return the decision tables that both versions have and that differ."""
    comparison = both.versions.comparison
    return tuple(
        _table(place, old, new, both)
        for place, (old, new) in comparison.pairs.items()
        if place and local(place[-1].tag) == "decisionTable"
    )


def _table(place: Place, old: Part, new: Part, both: Both) -> Table:
    decision = both.versions.comparison.pairs[place[:-1]][1]
    columns = zip_longest(_columns(old), _columns(new), fillvalue="")
    return Table(
        decision.facts.get("name") or decision.mark,
        tuple(Cell(*each) for each in columns),
        tuple(_rows(place, old, new, both)),
    )


def _columns(table: Part) -> list[str]:
    return [_heading(each) for each in table.parts if local(each.tag) in ("input", "output")]


def _heading(column: Part) -> str:
    said = column.facts.get("label") or column.facts.get("name")
    asked = (each.facts.get(TEXT, "") for each in column.walk() if local(each.tag) == "text")
    return said or next(asked, "") or column.mark


def _rows(place: Place, old: Part, new: Part, both: Both) -> Iterator[Row]:
    """Yield the rules of the newer table, each rule that is gone after the one it stood behind."""
    older = [(key, each) for key, each in keyed(old.parts) if local(each.tag) == "rule"]
    newer = [each for each in new.parts if local(each.tag) == "rule"]
    whose = _counterparts(place, older, newer, both)
    moved = {
        each.place[-1]
        for each in both.versions.changes
        if isinstance(each, Moved) and each.place[:-1] == place
    }
    gone = [at for at in range(len(older)) if at not in whose.values()]
    for number, rule in enumerate(newer, 1):
        at = whose.get(number)
        while gone and at is not None and gone[0] < at:
            yield _row("removed", gone[0] + 1, None, older[gone.pop(0)][1], None)
        if at is None:
            yield _row("added", None, number, None, rule)
            continue
        key, was = older[at]
        mark: Mark | None = "moved" if key in moved else None
        yield _row(mark if was.says_what(rule) else "changed", at + 1, number, was, rule)
    for at in gone:
        yield _row("removed", at + 1, None, older[at][1], None)


def _counterparts(
    place: Place, older: list[tuple[Key, Part]], newer: list[Part], both: Both
) -> dict[int, int]:
    """Return whose counterpart each rule is: its number, from 1, to the old one's, from 0."""
    pairs = both.versions.comparison.pairs
    found: dict[int, int] = {}
    for at, (key, rule) in enumerate(older):
        after = pairs.get((*place, key), (rule, rule))[1]
        same = (n for n, each in enumerate(newer, 1) if n not in found and each.says_what(after))
        if (number := next(same, None)) is not None:
            found[number] = at
    return found


def _row(
    mark: Mark | None, before: int | None, after: int | None, old: Part | None, new: Part | None
) -> Row:
    cells = zip_longest(_cells(old), _cells(new), fillvalue="")
    return Row(mark, before, after, tuple(Cell(*each) for each in cells))


def _cells(rule: Part | None) -> list[str]:
    entries = [
        each
        for each in (rule.parts if rule else ())
        if local(each.tag) in ("inputEntry", "outputEntry")
    ]
    return [
        next(
            (inner.facts.get(TEXT, "").strip() for inner in each.walk() if TEXT in inner.facts), ""
        )
        for each in entries
    ]
