"""Everything that keeps decisions from being made, and what is odd about them, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.dmn import rules_graph, rules_logic, rules_tables
from engine.dmn.checked import Checked
from engine.dmn.model import Definitions
from engine.dmn.reader import definitions_of
from engine.dmn.source import read
from engine.findings import Finding, detail
from engine.xml import Unreadable

Rule = Callable[[Checked], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    rules_graph.names,
    rules_graph.imports,
    rules_graph.references,
    rules_graph.cycles,
    rules_graph.types,
    rules_logic.missing,
    rules_logic.languages,
    rules_logic.expressions,
    rules_logic.unknown_names,
    rules_tables.shapes,
    rules_tables.policies,
    rules_tables.cells,
    rules_tables.regions,
)


def lint(files: Mapping[str, bytes]) -> list[Finding]:
    """Return all that is wrong with the DMN files of one deployment; never raises.

    Findings that do not refuse (gaps, rules never hit) are for the analyst to look at.
    """
    models, findings = _read(files)
    for model in models:
        checked = Checked(model, models)
        findings += [each for rule in RULES for each in _found(rule, checked)]
    return findings


def _found(rule: Rule, checked: Checked) -> list[Finding]:
    try:
        return list(rule(checked))
    except RecursionError:
        message = detail("DMN-004-1")
        return [checked.found("DMN-004", None, message)]


def _read(files: Mapping[str, bytes]) -> tuple[list[Definitions], list[Finding]]:
    models: dict[str, Definitions] = {}
    findings: list[Finding] = []
    for file in sorted(files):
        try:
            model = definitions_of(read(file, files[file]))
        except Unreadable as refusal:
            findings.append(Finding("DMN-001", file, None, None, refusal.detail))
            continue
        if model.namespace in models:
            other = models[model.namespace].file
            message = detail("DMN-002-3", namespace=model.namespace, other=other)
            findings.append(Finding("DMN-002", file, model.id or None, model.name, message))
        else:
            models[model.namespace] = model
    return list(models.values()), findings
