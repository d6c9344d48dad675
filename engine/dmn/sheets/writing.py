"""An edited table back into the bytes of its file: what was not changed stays as it was written.

Rows and columns that moved are moved as they stand, with the comments before them; only what
is new is written anew, with the prefixes and the indentation of what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Final, TypeVar

from engine.dmn.sheets.columns import ColumnWriter
from engine.dmn.sheets.reading import literal_in, owner_of, table_in
from engine.dmn.sheets.sheet import (
    InputColumn,
    NoteColumn,
    OutputColumn,
    Row,
    Sheet,
    WrongTable,
)
from engine.dmn.sheets.spans import (
    Edit,
    Span,
    attribute_edits,
    escaped,
    prefixed,
    spans,
    spliced,
    walk,
)
from engine.dmn.sheets.texts import opened, text_edits

_SPACE: Final = re.compile(rb"\s*\Z")
_CELLS: Final = (("inputEntry", "tests"), ("outputEntry", "outputs"), ("annotationEntry", "notes"))


_Member = TypeVar("_Member", InputColumn, OutputColumn, NoteColumn, Row)


def with_text(content: bytes, decision_id: str, text: str) -> bytes:
    """Return the file with another literal expression.

    Raises:
        WrongTable: the decision is none.
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    literal = literal_in(owner_of(spans(content), decision_id))
    if literal is None:
        raise WrongTable(decision_id)
    return spliced(content, 0, len(content), text_edits(content, literal, text))


def with_sheet(content: bytes, sheet: Sheet) -> bytes:
    """Return the file with a table as it was edited; all around it stays to the byte.

    Raises:
        WrongTable: the decision has no table.
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    root = spans(content)
    owner = owner_of(root, sheet.decision_id)
    table = table_in(owner)
    if table is None:
        raise WrongTable(sheet.decision_id)
    written = _Writer(content, root, table, sheet).table()
    edits = [(table.start, table.end, written)]
    if sheet.name.strip():
        edits += attribute_edits(content, owner, {"name": sheet.name})
    return spliced(content, 0, len(content), edits)


@dataclass
class _Writer:
    """Writes one table."""

    content: bytes
    root: Span
    old: Span
    sheet: Sheet

    @cached_property
    def _ids(self) -> Iterator[bytes]:
        taken = {each.attributes.get("id") for each in walk(self.root)}
        return (name.encode() for n in count(1) if (name := f"added_{n}") not in taken)

    def table(self) -> bytes:
        """Return the whole element."""
        said = self.old.attributes.get("hitPolicy", "")
        policy = self.sheet.hit_policy
        wanted = {
            "hitPolicy": said if policy == (said or "UNIQUE") else policy,
            "aggregation": self.sheet.aggregation,
        }
        edits = list(attribute_edits(self.content, self.old, wanted))
        columns = ColumnWriter(self.content, self.old, self._ids)
        members = [
            *self._members("input", self.sheet.inputs, columns.input),
            *self._members("output", self.sheet.outputs, columns.output),
            *self._members("annotation", self._headings(), columns.note),
            *self._members("rule", self.sheet.rows, self._rule),
        ]
        kinds = ("input", "output", "annotation", "rule")
        edits += self._arranged(self.old, kinds, members)
        return spliced(self.content, self.old.start, self.old.end, edits)

    def _headings(self) -> tuple[NoteColumn, ...]:
        """Return the columns of annotations that have a heading, or stand before one that has."""
        there = len(self.old.of("annotation"))
        named = [
            at
            for at, each in enumerate(self.sheet.notes, 1)
            if each.name or (each.origin is not None and each.origin < there)
        ]
        return self.sheet.notes[: max(named, default=0)]

    def _members(
        self, kind: str, wanted: Sequence[_Member], write: Callable[[_Member, Span | None], bytes]
    ) -> Iterator[tuple[Span | None, bytes]]:
        there = self.old.of(kind)
        for each in wanted:
            at = each.origin
            span = there[at] if at is not None and at < len(there) else None
            yield span, write(each, span)

    def _arranged(
        self,
        holder: Span,
        kinds: Sequence[str],
        members: Sequence[tuple[Span | None, bytes]],
    ) -> Iterator[Edit]:
        """Yield what makes the children of some kinds these, in this order."""
        old = holder.of(*kinds)
        if [id(span) for span, _ in members] == [id(each) for each in old]:
            yield from ((s.start, s.end, said) for s, said in members if s is not None)
            return
        leads = self._leads(holder)
        others = [each for each in holder.children if each.kind not in kinds]
        parts = [leads[id(each)] + self.content[each.start : each.end] for each in others]
        usual = _space(leads[id(old[-1])]) if old else self._usual(holder)
        parts += [(usual if span is None else leads[id(span)]) + said for span, said in members]
        inside = b"".join(parts)
        if holder.is_empty:
            yield from opened(self.content, holder, inside + usual[:-2])
            return
        tail = holder.children[-1].end if holder.children else holder.opened
        yield holder.opened, tail, inside

    def _leads(self, holder: Span) -> dict[int, bytes]:
        """Return what stands before each child: white space, and comments."""
        ends = [holder.opened, *(each.end for each in holder.children)]
        return {
            id(each): self.content[end : each.start]
            for end, each in zip(ends, holder.children, strict=False)
        }

    def _usual(self, holder: Span) -> bytes:
        """Return the white space before a child of an element that has none."""
        before = _SPACE.search(self.content, 0, holder.start)
        space = before[0] if before else b""
        return space + b"  " if b"\n" in space else b""

    def _rule(self, row: Row, span: Span | None) -> bytes:
        if span is None:
            return self._new_rule(row)
        if self._stands_as_drawn(span, row):
            edits = [
                edit
                for kind, cells in _CELLS
                for entry, text in zip(span.of(kind), getattr(row, cells), strict=False)
                for edit in text_edits(self.content, entry, text)
            ]
            return spliced(self.content, span.start, span.end, edits)
        entries = [each for kind, cells in _CELLS for each in self._entries(span, kind, cells, row)]
        edits = list(self._arranged(span, [kind for kind, _ in _CELLS], entries))
        return spliced(self.content, span.start, span.end, edits)

    def _stands_as_drawn(self, rule: Span, row: Row) -> bool:
        """Tell whether the columns are those of the file, and the rule has a cell for each text."""
        for (columns, kind), (_, cells) in zip(self._columns(), _CELLS, strict=True):
            if [each.origin for each in columns] != list(range(self._drawn_columns[kind])):
                return False
            if any(each.strip() for each in getattr(row, cells)[len(rule.of(kind)) :]):
                return False
        return True

    @cached_property
    def _drawn_columns(self) -> dict[str, int]:
        rules = self.old.of("rule")
        most = max((len(each.of("annotationEntry")) for each in rules), default=0)
        return {
            "inputEntry": len(self.old.of("input")),
            "outputEntry": len(self.old.of("output")),
            "annotationEntry": max(most, len(self.old.of("annotation"))),
        }

    def _columns(
        self,
    ) -> Iterator[tuple[Sequence[InputColumn | OutputColumn | NoteColumn], str]]:
        yield self.sheet.inputs, "inputEntry"
        yield self.sheet.outputs, "outputEntry"
        yield self.sheet.notes, "annotationEntry"

    def _entries(
        self, rule: Span, kind: str, cells: str, row: Row
    ) -> Iterator[tuple[Span | None, bytes]]:
        there = rule.of(kind)
        columns = next(each for each, of in self._columns() if of == kind)
        for column, text in zip(columns, getattr(row, cells), strict=True):
            at = column.origin
            if at is None or at >= len(there):
                yield None, self._entry(kind, text)
                continue
            entry = there[at]
            edits = list(text_edits(self.content, entry, text))
            yield entry, spliced(self.content, entry.start, entry.end, edits)

    def _new_rule(self, row: Row) -> bytes:
        entries = [
            self._entry(kind, text) for kind, cells in _CELLS for text in getattr(row, cells)
        ]
        lead, tail = self._inside_rule()
        tag = prefixed(self.content, self.old, "rule")
        inside = b"".join(lead + each for each in entries) + tail
        return b'<%s id="%s">%s</%s>' % (tag, next(self._ids), inside, tag)

    def _inside_rule(self) -> tuple[bytes, bytes]:
        """Return the white space before an entry of a rule and behind the last, as elsewhere."""
        for rule in self.old.of("rule"):
            if rule.children:
                first, last = rule.children[0], rule.children[-1]
                lead = _space(self.content[rule.opened : first.start])
                return lead, _space(self.content[last.end : rule.closing])
        columns = self.old.of("input", "output")
        if not columns:
            return b"", b""
        before = _SPACE.search(self.content, 0, columns[0].start)
        space = before[0] if before else b""
        return (space + b"  ", space) if b"\n" in space else (b"", b"")

    def _entry(self, kind: str, text: str) -> bytes:
        tag = prefixed(self.content, self.old, kind)
        inner = prefixed(self.content, self.old, "text")
        said = escaped(text.strip() or ("-" if kind == "inputEntry" else ""))
        named = b"" if kind == "annotationEntry" else b' id="%s"' % next(self._ids)
        return b"<%s%s><%s>%s</%s></%s>" % (tag, named, inner, said, inner, tag)


def _space(lead: bytes) -> bytes:
    """Return the white space at the end of what stands before an element."""
    found = _SPACE.search(lead)
    return found[0] if found else b""
