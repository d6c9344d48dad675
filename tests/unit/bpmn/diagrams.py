"""Small diagrams written in a line per element, and a case walked by element id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine import bpmn

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:divan">\n'
)
_ARROW = re.compile(
    r"\s*(?P<source>\w+)\s*->(?P<default>\*?)\s*(?P<target>\w+)"
    r"(?:\s*\[(?P<condition>.*)\])?\s*"
)


def flows(text: str) -> str:
    """Return sequence flows: ``a -> b``, ``a -> b [x > 1]``; the id is ``a_b``."""
    return "".join(_flow(line) for line in text.split(";") if line.strip())


def _flow(line: str) -> str:
    match = _ARROW.fullmatch(line)
    assert match is not None, line
    source, target, condition = match["source"], match["target"], match["condition"]
    inner = ""
    if condition:
        escaped = condition.replace("&", "&amp;").replace("<", "&lt;")
        inner = f'<conditionExpression xsi:type="tFormalExpression">{escaped}</conditionExpression>'
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</sequenceFlow>"
    )


def process(body: str, arrows: str, *, process_id: str = "p", extra: str = "") -> bytes:
    """Return a file with one process."""
    return (
        f'{_HEAD}{extra}<process id="{process_id}" isExecutable="true">{body}'
        f"{flows(arrows)}</process></definitions>"
    ).encode()


def users(*ids: str) -> str:
    """Return user tasks."""
    return "".join(f'<userTask id="{each}"/>' for each in ids)


def inside(
    sub_id: str, body: str, arrows: str, *, kind: str = "subProcess", more: str = "", by: str = ""
) -> str:
    """Return a sub-process; with ``by``, an event sub-process begun by that definition.

    Its start is its id with ``_in``, its plain end with ``_out``.
    """
    marks = 'triggeredByEvent="true"' if by else ""
    return (
        f'<{kind} id="{sub_id}" {marks}><startEvent id="{sub_id}_in" {more}>{by}</startEvent>'
        f'<endEvent id="{sub_id}_out"/>{body}{flows(arrows)}</{kind}>'
    )


def on(event_id: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    """Return a boundary event."""
    return (
        f'<boundaryEvent id="{event_id}" attachedToRef="{host}" '
        f'cancelActivity="{str(interrupting).lower()}">{definition}</boundaryEvent>'
    )


def catch(event_id: str, definition: str) -> str:
    """Return an intermediate catch event."""
    return f'<intermediateCatchEvent id="{event_id}">{definition}</intermediateCatchEvent>'


def thrown(event_id: str, definition: str) -> str:
    """Return an intermediate throw event."""
    return f'<intermediateThrowEvent id="{event_id}">{definition}</intermediateThrowEvent>'


def ended(event_id: str, definition: str) -> str:
    """Return an end event that throws."""
    return f'<endEvent id="{event_id}">{definition}</endEvent>'


def signal(ref: str = "sig", inner: str = "") -> str:
    """Return a signal definition."""
    return f'<signalEventDefinition signalRef="{ref}">{inner}</signalEventDefinition>'


def condition(text: str) -> str:
    """Return a condition over the variables."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<conditionalEventDefinition><condition>{escaped}</condition></conditionalEventDefinition>"
    )


def timer(text: str, form: str = "timeDuration") -> str:
    """Return a timer definition."""
    return f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"


#: what the definitions above refer to
NAMED = (
    '<signal id="sig" name="stop"/><signal id="other" name="other"/>'
    '<message id="msg" name="paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>'
    '<error id="bad" errorCode="BAD"/><error id="worse" errorCode="WORSE"/>'
    '<escalation id="late" escalationCode="LATE"/><escalation id="lost" escalationCode="LOST"/>'
)
ERROR = '<errorEventDefinition errorRef="bad"/>'
ANY_ERROR = "<errorEventDefinition/>"
LATE = '<escalationEventDefinition escalationRef="late"/>'
ANY_ESCALATION = "<escalationEventDefinition/>"
MESSAGE = '<messageEventDefinition messageRef="msg"/>'
UNDO = "<compensateEventDefinition/>"


def model(body: str, arrows: str, *, extra: str = "") -> bpmn.Model:
    """Return a compiled model of one process with the ends ``s`` and, when used, ``e``."""
    end = '<endEvent id="e"/>' if re.search(r"-> *e\b", arrows) else ""
    both = f'<startEvent id="s"/>{end}{body}'
    return bpmn.compile_model({"p.bpmn": process(both, arrows, extra=extra)})


@dataclass
class Case:
    """A case under test; it is saved and loaded before each command."""

    model: bpmn.Model
    step: bpmn.Step
    process_id: str = "p"
    at: datetime = NOON

    @classmethod
    def of(cls, model: bpmn.Model, /, **values: object) -> Case:
        return cls(model, bpmn.start(model, "p", values, at=NOON, seed="t"))

    @property
    def waiting(self) -> list[str]:
        return sorted(each.element_id for each in self.step.waiting)

    def token(self, element_id: str) -> str:
        return next(each.token for each in self.step.waiting if each.element_id == element_id)

    def wait(self, element_id: str) -> bpmn.Wait:
        return next(each for each in self.step.waiting if each.element_id == element_id)

    def answer(self, element_id: str, values: Mapping[str, object] | None = None) -> Case:
        return self.answer_token(self.token(element_id), values or {})

    def answer_token(self, token: str, values: Mapping[str, object]) -> Case:
        self.step = bpmn.answer(
            self.model, self.process_id, self.step.stored, token, values, at=self.at
        )
        return self

    def throw(self, element_id: str, code: str) -> Case:
        self.step = bpmn.throw(
            self.model,
            self.process_id,
            self.step.stored,
            self.token(element_id),
            code,
            at=self.at,
        )
        return self

    def update(self, **values: object) -> Case:
        stored = self.step.stored
        self.step = bpmn.update(self.model, self.process_id, stored, values, at=self.at)
        return self

    def later(self, **spell: float) -> Case:
        self.at += timedelta(**spell)
        return self

    @property
    def passed(self) -> list[str]:
        return [each.element_id for each in self.step.passed]
