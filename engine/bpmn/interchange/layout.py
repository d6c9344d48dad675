"""A drawing for a model that came without one, so that a case's map has something to show.

Columns follow the flows, rows keep apart what stands in one column; a sub-process is drawn open
around its own columns. It is plain: what an analyst wants to look better, she moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.source import BPMN, children, flow_nodes, id_of, kind

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
_GAP = 50  #: between columns and rows, and around what is inside
_EVENT, _GATEWAY, _TASK = (36, 36), (50, 50), (100, 80)
_OPEN = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(slots=True)
class _Box:
    """Where a node stands, in pixels."""

    node: etree._Element
    width: int
    height: int
    x: int = 0
    y: int = 0
    inside: dict[str, _Box] = field(default_factory=dict)

    def moved(self, x: int, y: int) -> None:
        self.x += x
        self.y += y
        for each in self.inside.values():
            each.moved(x, y)

    def all(self) -> Iterator[_Box]:
        yield self
        for each in self.inside.values():
            yield from each.all()


def is_drawn(root: etree._Element) -> bool:
    """Tell whether a model brings a drawing."""
    return next(root.iter(f"{{{DI}}}BPMNDiagram"), None) is not None


def drawing(root: etree._Element) -> etree._Element | None:
    """Return a drawing of the first process that has anything in it; ``None`` if none has."""
    for process in children(root, "process"):
        boxes = _placed(process)
        if boxes:
            return _written(process, boxes)
    return None


def _placed(scope: etree._Element) -> dict[str, _Box]:
    """Return the boxes of a scope, its top left corner at nought."""
    boxes = {id_of(each): _box(each) for each in flow_nodes(scope) if id_of(each)}
    flowing = [each for each in boxes.values() if kind(each.node) != "boundaryEvent"]
    columns: dict[int, list[_Box]] = defaultdict(list)
    for node_id, column in _columns(scope, flowing).items():
        columns[column].append(boxes[node_id])
    x, lower = _GAP, _below(scope)
    for _, standing in sorted(columns.items()):
        standing.sort(key=lambda each: id_of(each.node) in lower)
        wide, y = max(each.width for each in standing), _GAP
        for each in standing:
            each.moved(x, y)
            y += each.height + _GAP
        x += wide + _GAP
    _attach(boxes)
    return boxes


def _below(scope: etree._Element) -> set[str]:
    """Return what a boundary event leads to: drawn below the others of its column."""
    edges = {id_of(each) for each in children(scope, "boundaryEvent")}
    flows = children(scope, "sequenceFlow")
    return {str(each.get("targetRef")) for each in flows if each.get("sourceRef") in edges}


def _box(node: etree._Element) -> _Box:
    what = str(kind(node))
    if what in _OPEN:
        inside = _placed(node)
        right = max((each.x + each.width for each in inside.values()), default=0)
        bottom = max((each.y + each.height for each in inside.values()), default=0)
        return _Box(node, max(right + _GAP, 100), max(bottom + _GAP, 80), inside=inside)
    size = _EVENT if what.endswith("Event") else _GATEWAY if what.endswith("Gateway") else _TASK
    return _Box(node, *size)


def _columns(scope: etree._Element, boxes: list[_Box]) -> Mapping[str, int]:
    """Return the column of each node: one behind all that lead to it, loops left aside."""
    behind: dict[str, list[str]] = defaultdict(list)
    for flow in children(scope, "sequenceFlow"):
        behind[str(flow.get("sourceRef"))].append(str(flow.get("targetRef")))
    for event in children(scope, "boundaryEvent"):
        behind[str(event.get("attachedToRef"))] += behind[id_of(event)]
    ordered = _in_order([id_of(each.node) for each in boxes], behind)
    place = {each: turn for turn, each in enumerate(ordered)}
    found = dict.fromkeys(ordered, 0)
    for each in ordered:
        for target in behind[each]:
            if place.get(target, -1) > place[each]:
                found[target] = max(found[target], found[each] + 1)
    return found


def _in_order(nodes: list[str], behind: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes so that each stands before all it leads to, loops left aside."""
    known, seen, left = set(nodes), set[str](), list[str]()
    entered = {target for each in nodes for target in behind.get(each, [])}
    for start in sorted(nodes, key=lambda each: each in entered):
        path = [] if start in seen else [(start, iter(behind.get(start, [])))]
        seen.add(start)
        while path:
            current, following = path[-1]
            ahead = next((each for each in following if each in known and each not in seen), None)
            if ahead is None:
                left.append(current)
                path.pop()
            else:
                seen.add(ahead)
                path.append((ahead, iter(behind.get(ahead, []))))
    return left[::-1]


def _attach(boxes: Mapping[str, _Box]) -> None:
    """Put boundary events on the lower edge of what they stand on, one beside the other."""
    taken: dict[str, int] = defaultdict(int)
    for each in boxes.values():
        host_id = str(each.node.get("attachedToRef"))
        host = boxes.get(host_id)
        if kind(each.node) == "boundaryEvent" and host is not None:
            each.x = host.x + 10 + 40 * taken[host_id]
            each.y = host.y + host.height - each.height // 2
            taken[host_id] += 1


def _written(process: etree._Element, boxes: Mapping[str, _Box]) -> etree._Element:
    names = {"bpmndi": DI, "dc": DC, "di": LINES}
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", nsmap=names)
    plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", bpmnElement=id_of(process))
    placed = {id_of(box.node): box for each in boxes.values() for box in each.all()}
    for element_id, box in placed.items():
        shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", bpmnElement=element_id)
        if box.inside:
            shape.set("isExpanded", "true")
        corners = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        said = {key: str(each) for key, each in corners.items()}
        etree.SubElement(shape, f"{{{DC}}}Bounds", said)
    for flow in process.iter(f"{{{BPMN}}}sequenceFlow"):
        source, target = (placed.get(str(flow.get(f"{end}Ref"))) for end in ("source", "target"))
        if source is not None and target is not None and id_of(flow):
            edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", bpmnElement=id_of(flow))
            for x, y in _way(source, target):
                etree.SubElement(edge, f"{{{LINES}}}waypoint", x=str(x), y=str(y))
    return diagram


def _way(source: _Box, target: _Box) -> list[tuple[int, int]]:
    """Return the corners of a flow: to the right; around below from an edge, or leading back."""
    middle = source.y + source.height // 2
    aim = target.y + target.height // 2
    right = source.x + source.width
    if target.x > right and kind(source.node) != "boundaryEvent":
        turn = target.x - _GAP // 2
        return [(right, middle), (turn, middle), (turn, aim), (target.x, aim)]
    below = max(source.y + source.height, target.y + target.height) + _GAP // 2
    from_x, to_x = source.x + source.width // 2, target.x + target.width // 2
    return [
        (from_x, source.y + source.height),
        (from_x, below),
        (to_x, below),
        (to_x, target.y + target.height),
    ]
