"""Where the elements of a file stand in its bytes, so that one is changed and no other moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from engine.dmn.source import VERSIONS, read
from engine.findings import detail
from engine.xml import Unreadable

_TAG: Final = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_CODED: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
#: what no XML file may hold
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Edit = tuple[int, int, bytes]  #: from, until, and what stands there instead


@dataclass(slots=True)
class Span:
    """An element: where its tags begin and end."""

    kind: str  #: its DMN name; empty for those of other namespaces
    start: int
    opened: int  #: behind its first tag
    attributes: dict[str, str]
    closing: int = 0  #: before its last tag; for an empty one the end
    end: int = 0
    children: list[Span] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether it is written as one tag."""
        return self.opened == self.end

    def of(self, *kinds: str) -> list[Span]:
        """Return the children of these kinds."""
        return [each for each in self.children if each.kind in kinds]

    def one(self, *kinds: str) -> Span | None:
        """Return the first child of these kinds."""
        return next(iter(self.of(*kinds)), None)

    @property
    def text(self) -> str:
        """What its ``text`` child says, as the reader of models takes it."""
        inner = self.one("text")
        return "" if inner is None else "".join(inner.said).strip()


def spans(content: bytes) -> Span:
    """Return the root element of a DMN file.

    Raises:
        Unreadable: it is no DMN model, or not in UTF-8.
    """
    read("", content)
    _must_be_utf8(content)
    top = Span("", 0, 0, {})
    inside = [top]
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")

    def begin(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        found = _TAG.match(content, start)
        if found is None:
            raise Unreadable(detail("XML-009"))
        span = Span(_kind(name), start, found.end(), attributes)
        inside[-1].children.append(span)
        inside.append(span)

    def finish(_: str) -> None:
        span = inside.pop()
        span.closing = span.end = span.opened
        if not content.endswith(b"/>", span.start, span.opened):
            span.closing = parser.CurrentByteIndex
            span.end = content.index(b">", span.closing) + 1

    def say(text: str) -> None:
        for each in inside:
            if each.kind == "text":
                each.said.append(text)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = say
    try:
        parser.Parse(content, True)
    except expat.ExpatError as failure:
        told = detail("XML-004", why=failure, line=failure.lineno, column=failure.offset)
        raise Unreadable(told) from failure
    return top.children[0]


def _must_be_utf8(content: bytes) -> None:
    coded = _CODED.match(content)
    named = coded[1].decode().lower() if coded else "utf-8"
    try:
        content.decode()
    except UnicodeDecodeError:
        named = ""
    if named not in ("utf-8", "utf8", "us-ascii", "ascii") or b"\0" in content:
        raise Unreadable(detail("XML-010"))


def _kind(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in VERSIONS else ""


def walk(span: Span) -> Iterator[Span]:
    """Yield an element and all inside it."""
    waiting = [span]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += each.children


def spliced(content: bytes, start: int, end: int, edits: Iterable[Edit]) -> bytes:
    """Return what stands between two places, with some of it replaced."""
    parts: list[bytes] = []
    at = start
    for first, until, instead in sorted(edits, key=lambda each: each[:2]):
        parts += (content[at:first], instead)
        at = until
    return b"".join((*parts, content[at:end]))


def tag_of(content: bytes, span: Span) -> bytes:
    """Return the name an element is written by, its prefix with it."""
    found = re.compile(rb"[^\s/>]+").match(content, span.start + 1)
    return b"" if found is None else found[0]


def prefixed(content: bytes, beside: Span, name: str) -> bytes:
    """Return a name with the prefix of another element."""
    prefix, colon, _ = tag_of(content, beside).rpartition(b":")
    return prefix + colon + name.encode()


def escaped(text: str) -> bytes:
    """Return a text as it stands between tags."""
    plain = _FORBIDDEN.sub("", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def quoted(text: str) -> bytes:
    """Return a text as the value of an attribute, without its quotation marks."""
    joined = " ".join(text.split())
    return escaped(joined).replace(b'"', b"&quot;")


def attribute_edits(content: bytes, span: Span, wanted: dict[str, str]) -> Iterator[Edit]:
    """Yield what makes attributes say what is wanted; an empty one goes away."""
    for name, value in wanted.items():
        if " ".join(span.attributes.get(name, "").split()) == " ".join(value.split()):
            continue
        pattern = rb"\s+" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
        found = re.compile(pattern).search(content, span.start, span.opened)
        said = b' %s="%s"' % (name.encode(), quoted(value)) if value.strip() else b""
        if found:
            yield found.start(), found.end(), said
        elif said:
            at = span.start + 1 + len(tag_of(content, span))
            yield at, at, said
