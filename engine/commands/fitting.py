"""Whether the files of an area fit each other: what would only fail when a case gets there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.calls import INPUTS, Call
from engine.catalogue.config import ConfigRefused, ProcessConfig
from engine.catalogue.handlers import REGISTRY
from engine.findings import Detail, detail


class Misfit(NamedTuple):
    """One thing that does not fit, at an element or in a file."""

    file: str
    element_id: str | None
    detail: Detail

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> Detail:
        """The misfit as one detail, with its place."""
        if self.file == "process.toml":
            return self.detail
        place = self.file if self.element_id is None else f"{self.file} {self.element_id}"
        return detail("AT-PLACE", place=place, what=self.detail)


def must_fit(bundle: Bundle, model: bpmn.Model) -> None:
    """Refuse what would only fail when a case gets there.

    Raises:
        ConfigRefused: with everything that does not fit.
    """
    problems = [each.told for each in misfits(bundle, model)]
    if problems:
        raise ConfigRefused(problems)


def misfits(bundle: Bundle, model: bpmn.Model) -> Iterator[Misfit]:
    """Yield everything that does not fit.

    Raises:
        ConfigRefused: ``process.toml`` or a text cannot be read.
    """
    bundle.texts  # noqa: B018 - reading them is the check
    for key in bundle.config.processes:
        if key not in model.processes:
            yield Misfit("process.toml", None, detail("FIT-001", process=key))
    for process in model.processes.values():
        config = bundle.process(process.id)
        yield from _of_config(process, config)
        yield from _form_nobody_fills_in(process, config, model)
        for use in bpmn.stores_used(model, process.id):
            if (problem := _problem_of_store(bundle, use)) is not None:
                yield Misfit(process.file, use.element_id, problem)
        for element in process.elements:
            yield from _of_element(process, element, bundle, config)


def _of_config(process: bpmn.Process, config: ProcessConfig) -> Iterator[Misfit]:
    elements = {each.id for each in process.elements}
    timers = {each.id for each in process.elements if each.trigger == "timer"}
    for key in config.steps:
        if key not in elements:
            yield Misfit("process.toml", None, detail("FIT-002", process=process.id, key=key))
    for paper in config.papers.values():
        for key in paper.after:
            if key not in elements:
                said = detail("FIT-013", process=process.id, paper=paper.id, key=key)
                yield Misfit("process.toml", None, said)
        for key in paper.signed_by:
            level = config.step(key).sign
            if key not in elements or level is None or not level.needs_certificate:
                said = detail("FIT-014", process=process.id, paper=paper.id, key=key)
                yield Misfit("process.toml", None, said)
    for key in config.timers:
        if key not in timers:
            yield Misfit("process.toml", None, detail("FIT-003", process=process.id, key=key))


def _of_element(
    process: bpmn.Process, element: bpmn.Element, bundle: Bundle, config: ProcessConfig
) -> Iterator[Misfit]:
    if element.kind == "userTask" and element.lane_id not in config.lanes:
        yield Misfit(process.file, element.id, detail("FIT-004", lane=element.lane_id))
    if element.form_id is not None and element.form_id not in bundle.forms:
        yield Misfit(process.file, element.id, detail("FIT-005", form=element.form_id))
    for said in _problems_of_call(element, config.step(element.id).call):
        yield Misfit(process.file, element.id, said)


def _form_nobody_fills_in(
    process: bpmn.Process, config: ProcessConfig, model: bpmn.Model
) -> Iterator[Misfit]:
    """Tell of start events that begin cases whose start asks a person for something."""
    if config.start_form is None and process.id not in REGISTRY.starts:
        return
    for event in bpmn.start_events(model, process.id):
        if not event.is_optional:
            yield Misfit(process.file, event.element_id, detail("FIT-009", kind=event.kind))


def _problem_of_store(bundle: Bundle, use: bpmn.StoreUse) -> Detail | None:
    """Return why a data store cannot be read or written."""
    store = bundle.config.stores.get(use.store)
    if store is None:
        return detail("FIT-010", store=use.store)
    table = REGISTRY.tables.get(store.table or "")
    if store.table is not None and table is None:
        return detail("FIT-011", store=use.store, table=store.table)
    if use.writes and table is not None and not table.writable and not table.adds:
        return detail("FIT-012", store=use.store, table=store.table)
    return None


def _problems_of_call(element: bpmn.Element, call: Call | None) -> Iterator[Detail]:
    if call is not None and element.topic is None:
        yield detail("FIT-006")
    elif call is not None and REGISTRY.knows_topic(element.topic or ""):
        yield detail("FIT-007", topic=element.topic)
    elif call is None and element.topic in INPUTS and not REGISTRY.knows_topic(element.topic):
        yield detail("FIT-008", topic=element.topic)
