"""The columns of an edited table, each as it is written in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.sheets.sheet import InputColumn, NoteColumn, OutputColumn
from engine.dmn.sheets.spans import (
    Edit,
    Span,
    attribute_edits,
    escaped,
    prefixed,
    quoted,
    spliced,
)
from engine.dmn.sheets.texts import opened, text_edits


@dataclass(frozen=True, slots=True)
class ColumnWriter:
    """Writes columns: one that stands already in place, a new one with the prefix of its table."""

    content: bytes
    table: Span  #: as it stood
    ids: Iterator[bytes]  #: that nothing in the file has yet

    def note(self, column: NoteColumn, span: Span | None) -> bytes:
        """Return a column of annotations, over what stands there of it."""
        name = column.name
        if span is not None:
            edits = list(attribute_edits(self.content, span, {"name": name}))
            return spliced(self.content, span.start, span.end, edits)
        tag = prefixed(self.content, self.table, "annotation")
        return b'<%s name="%s"/>' % (tag, quoted(name))

    def input(self, column: InputColumn, span: Span | None) -> bytes:
        """Return an input column, over what stands there of it."""
        if span is None:
            return self._new_input(column)
        edits = list(attribute_edits(self.content, span, {"label": column.label}))
        asked = span.one("inputExpression")
        if asked is not None:
            edits += attribute_edits(self.content, asked, {"typeRef": column.type_ref})
            edits += text_edits(self.content, asked, column.text)
        edits += self._part(span, "inputValues", column.allowed)
        return spliced(self.content, span.start, span.end, edits)

    def _new_input(self, column: InputColumn) -> bytes:
        tag, asked, text = (
            prefixed(self.content, self.table, each)
            for each in ("input", "inputExpression", "text")
        )
        typed = b' typeRef="%s"' % quoted(column.type_ref) if column.type_ref else b""
        label = b' label="%s"' % quoted(column.label) if column.label else b""
        said = b'<%s id="%s"%s><%s>%s</%s></%s>' % (
            asked, next(self.ids), typed, text, escaped(column.text.strip()), text, asked,
        )  # fmt: skip
        if column.allowed.strip():
            said += self._new_part("inputValues", column.allowed)
        return b'<%s id="%s"%s>%s</%s>' % (tag, next(self.ids), label, said, tag)

    def output(self, column: OutputColumn, span: Span | None) -> bytes:
        """Return an output column, over what stands there of it."""
        said = {"label": column.label, "name": column.name, "typeRef": column.type_ref}
        if span is None:
            return self._new_output(column, said)
        edits = list(attribute_edits(self.content, span, said))
        if span.is_empty and (column.allowed.strip() or column.default.strip()):
            inside = self._parts_of(column)
            edits += opened(self.content, span, inside)
        elif not span.is_empty:
            edits += self._part(span, "outputValues", column.allowed)
            edits += self._part(span, "defaultOutputEntry", column.default)
        return spliced(self.content, span.start, span.end, edits)

    def _new_output(self, column: OutputColumn, said: dict[str, str]) -> bytes:
        tag = prefixed(self.content, self.table, "output")
        named = b"".join(
            b' %s="%s"' % (name.encode(), quoted(text)) for name, text in said.items() if text
        )
        inside = self._parts_of(column)
        end = b">%s</%s>" % (inside, tag) if inside else b"/>"
        return b'<%s id="%s"%s%s' % (tag, next(self.ids), named, end)

    def _parts_of(self, column: OutputColumn) -> bytes:
        parts = (("outputValues", column.allowed), ("defaultOutputEntry", column.default))
        return b"".join(self._new_part(kind, text) for kind, text in parts if text.strip())

    def _part(self, span: Span, kind: str, text: str) -> Iterator[Edit]:
        """Yield what makes a part of a column say a text; an empty one goes away."""
        part = span.one(kind)
        if part is not None and not text.strip():
            if part.text:
                yield part.start, part.end, b""
        elif part is not None:
            yield from text_edits(self.content, part, text)
        elif text.strip():
            at = self._place_of(span, kind)
            yield at, at, self._new_part(kind, text)

    def _place_of(self, span: Span, kind: str) -> int:
        """Return where a new part stands: the default last, values before it."""
        default = span.one("defaultOutputEntry")
        if kind == "outputValues" and default is not None:
            return default.start
        return span.children[-1].end if span.children else span.opened

    def _new_part(self, kind: str, text: str) -> bytes:
        tag, inner = (prefixed(self.content, self.table, each) for each in (kind, "text"))
        said = escaped(text.strip())
        return b'<%s id="%s"><%s>%s</%s></%s>' % (tag, next(self.ids), inner, said, inner, tag)
