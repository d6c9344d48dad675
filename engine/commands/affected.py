"""Whose work a new version of an area changes."""

from __future__ import annotations

from engine.catalogue.bundle import Bundle
from engine.commands.models import model_of


def changed_processes(old: Bundle | None, new: Bundle) -> tuple[str, ...]:
    """Return the processes of a new version that are not as they were, by id.

    A decision is asked by name: one that changed counts for every process of the area.
    """
    model = model_of(new)
    if old is None or old.decisions != new.decisions:
        return tuple(sorted(model.processes))
    return tuple(sorted(each for each in model.processes if _facts(old, each) != _facts(new, each)))


def affected_roles(old: Bundle | None, new: Bundle) -> frozenset[str]:
    """Return the roles that work in a process that changed, or did until now."""
    changed = changed_processes(old, new)
    return frozenset(
        lane.role
        for bundle in (old, new)
        if bundle is not None
        for process_id in changed
        for lane in bundle.process(process_id).lanes.values()
    )


def _facts(bundle: Bundle, process_id: str) -> tuple[object, ...] | None:
    """Return what a process is made of."""
    process = model_of(bundle).processes.get(process_id)
    if process is None:
        return None
    used = {each.form_id for each in process.elements if each.form_id}
    config = bundle.process(process_id)
    used |= {config.start_form} if config.start_form else set()
    forms = {each: bundle.forms.get(each) for each in sorted(used)}
    return bundle.files[process.file], config, forms
