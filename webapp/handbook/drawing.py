"""The diagram as lines and shapes to be set on paper: where everything stands and what it says.

Lengths are those of the file, in pixels from the left top of what is drawn.

Source: BPMN 2.0.2, 12 (BPMN DI); DD 1.1, 9 (diagram interchange).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.changes import Part
from webapp.handbook.book import tidy
from webapp.handbook.source import Source, said_in
from webapp.versions.names import local

FURTHEST: Final = 100_000.0  #: pixels; what stands farther out is not drawn
MOST_SHAPES: Final = 4_000
MOST_POINTS: Final = 60  #: of one line
_LONGEST: Final = 160  #: characters of a label

_EVENTS: Final = {"startEvent": 1, "endEvent": 3, "intermediateThrowEvent": 2}
#: outlines, by what the name of an element ends in
_KINDS: Final = (
    ("Event", "event"),
    ("Gateway", "gateway"),
    ("callActivity", "call"),
    ("Task", "task"),
    ("task", "task"),
    ("ubProcess", "sub"),
    ("transaction", "sub"),
    ("group", "sub"),
    ("lane", "lane"),
    ("participant", "pool"),
    ("textAnnotation", "note"),
)
_OF_ELEMENTS: Final = {
    "exclusiveGateway": "exclusive",
    "inclusiveGateway": "inclusive",
    "parallelGateway": "parallel",
    "eventBasedGateway": "eventBased",
    "userTask": "person",
    "manualTask": "person",
    "serviceTask": "wheel",
    "scriptTask": "wheel",
    "sendTask": "message",
    "receiveTask": "message",
    "businessRuleTask": "table",
}
_SIGNS: Final = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "signal",
    "terminateEventDefinition": "terminate",
    "conditionalEventDefinition": "table",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: ``kind`` tells its outline, ``sign`` what is drawn in it."""

    kind: str  #: task, call, sub, event, gateway, pool, lane, note or other
    x: float
    y: float
    width: float
    height: float
    label: str
    sign: str = ""
    rings: int = 1  #: of an event: 1 start, 2 in between, 3 end
    dashed: bool = False
    label_at: tuple[float, float, float] | None = None  #: beside it: left, top and width


@dataclass(frozen=True, slots=True)
class Line:
    """One way or association."""

    points: tuple[tuple[float, float], ...]
    label: str
    label_at: tuple[float, float, float] | None
    dashed: bool
    has_arrow: bool


def drawn(source: Source) -> tuple[list[Shape], list[Line]]:
    """Return what is drawn of a process: shapes, those that hold others first, and lines."""
    root = source.names.files.get(source.file)
    shapes: list[Shape] = []
    lines: list[Line] = []
    elements = source.names.drawn(source.file)
    for plane in _planes(root):
        for each in plane.parts:
            if len(shapes) + len(lines) >= MOST_SHAPES:
                break
            element = elements.get(each.facts.get("bpmnElement", ""))
            if element is None:
                continue
            if element.process not in ("", source.process_id):
                continue
            kind = local(each.tag)
            if kind == "BPMNShape" and (shape := _shape(source, each, element.part)):
                shapes.append(shape)
            elif kind == "BPMNEdge" and (line := _line(source, each, element.part)):
                lines.append(line)
    return sorted(shapes, key=_depth), lines


def _planes(root: Part | None) -> Iterator[Part]:
    """Yield the first plane: what is drawn on others lies inside closed sub-processes."""
    for top in root.parts if root else ():
        for each in top.parts if local(top.tag) == "BPMNDiagram" else ():
            if local(each.tag) == "BPMNPlane":
                yield each
                return


def _depth(shape: Shape) -> tuple[int, float]:
    order = {"pool": 0, "lane": 1, "sub": 2}
    return order.get(shape.kind, 3), -shape.width * shape.height


def _shape(source: Source, drawn: Part, element: Part) -> Shape | None:
    bounds = next((each for each in drawn.parts if local(each.tag) == "Bounds"), None)
    box = _box(bounds)
    if box is None:
        return None
    tag = local(element.tag)
    kind = _kind(tag)
    label = _label(source, element)
    rings = _EVENTS.get(tag, 2)
    is_quiet = element.facts.get("cancelActivity") == "false"
    beside = kind in ("event", "gateway", "other") and bool(label)
    return Shape(
        kind,
        *box,
        label,
        _sign(tag, element, is_closed=drawn.facts.get("isExpanded") == "false"),
        rings,
        is_quiet or tag == "group",
        _beside(drawn, box) if beside else None,
    )


def _kind(tag: str) -> str:
    return next((kind for end, kind in _KINDS if tag.endswith(end)), "other")


def _sign(tag: str, element: Part, *, is_closed: bool) -> str:
    if tag.endswith("Event"):
        found = (_SIGNS.get(local(each.tag), "") for each in element.parts)
        return next((each for each in found if each), "")
    return _OF_ELEMENTS.get(tag) or ("closed" if is_closed else "")


def _label(source: Source, element: Part) -> str:
    said = source.names.text(source.process_id, element.mark) or element.facts.get("name")
    if not said:
        texts = (said_in(each) for each in element.parts if local(each.tag) == "text")
        said = next(texts, "")
    return tidy(" ".join(said.split()), _LONGEST)


def _beside(drawn: Part, box: tuple[float, ...]) -> tuple[float, float, float]:
    """Return where a label beside its shape stands: as the file says, else below."""
    label = _label_box(drawn)
    if label is not None and abs(label[0] - box[0]) < 500 and abs(label[1] - box[1]) < 500:
        width = max(label[2], 90.0)
        return label[0] + label[2] / 2 - width / 2, label[1], width
    return box[0] + box[2] / 2 - 55.0, box[1] + box[3] + 4.0, 110.0


def _label_box(drawn: Part) -> tuple[float, float, float, float] | None:
    for each in drawn.parts:
        if local(each.tag) == "BPMNLabel":
            bounds = next((i for i in each.parts if local(i.tag) == "Bounds"), None)
            return _box(bounds)
    return None


def _line(source: Source, drawn: Part, element: Part) -> Line | None:
    points = [
        (x, y)
        for each in drawn.parts
        if local(each.tag) == "waypoint"
        and (x := _number(each.facts.get("x"))) is not None
        and (y := _number(each.facts.get("y"))) is not None
    ][:MOST_POINTS]
    if len(points) < 2:
        return None
    label, tag = _label(source, element), local(element.tag)
    return Line(
        tuple(points),
        label,
        _on_line(drawn, points) if label else None,
        tag != "sequenceFlow",
        tag != "association",
    )


def _on_line(drawn: Part, points: list[tuple[float, float]]) -> tuple[float, float, float]:
    box = _label_box(drawn)
    if box is not None:
        width = max(box[2], 70.0)
        return box[0] + box[2] / 2 - width / 2, box[1], width
    (x1, y1), (x2, y2) = points[0], points[1]
    return (x1 + x2) / 2 - 40.0, (y1 + y2) / 2 - 15.0, 80.0


def _box(bounds: Part | None) -> tuple[float, float, float, float] | None:
    facts = bounds.facts if bounds else {}
    x, y, width, height = (_number(facts.get(each)) for each in ("x", "y", "width", "height"))
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return x, y, width, height


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) <= FURTHEST else None
