"""Lint of calls: what is called, which version of it, and the global tasks of the files."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from lxml import etree

from engine import dmn
from engine.bpmn import vendor
from engine.bpmn.deciding import missing
from engine.bpmn.findings import found
from engine.bpmn.rules.shapes import nodes, not_feel
from engine.bpmn.source import Source, kind
from engine.findings import Detail, Finding, detail


def callees(source: Source, known: Container[str]) -> Iterator[Finding]:
    """BPMN-060, BPMN-115: a call of nothing, or of what is not where the call says; elsewhere."""
    for node, called in _calls(source):
        if called is None:
            yield found("BPMN-060", source, node, detail("BPMN-060-1"), called="")
        elif called.process in known or called.process.startswith("="):
            continue
        elif called.binding == "deployment":
            problem = detail("BPMN-060-2", process=called.process)
            yield found("BPMN-060", source, node, problem, called=called.process)
        else:
            problem = detail("BPMN-115-1", process=called.process)
            yield found("BPMN-115", source, node, problem, called=called.process, refuses=False)


def versions(source: Source) -> Iterator[Finding]:
    """BPMN-113: a call by version that does not say which."""
    for node, called in _calls(source):
        if called is None or called.binding not in ("version", "versionTag"):
            continue
        version = (called.version or "").strip()
        is_number = version.isascii() and version.isdigit()
        if called.binding == "version" and not (is_number or version.startswith("=")):
            problem = detail("BPMN-113-1", version=version)
            yield found("BPMN-113", source, node, problem, version=version)
        elif not version:
            yield found("BPMN-113", source, node, detail("BPMN-113-2"))


def _calls(source: Source) -> Iterator[tuple[etree._Element, vendor.Called | None]]:
    for node in nodes(source):
        if kind(node) == "callActivity":
            yield node, vendor.said_of(node).called


def called_tasks(
    source: Source, tasks: Mapping[str, etree._Element], known: dmn.Decisions | None
) -> Iterator[Finding]:
    """BPMN-114: a call of a global task that cannot be done."""
    for node, called in _calls(source):
        task = None if called is None else tasks.get(called.process)
        problem = None if task is None else _undoable(task, known)
        if problem:
            yield found("BPMN-114", source, node, detail("BPMN-114-1", problem=problem))


def _undoable(task: etree._Element, known: dmn.Decisions | None) -> Detail | None:
    said = vendor.said_of(task)
    if kind(task) == "globalScriptTask":
        script = vendor.script_of(task)
        if script is None:
            return detail("BPMN-114-2")
        return not_feel(script[0])
    if kind(task) == "globalBusinessRuleTask" and not (said.topic or said.decision):
        return detail("BPMN-114-3")
    if kind(task) == "globalBusinessRuleTask" and said.decision:
        return missing(said.decision, known)
    return None
