"""Which elements and flows of a model tests reach, and how many tests each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.catalogue.bundle import Bundle
from engine.commands.models import model_of
from engine.errors import EngineError
from engine.scenarios.running import Outcome


@dataclass(frozen=True, slots=True)
class Part:
    """An element or a flow of a diagram."""

    id: str
    kind: Literal["element", "flow"]
    name: str  #: as the diagram has it; a flow may have none
    tests: int  #: how many reach it
    source: str = ""  #: of a flow: the id of the element it leaves
    target: str = ""  #: of a flow: the id of the element it comes to


@dataclass(frozen=True, slots=True)
class Coverage:
    """What tests reach of one process."""

    process_id: str
    file: str
    parts: tuple[Part, ...]  #: in reading order

    @property
    def missed(self) -> tuple[Part, ...]:
        """What no test reaches."""
        return tuple(each for each in self.parts if not each.tests)

    @property
    def percent(self) -> int:
        """The share that tests reach, rounded down."""
        return 100 * (len(self.parts) - len(self.missed)) // max(1, len(self.parts))


def coverage(bundle: Bundle, outcomes: Iterable[Outcome]) -> tuple[Coverage, ...]:
    """Return what tests reach, process by process.

    Raises:
        ModelRefused: the bundle cannot run.
    """
    reached = Counter(
        each
        for outcome in outcomes
        if outcome.run is not None and outcome.run.seen
        for each in outcome.run.last.elements | outcome.run.last.flows
    )
    found = []
    for process in model_of(bundle).processes.values():
        names = {each.id: each.name or each.id for each in process.elements}
        parts = []
        for each in process.elements:
            count = reached[process.id, each.id]
            parts.append(Part(each.id, "element", names[each.id], count))
            for flow in each.outgoing:
                count = reached[process.id, flow.id]
                parts.append(Part(flow.id, "flow", flow.name or "", count, each.id, flow.target))
        found.append(Coverage(process.id, process.file, tuple(parts)))
    return tuple(found)


def names_of(bundle: Bundle, language: str = "") -> dict[str, str]:
    """Return what processes, elements and flows are called; nothing where none can be read.

    Args:
        language: of the area's own texts, which come before what the model says.
    """
    names: dict[str, str] = {}
    try:
        for process in model_of(bundle).processes.values():
            title = bundle.process(process.id).title
            names[process.id] = bundle.text(language, process.id, "title", default=title)
            called = {each.id: each.name for each in process.elements}
            called |= {flow.id: flow.name for each in process.elements for flow in each.outgoing}
            for key, name in called.items():
                if said := bundle.text(language, process.id, key, default=name or ""):
                    names[key] = said
    except EngineError:
        return {}
    return names


def forms_of(bundle: Bundle) -> dict[str, str]:
    """Return the form of each step that has one; nothing where no model can be read."""
    try:
        processes = model_of(bundle).processes.values()
    except EngineError:
        return {}
    return {
        each.id: each.form_id for process in processes for each in process.elements if each.form_id
    }
