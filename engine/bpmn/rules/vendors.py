"""Lint of what vendors add to an element, in their neutral form."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import vendor
from engine.bpmn.findings import found
from engine.bpmn.languages import is_juel
from engine.bpmn.rules.shapes import nodes, not_feel
from engine.bpmn.source import Source, children, kind
from engine.findings import Finding, detail


def expressions(source: Source) -> Iterator[Finding]:
    """BPMN-082: an expression of a vendor's extension that is not FEEL and has no FEEL."""
    for node in nodes(source):
        if not vendor.is_silent(node):
            for what, text in vendor.said_of(node).expressions():
                problem = not_feel(text)
                if problem:
                    yield found(
                        "BPMN-082",
                        source,
                        node,
                        detail("BPMN-082-1", what=what, problem=problem),
                        text=text,
                        of=what,
                    )


def names(source: Source) -> Iterator[Finding]:
    """BPMN-083: a message, signal, error or escalation whose name or code is an expression."""
    for each in children(source.root, "message", "signal", "error", "escalation"):
        for said in ("name", f"{kind(each)}Code"):
            text = str(each.get(said) or "")
            if said == "name" and kind(each) not in ("message", "signal"):
                continue
            if is_juel(text) or text.startswith("="):
                problem = detail("BPMN-083-1", said=said, text=text)
                yield found("BPMN-083", source, each, problem, text=text)
