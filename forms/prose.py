"""The text between fields: a small part of Markdown, read into blocks that a page writes.

Headings (``#`` to ``####``), paragraphs, lists (``*``, ``-`` or ``1.``), ``**bold**``,
``*italic*``, and links to a page of this site or to https. Everything else is text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one look."""

    text: str
    look: str = ""  #: ``strong``, ``em``, ``a`` or nothing
    address: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list line by line."""

    kind: str  #: ``h1`` to ``h4``, ``p``, ``ul`` or ``ol``
    content: tuple[tuple[Span, ...], ...]

    @property
    def level(self) -> int:
        """Of a heading: where it stands below those of the page."""
        return min(int(self.kind[1]) + 2, 6)


_HEADING: Final = re.compile(r"(#{1,4}) +(.+)")
_ITEM: Final = re.compile(r"(?:([*-])|[0-9]{1,3}\.) +(.+)")
_SPAN: Final = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*"
    r"|\[(?P<a>[^\]]+)\]\((?P<to>(?:https://|/(?!/))[^\s()<>\"]+)\)"
)


def blocks(text: str) -> tuple[Block, ...]:
    r"""Return the blocks of a text.

    >>> [each.kind for each in blocks("# A\n\nb\nc\n\n* d\n* e")]
    ['h1', 'p', 'ul']
    """
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [each.strip() for each in paragraph.splitlines() if each.strip()]
        heading = _HEADING.fullmatch(lines[0]) if lines else None
        if heading:
            yield Block(f"h{len(heading[1])}", (spans(heading[2]),))
            lines = lines[1:]
        items = [_ITEM.fullmatch(each) for each in lines]
        found = [each for each in items if each is not None]
        if found and len(found) == len(items):
            kind = "ul" if found[0][1] else "ol"
            yield Block(kind, tuple(spans(each[2]) for each in found))
        elif lines:
            yield Block("p", (spans(" ".join(lines)),))


def spans(text: str) -> tuple[Span, ...]:
    """Return the runs of a line.

    >>> spans("a **b** [c](/d)")[1:]
    (Span(text='b', look='strong', address=''), Span(text=' ', look='', address=''), \
Span(text='c', look='a', address='/d'))
    """
    found: list[Span] = []
    at = 0
    for each in _SPAN.finditer(text):
        found.append(Span(text[at : each.start()]))
        look = each.lastgroup if each.lastgroup != "to" else "a"
        found.append(Span(each[look or "a"], look or "", each["to"] or ""))
        at = each.end()
    found.append(Span(text[at:]))
    return tuple(each for each in found if each.text)
