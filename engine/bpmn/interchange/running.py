"""What would keep a model from running, also one that was only drawn."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.lint import lint
from engine.bpmn.source import children
from engine.findings import Finding
from engine.xml import parse


def obstacles(content: bytes) -> list[Finding]:
    """Return what keeps a model from running.

    A model whose processes are all ``isExecutable="false"`` is looked at as if they were not,
    after the finding that says so.

    Raises:
        Unreadable: no XML that we read.
    """
    found = lint({"model": content})
    if [each.rule for each in found] != ["BPMN-002"]:
        return found
    root = parse(content)
    for process in children(root, "process"):
        process.set("isExecutable", "true")
    more = lint({"model": etree.tostring(root)})
    return found + [each for each in more if each.rule != "BPMN-002"]
