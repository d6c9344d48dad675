"""What is wrong with a model, one finding for each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.source import Source, id_of, name


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why files cannot be run."""

    rule: str  #: stable id, such as BPMN-010; docs/reference/bpmn.md lists them
    file: str
    element_id: str | None
    name: str | None
    message: str  #: English; texts for people are looked up by ``rule`` with ``params``
    params: Mapping[str, str] = field(default_factory=dict)


def found(rule: str, source: Source, node: etree._Element, message: str, **params: str) -> Finding:
    """Return a finding about an element."""
    return Finding(rule, source.file, id_of(node) or None, name(node), message, params)
