"""Files as they come: bytes that are no XML of ours, no process, ids and prefixes."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import process

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
LINE = "s -> a; a -> e"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    b'<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>'
    b"<definitions>&lol2;</definitions>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<definitions>&x;</definitions>"
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<definitions", id="cut off"),
        pytest.param(b"\x00\x01\x02", id="bytes"),
        pytest.param(BOMB, id="billion laughs"),
        pytest.param(OUTSIDE, id="external entity"),
        pytest.param(OUTSIDE.decode().encode("utf-16"), id="external entity in UTF-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AD4-<a/>', id="UTF-7"
        ),
        pytest.param(b"<a>" * 5_000 + b"</a>" * 5_000, id="nested deep"),
        pytest.param(b"<a>" + b" " * (9 * 1024 * 1024) + b"</a>", id="too large"),
    ],
)
def test_bytes_that_are_no_xml_of_ours_are_refused_without_a_crash(content):
    [finding] = bpmn.lint({"p.bpmn": content})

    assert finding.rule == "BPMN-001"


@pytest.mark.parametrize(
    "content",
    [
        b"<html/>",
        process(ENDS, "s -> e").replace(b'isExecutable="true"', b'isExecutable="false"'),
    ],
)
def test_a_file_without_a_process_to_run_is_refused(content):
    assert {each.rule for each in bpmn.lint({"p.bpmn": content})} == {"BPMN-002"}


def test_no_file_at_all_is_refused():
    assert [each.rule for each in bpmn.lint({})] == ["BPMN-002"]


def test_one_process_told_in_two_files_is_refused():
    content = process(ENDS, "s -> e")

    assert [each.rule for each in bpmn.lint({"a.bpmn": content, "b.bpmn": content})] == ["BPMN-003"]


def test_a_process_without_an_id_is_refused():
    content = process(ENDS, "s -> e").replace(b' id="p"', b"")

    assert [each.rule for each in bpmn.lint({"p.bpmn": content})] == ["BPMN-004"]


def test_booleans_as_numbers_and_references_with_a_prefix_mean_the_same():
    body = (
        '<laneSet id="ls"><lane id="l"><flowNodeRef>o:r</flowNodeRef></lane></laneSet>'
        '<receiveTask id="r" messageRef="o:m"/><boundaryEvent id="b" attachedToRef="o:r"'
        ' cancelActivity=" 0 "><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></boundaryEvent>"
    )
    content = process(ENDS + body, "s -> r; r -> e; b -> e", extra='<message id="m" name="m"/>')
    content = content.replace(b"<definitions", b'<definitions xmlns:o="urn:divan"')
    content = content.replace(b'isExecutable="true"', b'isExecutable="1"')

    [shown] = bpmn.compile_model({"p.bpmn": content}).processes.values()

    assert shown.element("r").lane_id == "l"
    assert bpmn.lint({"p.bpmn": content}) == []


def test_a_reference_with_the_prefix_of_another_file_is_not_of_this_one():
    content = process(
        ENDS + '<receiveTask id="a" messageRef="o:m"/>', LINE, extra='<message id="m" name="m"/>'
    ).replace(b"<definitions", b'<definitions xmlns:o="urn:another"')

    assert [each.rule for each in bpmn.lint({"p.bpmn": content})] == ["BPMN-051"]
