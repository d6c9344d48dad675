"""The rule book's examples as whole files.

An example is written short: what its arrows name and its body does not say is a start event `s`,
an end event `e`, or a user task of that name.
"""

from __future__ import annotations

import json
import re

from lxml import etree

from engine.catalogue.bundle import Bundle
from engine.findings import Entry, Example

_BPMN = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' targetNamespace="urn:divan">{}</definitions>'
)
_DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"'
    ' id="definitions" name="example" namespace="urn:example">{}</definitions>'
)
_PROCESS = '<process id="p" name="Example" isExecutable="true">{}</process>'
_ARROW = re.compile(r"(?P<source>\w+)\s*->\s*(?P<target>\w+)(?:\s*\[(?P<condition>.*)\])?")
_ENDS = {
    "s": '<startEvent id="s"/>',
    "e": '<endEvent id="e"/>',
}


def files(entry: Entry, example: Example) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return an example's diagrams and its decisions."""
    if example.form:
        return {}, {}
    decisions = {"example.dmn": _decisions(example.decisions)} if example.decisions else {}
    content = whole(entry, example)
    if entry.rule.startswith("DMN"):
        return {}, {"example.dmn": content, **decisions}
    return {"example.bpmn": content}, decisions


def form_of(example: Example) -> Bundle:
    """Return an example that is a form, as files of a deployment."""
    content = _repeated(example.form, example)
    form_id = json.loads(content)["id"]
    return Bundle({f"forms/{form_id}.form": content.encode()})


def whole(entry: Entry, example: Example) -> bytes:
    """Return an example's file."""
    if example.form:
        return _repeated(example.form, example).strip().encode()
    if example.whole:
        return example.whole.encode()
    if entry.rule.startswith("DMN"):
        return _decisions(_repeated(example.body, example))
    process = _PROCESS.format(_inside(example)) if example.body or example.flows else ""
    return _tidy(_BPMN.format(_apart(example.beside, process)))


def _repeated(body: str, example: Example) -> str:
    """Return the body of an example that is large, or as it is."""
    if not example.times:
        return body
    counted = (
        example.repeated.replace("{n}", str(each)).replace("{m}", str(each + 1))
        for each in range(1, example.times + 1)
    )
    return body.replace("{…}", "".join(counted))


def _apart(beside: str, process: str) -> str:
    """Put a process where the standard has it: before its drawing, beside the rest."""
    before, drawing, rest = beside.partition("<bpmndi:BPMNDiagram")
    return f"{before}{process}{drawing}{rest}"


def _inside(example: Example) -> str:
    arrows = [_ARROW.fullmatch(each.strip()) for each in example.flows.split(";") if each.strip()]
    told = [each for each in arrows if each is not None]
    assert len(told) == len(arrows), f"these are no arrows: {example.flows}"
    named = dict.fromkeys(each[end] for each in told for end in ("source", "target"))
    absent = [each for each in named if f'id="{each}"' not in example.body + example.beside]
    steps = "".join(_ENDS.get(each) or _task(each) for each in absent if each != "nowhere")
    lanes, closing, body = example.body.rpartition("</laneSet>")
    drawn = re.search(r"<(textAnnotation|association|group)\b", body)
    at = drawn.start() if drawn else len(body)
    flows = "".join(_flow(each) for each in told)
    return f"{lanes}{closing}{steps}{body[:at]}{flows}{body[at:]}"


def _task(element_id: str) -> str:
    name = element_id.replace("_", " ").capitalize()
    return f'<userTask id="{element_id}" name="{name}"/>'


def _flow(arrow: re.Match[str]) -> str:
    source, target, condition = arrow["source"], arrow["target"], arrow["condition"]
    start = f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    if not condition:
        return f"{start}/>"
    text = condition.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'{start}><conditionExpression xsi:type="tFormalExpression">{text}'
        "</conditionExpression></sequenceFlow>"
    )


def _decisions(body: str) -> bytes:
    return _tidy(_DMN.format(body))


def _tidy(content: str) -> bytes:
    """Return the file with a line for each element."""
    root = etree.fromstring(content.encode(), etree.XMLParser(remove_blank_text=True))
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8") + b"\n"
