"""A drawing as PDF: set on a sheet of its size, its lines and letters kept as such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import Problem, RulesBroken
from engine.queries import studio as queries
from engine.xml import Unreadable, parse
from webapp.documents.pdf import DocumentFailed, pdf_response
from webapp.formatting import moment_text
from webapp.request import current_actor, locale, now, reader

bp = Blueprint("printed_drawing", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/pdf")

LARGEST: Final = 6 * 1024 * 1024  #: bytes of a drawing
MOST: Final = 60_000  #: elements of a drawing
WIDEST: Final = 60_000.0  #: pixels of a side
TEMPLATE: Final = Path(__file__).resolve().parents[2] / "documents" / "drawing.typ"
#: what modelers draw with; nothing that refers to anything, repeats itself, or runs
_DRAWN: Final = frozenset(
    {"svg", "g", "defs", "marker", "path", "rect", "circle", "ellipse", "polygon"}
    | {"polyline", "line", "text", "tspan", "title", "desc"}
)
_SVG: Final = "{http://www.w3.org/2000/svg}"


class Undrawable(ValueError):
    """What was sent is no drawing of a diagram that can be set on paper."""


@bp.post("/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Set a drawing that the designer made of a diagram."""
    with reader() as session:
        draft = queries.draft(session, draft_id, current_actor(), now())
    content = request.get_data(cache=False)[: LARGEST + 1]
    try:
        width, height = _size(content)
        page = {
            "title": f"{draft.title} · {name}",
            "foot": _(
                "%(draft)s · %(name)s · %(at)s", draft=draft.title, name=name, at=moment_text(now())
            ),
            "language": locale(),
            "width": width,
            "height": height,
            "svg": content.decode(),
        }
        return pdf_response(TEMPLATE, page, f"{name.rpartition('/')[2].removesuffix('.bpmn')}.pdf")
    except (Undrawable, Unreadable, UnicodeDecodeError, DocumentFailed) as wrong:
        raise RulesBroken([Problem("STU-024", "drawing", {"why": str(wrong)[:200]})]) from wrong


def _size(content: bytes) -> tuple[float, float]:
    """Return the size of a drawing in pixels.

    Raises:
        Undrawable: it is too large, or holds what no drawing of a diagram does.
        Unreadable: it is no XML that we read.
    """
    if len(content) > LARGEST:
        raise Undrawable(f"larger than {LARGEST} bytes")
    root = parse(content)
    strange = sorted({str(each) for each in _tags(root)} - {_SVG + each for each in _DRAWN})
    if strange:
        raise Undrawable(f"not part of a drawing: {strange[0][:80]}")
    if sum(1 for _each in root.iter()) > MOST:
        raise Undrawable(f"more than {MOST} parts")
    sides = [_pixels(root.get(each)) for each in ("width", "height")]
    return sides[0], sides[1]


def _tags(root: Any) -> Iterator[str]:
    return (each.tag for each in root.iter())


def _pixels(text: str | None) -> float:
    try:
        given = float(str(text).removesuffix("px"))
    except ValueError as wrong:
        raise Undrawable("a drawing without a size") from wrong
    if not 0 < given <= WIDEST:
        raise Undrawable(f"a side of {given} pixels")
    return given
