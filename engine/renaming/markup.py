"""Where the tags of an XML file say something, so that a word is changed and no byte beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from engine.findings import detail
from engine.xml import Unreadable, parse

_TAG: Final = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE: Final = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PIECES: Final = re.compile(rb"&[^;]*;|[^&]+")
Edit = tuple[int, int, bytes]  #: from, until, and what stands there instead


@dataclass(slots=True)
class Tag:
    """An element as it is written."""

    kind: str  #: its local name
    owner: str  #: the id of the nearest element around it that has one, itself included
    inside: str  #: the local name of the element around it
    attributes: dict[str, tuple[str, int, int]]  #: by name as written: value, and its bytes
    text: str = ""
    texts: list[tuple[int, int, str]] = field(default_factory=list)  #: its bytes, piece by piece
    parent: Tag | None = None

    @property
    def around(self) -> Iterator[Tag]:
        """Yield the elements around it, the nearest first."""
        found = self.parent
        while found is not None:
            yield found
            found = found.parent


@lru_cache(maxsize=64)
def tags(content: bytes) -> tuple[Tag, ...]:
    """Return the tags of a file in their order; the same file is read once.

    Raises:
        Unreadable: it is no XML that we read.
    """
    parse(content)
    found: list[Tag] = []
    open_tags: list[Tag] = []
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = False

    def begin(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        written = _TAG.match(content, start)
        around = open_tags[-1] if open_tags else None
        tag = Tag(
            name.rpartition(":")[2],
            attributes.get("id") or (around.owner if around else ""),
            around.kind if around else "",
            dict(_attributes(content, start, written.end() if written else start, attributes)),
            parent=around,
        )
        open_tags.append(tag)
        found.append(tag)

    def finish(_: str) -> None:
        open_tags.pop()

    def say(text: str) -> None:
        open_tags[-1].text += text
        start = parser.CurrentByteIndex
        open_tags[-1].texts.append((start, start + len(text.encode()), text))

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = say
    try:
        parser.Parse(content, True)
    except expat.ExpatError as failure:  # its encoding is another than UTF-8
        raise Unreadable(detail("XML-010")) from failure
    return tuple(found)


def _attributes(
    content: bytes, start: int, end: int, said: dict[str, str]
) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for each in _ATTRIBUTE.finditer(content, start, end):
        name = each[1].decode()
        group = 2 if each[2] is not None else 3
        if name in said:
            yield name, (said[name], each.start(group), each.end(group))


def in_text(content: bytes, tag: Tag, start: int, end: int) -> tuple[int, int] | None:
    """Return the bytes of some characters of a tag's text.

    Nothing is returned where they are written in another way than as they are.
    """
    passed = 0
    for first, until, text in tag.texts:
        if passed <= start and end <= passed + len(text):
            before = first + len(text[: start - passed].encode())
            found = before, before + len(text[start - passed : end - passed].encode())
            return found if content[first:until] == text.encode() else None
        passed += len(text)
    return None


def in_attribute(
    content: bytes, said: tuple[str, int, int], start: int, end: int
) -> tuple[int, int] | None:
    """Return the bytes of some characters of an attribute's value.

    Nothing is returned where they are written in another way than as they are.
    """
    value, first, until = said
    passed, at = 0, first
    for part in _PIECES.findall(content[first:until]):
        is_entity = part.startswith(b"&")
        text = "?" if is_entity else part.decode()
        if not is_entity and passed <= start and end <= passed + len(text):
            before = at + len(text[: start - passed].encode())
            found = before, before + len(text[start - passed : end - passed].encode())
            return found if text[start - passed : end - passed] == value[start:end] else None
        passed += len(text)
        at += len(part)
    return None


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the file with some of its bytes replaced."""
    parts: list[bytes] = []
    at = 0
    for first, until, instead in sorted(set(edits)):
        parts += (content[at:first], instead)
        at = until
    return b"".join((*parts, content[at:]))


def written(text: str) -> bytes:
    """Return a name as it stands in an attribute or between tags."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&quot;").replace("'", "&apos;").encode()
