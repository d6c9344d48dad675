"""One diagram that has everything that data, mappings and listeners can be."""

from __future__ import annotations

import re

from tests.unit.bpmn.diagrams import MESSAGE, NAMED, UNDO, catch, ended, inside, on, process, users

MAPPING = (
    "<zeebe:ioMapping>"
    '<zeebe:input source="=n * 2" target="own.twice"/><zeebe:output source="=own" target="given"/>'
    "</zeebe:ioMapping>"
)
HEARS = (
    '<camunda:executionListener event="{event}"><camunda:script scriptFormat="feel">'
    "{{heard: n}}</camunda:script></camunda:executionListener>"
)
JOBS = (
    '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="before"/>'
    '<zeebe:executionListener eventType="end" type="after"/></zeebe:executionListeners>'
)


def marked(*marks: str) -> str:
    return f"<extensionElements>{''.join(marks)}</extensionElements>"


ASSOCIATED = (
    '<ioSpecification><dataInput id="di" name="bill"/><dataOutput id="do" name="made"/><inputSet>'
    "<dataInputRefs>di</dataInputRefs></inputSet><outputSet/></ioSpecification>"
    "<dataInputAssociation><sourceRef>object</sourceRef><targetRef>di</targetRef>"
    "<assignment><from>n</from><to>bill.net</to></assignment></dataInputAssociation>"
    "<dataOutputAssociation><sourceRef>do</sourceRef><targetRef>object</targetRef>"
    "<transformation>made</transformation></dataOutputAssociation>"
)
#: the same with ids of its own
AGAIN = re.sub(r"\bd([io])\b", r"c\1", ASSOCIATED)
STORED = (
    '<ioSpecification><dataInput id="dj" name="row"/></ioSpecification><dataInputAssociation>'
    "<sourceRef>store</sourceRef><targetRef>dj</targetRef><transformation>n</transformation>"
    "</dataInputAssociation><dataOutputAssociation><targetRef>store</targetRef>"
    "<transformation>{key: n, row: row}</transformation></dataOutputAssociation>"
)
REPEATED = (
    "<multiInstanceLoopCharacteristics><extensionElements>"
    '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"'
    ' outputCollection="all" outputElement="=given"/></extensionElements>'
    "</multiInstanceLoopCharacteristics>"
)
WITH_DATA = process(
    '<startEvent id="s"/><endEvent id="e"/>'
    + marked(HEARS.format(event="start"), HEARS.format(event="end"))
    + '<dataObject id="object" name="Bill"/><dataStoreReference id="store" name="Rows"/>'
    '<parallelGateway id="f"/>'
    f'<userTask id="a" camunda:dueDate="P1D" camunda:priority="7">{marked(MAPPING)}</userTask>'
    f'<userTask id="b">{marked(JOBS)}{ASSOCIATED}</userTask>'
    f'<userTask id="c">{AGAIN}</userTask>'
    f'<task id="d">{STORED}</task><userTask id="m">{marked(MAPPING, JOBS)}{REPEATED}</userTask>'
    f'<userTask id="back" isForCompensation="true">{marked(MAPPING)}</userTask>'
    '<association id="as" sourceRef="ab" targetRef="back"/>'
    + on("ab", "a", UNDO)
    + on("bb", "b", "<errorEventDefinition/>")
    + on("mb", "sub", marked(MAPPING.replace("input", "output")) + MESSAGE, interrupting=False)
    + catch("w", marked(MAPPING) + MESSAGE)
    + inside("sub", marked(MAPPING, JOBS) + '<property id="x" name="x"/>' + users("in"),
             "sub_in -> in; in -> sub_out")
    + f'<adHocSubProcess id="ad">{marked(MAPPING)}{users("p1", "p2")}</adHocSubProcess>'
    + ended("undo", UNDO)
    + users("z"),
    "s -> f; f -> a; f -> b; f -> c; f -> m; a -> d; d -> w; w -> sub; sub -> ad; ad -> undo;"
    "b -> e; bb -> z; mb -> z; c -> e; m -> e; z -> e",
    extra=NAMED,
)  # fmt: skip
