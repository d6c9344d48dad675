"""Texts of elements as edits of the bytes they are written in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.sheets.spans import Edit, Span, escaped, prefixed, tag_of


def text_edits(content: bytes, holder: Span, text: str) -> Iterator[Edit]:
    """Yield what makes the ``text`` of an element another one."""
    if holder.text == text.strip():
        return
    inner, said = holder.one("text"), escaped(text.strip())
    tag = prefixed(content, holder, "text") if inner is None else tag_of(content, inner)
    whole = b"<%s>%s</%s>" % (tag, said, tag)
    if inner is not None and not inner.is_empty:
        yield inner.opened, inner.closing, said
    elif inner is not None:
        yield inner.start, inner.end, whole
    elif holder.is_empty:
        yield from opened(content, holder, whole)
    else:
        yield holder.closing, holder.closing, whole


def opened(content: bytes, span: Span, inside: bytes) -> Iterator[Edit]:
    """Yield what gives an element of one tag an inside."""
    last = content.rindex(b"/", span.start, span.opened)
    yield last, span.opened, b">%s</%s>" % (inside, tag_of(content, span))
