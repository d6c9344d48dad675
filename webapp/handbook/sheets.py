"""A drawing on sheets of paper: one wider or higher than a sheet at a readable size is cut.

The sheets overlap a little. Lengths are pixels of the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from webapp.handbook.drawing import Line, Shape, drawn
from webapp.handbook.source import Source

#: what a sheet of A3 on its side takes at half size, in pixels of the file
SHEET: Final = (2_150.0, 1_330.0)
OVERLAP: Final = 60.0
MOST_SHEETS: Final = 24
_TWO_LINES: Final = 36.0  #: pixels


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of paper, with what stands on it."""

    x: float
    y: float
    width: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for the template."""
        return asdict(self)


def sheets_of(source: Source) -> tuple[Sheet, ...]:
    """Return the drawing of a process; nothing where its file has none."""
    shapes, lines = drawn(source)
    if not shapes:
        return ()
    boxes = [*map(_around, shapes), *map(_along, lines)]
    left, top = min(each[0] for each in boxes), min(each[1] for each in boxes)
    right, bottom = max(each[2] for each in boxes), max(each[3] for each in boxes)
    return tuple(_cut(left - 10, top - 10, right + 10, bottom + 10, shapes, lines))


def _cut(
    left: float, top: float, right: float, bottom: float, shapes: list[Shape], lines: list[Line]
) -> Iterator[Sheet]:
    width, height = right - left, bottom - top
    across, down = _sheets(width, SHEET[0]), _sheets(height, SHEET[1])
    if across * down > MOST_SHEETS:
        across = down = 1  # so far apart that only a small picture of it is left
    wide, high = width / across, height / down
    for row in range(down):
        for column in range(across):
            x, y = left + column * wide, top + row * high
            w, h = wide + OVERLAP * (across > 1), high + OVERLAP * (down > 1)
            yield Sheet(
                x,
                y,
                w,
                h,
                tuple(each for each in shapes if _is_on(_around(each), x, y, w, h)),
                tuple(each for each in lines if _is_on(_along(each), x, y, w, h)),
            )


def _sheets(length: float, most: float) -> int:
    return max(1, math.ceil((length - OVERLAP) / (most - OVERLAP)))


def _around(shape: Shape) -> tuple[float, float, float, float]:
    x, y = shape.x, shape.y
    right, bottom = x + shape.width, y + shape.height
    if shape.label_at is None:
        return x, y, right, bottom
    left, top, width = shape.label_at
    return min(x, left), min(y, top), max(right, left + width), max(bottom, top + _TWO_LINES)


def _along(line: Line) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_on(box: tuple[float, float, float, float], x: float, y: float, w: float, h: float) -> bool:
    return box[0] <= x + w and box[2] >= x and box[1] <= y + h and box[3] >= y
