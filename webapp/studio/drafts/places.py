"""Where what a file of a draft holds is used: a form, decisions, processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.uses import At, Uses, uses
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.xml import Unreadable, parse


@dataclass(frozen=True, slots=True)
class Place:
    """One thing of a file, and where it is used."""

    kind: str
    name: str
    steps: tuple[At, ...]
    starts: tuple[str, ...] = ()  #: of a form: the processes that begin with it

    @property
    def is_used(self) -> bool:
        """Tell whether anything names it."""
        return bool(self.steps or self.starts)


def places_of(bundle: Bundle, name: str) -> Iterator[Place]:
    """Yield what a file holds that others name, each with who does."""
    found = uses(bundle.diagrams, bundle.decisions)
    if name.endswith(".form"):
        forms = _forms(bundle)
        form_id = next((each for each, file in forms.items() if file == name), name)
        yield form_place(bundle, found, form_id)
    for kind, tag in (("decision", "decision"), ("process", "process")):
        if name.endswith(".dmn" if kind == "decision" else ".bpmn"):
            for each in _ids(bundle.files[name], tag):
                yield Place(kind, each, found.of(kind, each))  # type: ignore[arg-type]


def form_place(bundle: Bundle, found: Uses, form_id: str) -> Place:
    """Return where a form is used: steps that name it, processes that begin with it."""
    return Place("form", form_id, found.of("form", form_id), tuple(_starts(bundle, form_id)))


def _forms(bundle: Bundle) -> dict[str, str]:
    """Return the files of forms by id; one that cannot be read is none."""
    found: dict[str, str] = {}
    for name in bundle.files:
        if name.endswith(".form"):
            try:
                alone = Bundle({name: bundle.files[name]}).forms
            except ConfigRefused:
                continue
            found |= dict.fromkeys(map(str, alone), name)
    return found


def _starts(bundle: Bundle, form_id: str) -> Iterator[str]:
    try:
        processes = bundle.config.processes.values()
    except ConfigRefused:
        return
    yield from (each.process_id for each in processes if each.start_form == form_id)


def _ids(content: bytes, tag: str) -> list[str]:
    try:
        root = parse(content)
    except Unreadable:
        return []
    return [str(each.get("id")) for each in root.iterchildren(f"{{*}}{tag}") if each.get("id")]
