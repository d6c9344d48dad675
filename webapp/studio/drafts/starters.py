"""What a new area begins with: settings, and a process that starts and ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from flask_babel import lazy_gettext as _l

#: what a new area may begin with, and what it is called
STARTERS: Final[Mapping[str, Any]] = {
    "approval": _l("a request that somebody approves, returns or rejects"),
    "two_checks": _l("a request that two people check one after the other"),
}
_GALLERY: Final = Path(__file__).resolve().parent / "gallery"
#: what stands in the files of a starter for the area's own
_ID, _TITLE = "new_area", "New title"

_CONFIG: Final = """[area]
id = {area}
title = {title}

[{key}]
title = {title}
start_lanes = []
"""

_MODEL: Final = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"\
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"\
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI"\
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"\
 id="{area}_file" targetNamespace="urn:divan:{area}">
  <bpmn:process id="{area}" name={name} isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>to_end</bpmn:outgoing></bpmn:startEvent>
    <bpmn:endEvent id="done"><bpmn:incoming>to_end</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="to_end" sourceRef="start" targetRef="done"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{area}_diagram">
    <bpmndi:BPMNPlane id="{area}_plane" bpmnElement="{area}">
      <bpmndi:BPMNShape id="start_shape" bpmnElement="start">\
<dc:Bounds x="180" y="160" width="36" height="36"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="done_shape" bpmnElement="done">\
<dc:Bounds x="420" y="160" width="36" height="36"/></bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_end_edge" bpmnElement="to_end">\
<di:waypoint x="216" y="178"/><di:waypoint x="420" y="178"/></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

_DECISION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"\
 id="{key}_file" name={name} namespace="urn:divan:decision:{key}">
  <inputData id="{key}_amount" name="amount">
    <variable id="{key}_amount_variable" name="amount" typeRef="number"/>
  </inputData>
  <decision id="{key}" name={name}>
    <variable id="{key}_variable" name="{key}"/>
    <informationRequirement id="{key}_needs">
      <requiredInput href="#{key}_amount"/>
    </informationRequirement>
    <decisionTable id="{key}_table" hitPolicy="FIRST">
      <input id="{key}_input">
        <inputExpression id="{key}_expression" typeRef="number">\
<text>amount</text></inputExpression>
      </input>
      <output id="{key}_output" name="{key}" typeRef="string"/>
      <rule id="{key}_rule">
        <inputEntry id="{key}_test"><text>-</text></inputEntry>
        <outputEntry id="{key}_result"><text>""</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def first_decision(key: str, title: str) -> bytes:
    """Return a file with one decision table: an amount asked, one rule that takes all.

    Args:
        key: the id of the decision, which is also its variable: small letters, digits and _.
    """
    return _DECISION.format(key=key, name=quoteattr(title or key)).encode()


def first_files(area: str, title: str, kind: str = "") -> dict[str, bytes]:
    """Return the files of a new area, whose id becomes that of its process.

    An id that is none is refused where the draft begins; what is made of it here is not kept.

    Args:
        kind: of `STARTERS`; anything else begins with a start and an end.
    """
    if kind in STARTERS:
        return _of_gallery(kind, area, title or area)
    quoted = json.dumps(title or area, ensure_ascii=False)
    config = _CONFIG.format(area=json.dumps(area), title=quoted, key=json.dumps(area))
    model = _MODEL.format(area=area, name=quoteattr(title or area))
    return {"process.toml": config.encode(), f"{area}.bpmn": model.encode()}


def _of_gallery(kind: str, area: str, title: str) -> dict[str, bytes]:
    """Return the files of a starter, with the area's id and title in place of their own."""
    folder = _GALLERY / kind
    files: dict[str, bytes] = {}
    for path in sorted(each for each in folder.rglob("*.*") if each.is_file()):
        name = path.relative_to(folder).as_posix().replace(_ID, area)
        said = quoteattr(title) if path.suffix == ".bpmn" else json.dumps(title, ensure_ascii=False)
        text = path.read_text(encoding="utf-8").replace(_ID, area)
        files[name] = text.replace(f'"{_TITLE}"', said).encode()
    return files
