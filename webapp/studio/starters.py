"""What a new area begins with: settings, and a process that starts and ends."""

from __future__ import annotations

import json
from typing import Final
from xml.sax.saxutils import quoteattr

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


def first_files(area: str, title: str) -> dict[str, bytes]:
    """Return the files of a new area, whose id becomes that of its process.

    An id that is none is refused where the draft begins; what is made of it here is not kept.
    """
    quoted = json.dumps(title or area, ensure_ascii=False)
    config = _CONFIG.format(area=json.dumps(area), title=quoted, key=json.dumps(area))
    model = _MODEL.format(area=area, name=quoteattr(title or area))
    return {"process.toml": config.encode(), f"{area}.bpmn": model.encode()}
