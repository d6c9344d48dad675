"""What a scanned PDF says of itself: its pages, and how fine the pictures on them are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isqrt
from typing import Any, Final

from pyhanko.pdf_utils.misc import PdfError

from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.signing.pdf import opened

#: points of a PDF in an inch
_POINTS: Final = 72
#: forms and pages lie within one another so deep, and no deeper
_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page: how many dots to an inch its pictures come to, over the whole of it."""

    number: int
    dpi: int | None  #: ``None``: nothing on it is a picture


def pages_scanned(content: bytes) -> tuple[ScannedPage, ...]:
    """Return the pages of a PDF in their order.

    The dots of all pictures of a page are laid over the page: a scanner may cut a page into
    strips or layers. What is drawn and not scanned has no dots.

    Raises:
        SigningRefused: it is no PDF, or one that cannot be read without doubt.
    """
    try:
        pages = opened(content).root["/Pages"]
        found = tuple(_pages(pages, {}, 0))
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as broken:
        raise SigningRefused(errors.UNREADABLE, str(broken)) from None
    return tuple(ScannedPage(number, dpi) for number, dpi in enumerate(found, 1))


def _pages(node: Any, inherited: dict[str, Any], depth: int) -> Iterator[int | None]:
    known = inherited | {
        key: node[key]
        for key in ("/MediaBox", "/CropBox", "/UserUnit", "/Resources")
        if key in node
    }
    if "/Kids" not in node:
        yield _dpi(known)
        return
    if depth > _DEPTH:
        raise ValueError("pages within pages without end")
    kids = node["/Kids"]
    for number in range(len(kids)):  # by its place each is the page itself, no reference to it
        yield from _pages(kids[number], known, depth + 1)


def _dpi(known: dict[str, Any]) -> int | None:
    box = known["/CropBox" if "/CropBox" in known else "/MediaBox"]
    left, bottom, right, top = (Decimal(str(box[place])) for place in range(4))
    unit = Decimal(str(known.get("/UserUnit", 1)))
    area = abs(right - left) * abs(top - bottom) * unit * unit
    dots = sum(_pictures(known.get("/Resources", {}), 0))
    if not dots or not area:
        return None
    return isqrt(int(dots * _POINTS * _POINTS / area))


def _pictures(resources: Any, depth: int) -> Iterator[int]:
    """Yield the dots of each picture that a page may show, those of its forms included."""
    if depth > _DEPTH or "/XObject" not in resources:
        return
    drawn = resources["/XObject"]  # not by `get`, which returns references as they are
    for name in drawn:
        shown = drawn[name]
        if shown["/Subtype"] == "/Image":
            yield int(shown["/Width"]) * int(shown["/Height"])
        elif shown["/Subtype"] == "/Form" and "/Resources" in shown:
            yield from _pictures(shown["/Resources"], depth + 1)
