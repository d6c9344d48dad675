"""What is wrong with a diagram, one finding for each place."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.source import Source, id_of, name
from engine.findings import Detail, Finding


def found(
    rule: str,
    source: Source,
    node: etree._Element,
    told: Detail,
    *,
    refuses: bool = True,
    **params: object,
) -> Finding:
    """Return a finding about an element."""
    said = {key: str(each) for key, each in params.items()}
    return Finding(rule, source.file, id_of(node) or None, name(node), told, said, refuses)
