"""Bar charts drawn on the server: each bar a small SVG beside its words, a table behind them all.

Bars grow from where reading begins. Their colours are classes, so that themes reach them, and
nothing is said by a bar or its colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

NOTHING: Final = Markup()
WIDTH: Final = 1000  #: of a bar's own space
_HEIGHT: Final = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, in thousandths of the chart's width."""

    kind: str  #: its class: ``main``, ``beyond``, ``good`` or ``bad``
    begin: int
    length: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, with the words at its ends."""

    label: str
    value: Markup
    parts: tuple[Part, ...]
    under: Markup = NOTHING  #: what else is to be said of it

    def drawn(self, *, from_right: bool) -> Markup:
        """Return it as SVG; who hears the page hears the words beside it instead."""
        pieces = "".join(_piece(each, from_right=from_right) for each in self.parts)
        return Markup(  # noqa: S704 - numbers, and escaped names of classes
            f'<svg class="bar" viewBox="0 0 {WIDTH} {_HEIGHT}" preserveAspectRatio="none"'
            f' aria-hidden="true" focusable="false">{pieces}</svg>'
        )


def share_of(value: float, of: float) -> int:
    """Return a length in thousandths; what is there at all is seen.

    >>> share_of(1, 4), share_of(0, 4), share_of(1, 100_000)
    (250, 0, 4)
    """
    if not of or value <= 0:
        return 0
    return max(4, min(WIDTH, round(value * WIDTH / of)))


def stacked(*pieces: tuple[str, float], of: float) -> tuple[Part, ...]:
    """Return the parts of a bar that lie behind one another."""
    parts: list[Part] = []
    begin = 0
    for kind, value in pieces:
        length = min(share_of(value, of), WIDTH - begin)
        parts.append(Part(kind, begin, length))
        begin += length
    return tuple(each for each in parts if each.length)


def bars(rows: Sequence[Bar], *, from_right: bool) -> list[tuple[Bar, Markup]]:
    """Return each bar with its drawing."""
    return [(each, each.drawn(from_right=from_right)) for each in rows]


def _piece(part: Part, *, from_right: bool) -> str:
    x = WIDTH - part.begin - part.length if from_right else part.begin
    y, height = (8, 4) if part.kind == "beyond" else (2, _HEIGHT - 4)
    return (
        f'<rect class="{escape(part.kind)}" x="{x}" y="{y}"'
        f' width="{part.length}" height="{height}"/>'
    )
