"""What diagrams and decisions use: forms, decisions and processes by name, variables by what
they do with them. For who edits them; a file that cannot be read uses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.references import make_plain
from engine.bpmn.source import BPMN, id_of, kind, name, read, tag, text_of
from engine.feel import FeelSyntaxError, compile_expression
from engine.xml import Unreadable, parse

Kind = Literal["form", "decision", "process"]


@dataclass(frozen=True, slots=True)
class At:
    """An element of a diagram, or a decision."""

    file: str
    process: str
    element: str
    name: str
    source: str = ""  #: of a flow: the id of the element it leaves
    target: str = ""  #: of a flow: the id of the element it comes to


@dataclass(frozen=True, slots=True)
class Used:
    """Something that an element names."""

    kind: Kind
    name: str
    at: At


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of cases, and who does what with it."""

    name: str
    read: tuple[At, ...]
    written: tuple[At, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """All that the files of an area use."""

    used: tuple[Used, ...]
    variables: tuple[Variable, ...]

    def of(self, kind: Kind, name: str) -> tuple[At, ...]:
        """Return where something is used."""
        return tuple(each.at for each in self.used if (each.kind, each.name) == (kind, name))

    def only(self, processes: frozenset[str]) -> tuple[Variable, ...]:
        """Return the variables of some processes, and those that decisions read."""
        found = (_of(each, processes) for each in self.variables)
        return tuple(each for each in found if each.read or each.written)


def uses(diagrams: Mapping[str, bytes], decisions: Mapping[str, bytes]) -> Uses:
    """Return what the files use; the same files are looked through once."""
    return _uses(tuple(sorted(diagrams.items())), tuple(sorted(decisions.items())))


def _of(variable: Variable, processes: frozenset[str]) -> Variable:
    read, written = (
        tuple(each for each in places if not each.process or each.process in processes)
        for places in (variable.read, variable.written)
    )
    return Variable(variable.name, read, written)


@lru_cache(maxsize=8)
def _uses(
    diagrams: tuple[tuple[str, bytes], ...], decisions: tuple[tuple[str, bytes], ...]
) -> Uses:
    used: list[Used] = []
    read_at: dict[str, dict[At, None]] = {}
    written_at: dict[str, dict[At, None]] = {}
    for at, node in _elements(diagrams):
        used += (Used(kind_, each, at) for kind_, each in _named(node))
        for each in _read_by(node):
            read_at.setdefault(each, {})[at] = None
        for each in _written_by(node):
            written_at.setdefault(each, {})[at] = None
    for at, names in _decided(decisions):
        for each in names:
            read_at.setdefault(each, {})[at] = None
    variables = tuple(
        Variable(each, tuple(read_at.get(each, ())), tuple(written_at.get(each, ())))
        for each in sorted({*read_at, *written_at})
    )
    return Uses(tuple(used), variables)


def _elements(diagrams: tuple[tuple[str, bytes], ...]) -> Iterator[tuple[At, etree._Element]]:
    for file, content in diagrams:
        try:
            root = read(file, content).root
        except Unreadable:
            continue
        make_plain(root)
        vendor.speak_feel(root)
        for process in root.iter(tag("process")):
            for node in process.iter(f"{{{BPMN}}}*"):
                if id_of(node):
                    said = name(node) or id_of(node)
                    ends = node.get("sourceRef", ""), node.get("targetRef", "")
                    yield At(file, id_of(process), id_of(node), said, *ends), node


def _named(node: etree._Element) -> Iterator[tuple[Kind, str]]:
    said = vendor.said_of(node)
    if said.form is not None and not said.form.key.startswith("="):
        yield "form", said.form.key
    if said.decision is not None:
        yield "decision", said.decision.asked
    called = said.called.process if said.called is not None else node.get("calledElement")
    if called and kind(node) == "callActivity" and not called.startswith("="):
        yield "process", called


#: elements whose text is FEEL
_FEEL: Final = frozenset(
    {
        "conditionExpression",
        "condition",
        "completionCondition",
        "loopCardinality",
        "loopCondition",
        "timeDate",
        "timeDuration",
        "timeCycle",
    }
)


def _read_by(node: etree._Element) -> Iterator[str]:
    said = vendor.said_of(node)
    texts = [text for _, text in said.expressions()]
    if said.script is not None:
        texts.append(said.script[0])
    loop = said.loop
    if loop is not None:
        texts += [each for each in (loop.collection, loop.cardinality, loop.completion) if each]
    for each in node.iterdescendants(f"{{{BPMN}}}*"):
        if id_of(each) and each.getparent() is node and kind(each) not in _FEEL:
            texts += _feel_below(each) if "Definition" in str(kind(each)) else []
        elif kind(each) in _FEEL and each.getparent() is node:
            texts.append(text_of(each))
    for text in texts:
        yield from _names(text)


def _feel_below(node: etree._Element) -> list[str]:
    return [text_of(each) for each in node.iterdescendants(f"{{{BPMN}}}*") if kind(each) in _FEEL]


def _written_by(node: etree._Element) -> Iterator[str]:
    said = vendor.said_of(node)
    targets = [each.target for each in said.outputs]
    if said.called is not None:
        targets += [each.target for each in said.called.outputs]
    targets += [said.script[1]] if said.script is not None else []
    if said.decision is not None and said.decision.variable:
        targets.append(said.decision.variable)
    if said.loop is not None and said.loop.output_collection:
        targets.append(said.loop.output_collection)
    yield from (each.partition(".")[0] for each in targets if each and each != vendor.ALL)


def _decided(decisions: tuple[tuple[str, bytes], ...]) -> Iterator[tuple[At, set[str]]]:
    """Yield what each decision file reads of a case: its input data, the inputs of its tables."""
    for file, content in decisions:
        try:
            root = parse(content)
        except Unreadable:
            continue
        names = {str(each.get("name")) for each in root.iter("{*}inputData") if each.get("name")}
        texts = [text_of(each) for each in root.iterfind(".//{*}inputExpression/{*}text")]
        names.update(name for text in texts for name in _names(text))
        own = {str(each.get("name")) for each in root.iter("{*}decision")}
        title = str(root.get("name") or file)
        yield At(file, "", str(root.get("id") or file), title), names - own


def _names(text: str) -> Iterator[str]:
    try:
        yield from sorted(compile_expression(text.strip().removeprefix("=")).names)
    except FeelSyntaxError:
        return
