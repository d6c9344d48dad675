"""A BPMN file as parsed, and how its elements are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from lxml import etree

from engine.bpmn.plainly import write_plainly
from engine.xml import parse

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_PREFIX = f"{{{BPMN}}}"


@dataclass(frozen=True)
class Source:
    """One file of a deployment, with what rules look up again and again."""

    file: str
    root: etree._Element

    @cached_property
    def definitions(self) -> Mapping[tuple[str, str], etree._Element]:
        """What events refer to (messages, signals, errors, …), by kind and id."""
        return {(str(kind(each)), id_of(each)): each for each in children(self.root)}

    @cached_property
    def leaving(self) -> Mapping[str, list[etree._Element]]:
        """The sequence flows of the executable processes, by the element they leave."""
        return self._by("sequenceFlow", "sourceRef")

    @cached_property
    def entering(self) -> Mapping[str, list[etree._Element]]:
        """The sequence flows of the executable processes, by the element they lead to."""
        return self._by("sequenceFlow", "targetRef")

    def _by(self, of: str, attribute: str) -> Mapping[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = defaultdict(list)
        for process in processes(self):
            for each in process.iter(tag(of)):
                found[str(each.get(attribute))].append(each)
        return found


def read(file: str, content: bytes) -> Source:
    """Return the parsed file.

    Raises:
        Unreadable: not well-formed, not UTF-8, too large, or with a document type.
    """
    root = parse(content)
    write_plainly(root)
    return Source(file, root)


@cache
def tag(name: str) -> str:
    """Return the qualified tag of a BPMN element."""
    return _PREFIX + name


def kind(node: etree._Element) -> str | None:
    """Return the BPMN name of an element, ``None`` when it is of another namespace."""
    return _kind(node.tag)


@lru_cache(maxsize=4096)
def _kind(qualified: object) -> str | None:
    told = str(qualified)
    return told[len(_PREFIX) :] if told.startswith(_PREFIX) else None


def name(node: etree._Element) -> str | None:
    """Return the element's name on one line."""
    return " ".join(str(node.get("name") or "").split()) or None


def id_of(node: etree._Element) -> str:
    """Return the element's id; empty when it has none."""
    return str(node.get("id") or "")


def children(node: etree._Element, *kinds: str) -> Iterator[etree._Element]:
    """Yield the child elements of these BPMN kinds, all kinds when none is named."""
    return node.iterchildren(*map(tag, kinds)) if kinds else node.iterchildren(f"{_PREFIX}*")


def child(node: etree._Element, *kinds: str) -> etree._Element | None:
    """Return the first child of these kinds."""
    return next(children(node, *kinds), None)


def text_of(node: etree._Element | None) -> str:
    """Return all text of an element, stripped; empty when there is none."""
    return "" if node is None else "".join(str(each) for each in node.itertext()).strip()


def processes(source: Source) -> Iterator[etree._Element]:
    """Yield the executable processes of a file (drawn-only ones are left out)."""
    for each in children(source.root, "process"):
        if each.get("isExecutable", "true") == "true":
            yield each


def flow_nodes(scope: etree._Element) -> Iterator[etree._Element]:
    """Yield what a process or sub-process holds, drawings and flows left out."""
    return (each for each in children(scope) if kind(each) not in DRAWN)


def scopes(process: etree._Element) -> Iterator[etree._Element]:
    """Yield a process and all sub-processes in it; one that stands in no scope holds nothing."""
    waiting = [process]
    while waiting:
        scope = waiting.pop()
        yield scope
        waiting += reversed(list(children(scope, *SUB_PROCESSES)))


SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")

#: children of a process that say nothing about how it runs
DRAWN = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "incoming",
        "outgoing",
        "category",
        "monitoring",
        "auditing",
        "property",
        "completionCondition",
        "correlationSubscription",
        "supports",
        "supportedInterfaceRef",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
    }
)
