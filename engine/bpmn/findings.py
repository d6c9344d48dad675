"""What is wrong with a diagram, one finding for each place."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.source import Source, id_of, name
from engine.findings import Finding


def found(
    rule: str,
    source: Source,
    node: etree._Element,
    message: str,
    *,
    refuses: bool = True,
    **params: str,
) -> Finding:
    """Return a finding about an element."""
    return Finding(rule, source.file, id_of(node) or None, name(node), message, params, refuses)
