"""Which names a diagram uses, wrong as it may be while it is drawn."""

from __future__ import annotations

from engine import bpmn, dmn

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)


def _file(inner: str, beside: str = "") -> bytes:
    return f'{HEAD}{beside}<process id="p" name="پ">{inner}</process></definitions>'.encode()


def test_variables_are_those_that_are_written_and_those_that_expressions_look_at():
    content = _file(
        '<serviceTask id="a"><extensionElements><zeebe:ioMapping>'
        '<zeebe:input source="=amount * rate" target="share"/>'
        "</zeebe:ioMapping></extensionElements></serviceTask>"
        '<scriptTask id="b"><extensionElements>'
        '<zeebe:script expression="=broken +" resultVariable="total"/>'
        "</extensionElements></scriptTask>"
        '<sequenceFlow id="f" sourceRef="a" targetRef="b">'
        "<conditionExpression>=for line in lines return line.price > 5</conditionExpression>"
        "</sequenceFlow>"
    )

    assert bpmn.variables("p.bpmn", content) == ("amount", "lines", "rate", "share", "total")


def test_what_cannot_be_read_names_nothing():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

    assert bpmn.variables("p.bpmn", bomb) == ()
    assert bpmn.named({"p.bpmn": b"<"}).processes == {}
    assert dmn.listed({"d.dmn": bomb}) == {}


def test_an_area_names_processes_messages_codes_and_topics():
    beside = (
        '<message id="m" name="paid"/><signal id="s" name="stop"/>'
        '<error id="e" errorCode="E1"/><escalation id="l" escalationCode="L1"/>'
    )
    other = '<serviceTask id="a" camunda:topic="post"/>'

    found = bpmn.named({"a.bpmn": _file("", beside), "b.bpmn": _file(other)})

    assert found.processes == {"p": ("پ", "a.bpmn")}
    assert (found.messages, found.signals) == (("paid",), ("stop",))
    assert (found.errors, found.escalations, found.topics) == (("E1",), ("L1",), ("post",))
