"""Models with elements taken away, moved, renamed or misspelt: refused or asked, never a crash."""

from __future__ import annotations

import random
import time

import pytest
from lxml import etree

from engine import dmn
from engine.xml import LARGEST, Unreadable
from tests.conformance.suites import HERE
from tests.unit.dmn.drawn import DMN_15, decision, file, inputs, literal, table

#: of each kind of logic one model of the kit, and one of ours
FOLDERS = (
    "compliance-level-2/0009-invocation-arithmetic",
    "compliance-level-2/0118-multi-priority-hitpolicy",
    "compliance-level-3/0017-tableTests",
    "compliance-level-3/0086-import",
    "compliance-level-3/1150-boxed-conditional",
)
SPOILT = ("", "-", "?", "((((", "1..", "for x in", "not(", "é" * 50, '"', "function(f) f(f)", "@")


def _models() -> list[dict[str, bytes]]:
    kit = [
        {each.name: each.read_bytes() for each in sorted((HERE / "dmn-tck" / folder).glob("*.dmn"))}
        for folder in FOLDERS
    ]
    rules = [(("> 1", '"a"'), ("1",)), (("[2..4]", "-"), ("2",))]
    own = decision(table(("x", "y"), rules, policy="COLLECT"), needs=("x", "y"))
    return [*kit, {"it.dmn": file(inputs(x="number", y="string"), own)}]


MODELS = _models()


def _mutilated(content: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, 3)):
        elements = [each for each in root.iter() if isinstance(each.tag, str) and each is not root]
        if not elements:
            break
        chosen = chance.choice(elements)
        parent = chosen.getparent()
        assert parent is not None
        match chance.randint(0, 4):
            case 0:
                parent.remove(chosen)
            case 1:
                other = chance.choice(elements)
                if chosen not in list(other.iterancestors()):
                    chosen.append(etree.fromstring(etree.tostring(other)))
            case 2:
                for name in list(chosen.attrib):
                    chosen.set(name, chance.choice(("", "it", "x", "#x", "number", "UNIQUE")))
            case 3:
                chosen.text = chance.choice(SPOILT)
            case _:
                kinds = ("list", "filter", "context", "invocation", "decisionTable", "row", "some")
                chosen.tag = f"{{{DMN_15}}}{chance.choice(kinds)}"
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(8))
def test_a_mutilated_model_is_refused_or_asked(seed: int):
    chance = random.Random(seed)
    for _ in range(100):
        files = dict(chance.choice(MODELS))
        spoilt = chance.choice(sorted(files))
        files[spoilt] = _mutilated(files[spoilt], chance)
        begun = time.thread_time()

        findings = dmn.lint(files)
        if all(each.rule != "DMN-001" for each in findings):
            _ask_everything(dmn.load(files))

        assert time.thread_time() - begun < 2, files[spoilt]


def _ask_everything(decisions: dmn.Decisions) -> None:
    for model in decisions.models:
        for node in model.nodes:
            if decisions.has(node.name):
                decisions.evaluate(node.name, {"x": 3, "y": "a"}).facts()
                decisions.output_name(node.name)
                decisions.restored(node.name, {"x": "3"})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b" " * (LARGEST + 1), id="too large"),
        pytest.param(b"<a>" * 200_000, id="too deep"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>', id="entities"
        ),
        pytest.param(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', id="a file of the machine"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
    ],
)
def test_a_file_that_would_harm_is_refused_within_a_second(content: bytes):
    begun = time.thread_time()

    assert [each.rule for each in dmn.lint({"a.dmn": content})] == ["DMN-001"]
    with pytest.raises(Unreadable):
        dmn.load({"a.dmn": content})
    assert time.thread_time() - begun < 1


def test_logic_as_deep_as_the_gate_lets_through_is_asked():
    inside = literal("1")
    for _ in range(120):
        inside = f"<list>{inside}</list>"

    assert dmn.load({"a.dmn": file(decision(inside))}).evaluate("it", {}).violations == ()
