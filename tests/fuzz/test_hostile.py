"""Files and texts made to harm are refused by every door within a second of processor time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from engine import bpmn, dmn, feel
from tests.fuzz import memory
from tests.fuzz.corpus import ROOT
from tests.fuzz.harm import DIAGRAM, HARM, MODEL


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
@pytest.mark.parametrize("door", ["bpmn", "dmn"])
def test_a_file_made_to_harm_is_refused_at_once(door: str, harm: Callable[[bytes], bytes]) -> None:
    lint, whole = (bpmn.lint, DIAGRAM) if door == "bpmn" else (dmn.lint, MODEL)
    files = {"it": harm(whole)}
    began = time.thread_time()

    findings = lint(files)

    assert time.thread_time() - began < 1
    assert {each.rule for each in findings if each.refuses} & {"BPMN-001", "BPMN-002", "DMN-001"}


def test_files_made_to_harm_take_no_memory() -> None:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "unit" / "bpmn")))

    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.harm"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) < memory.MOST


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1 + " * 25_000_000 + "1", id="a hundred megabytes"),
        pytest.param('"' + "x" * 100_000_000 + '"', id="a string of a hundred megabytes"),
        pytest.param("(" * 20_000, id="brackets that only open"),
        pytest.param("(" * 9_000 + "1" + ")" * 9_000, id="brackets inside one another"),
        pytest.param("[" * 9_000 + "]" * 9_000, id="lists inside one another"),
        pytest.param("{a:" * 5_000 + "1" + "}" * 5_000, id="contexts inside one another"),
        pytest.param("-" * 19_000 + "1", id="signs before signs"),
        pytest.param("if a then b else " * 1_100 + "c", id="conditions inside one another"),
        pytest.param("not(" * 4_000 + "a" + ")" * 4_000, id="calls inside one another"),
        pytest.param("1" + "**2" * 6_000, id="powers of powers"),
        pytest.param("a" + ".b" * 9_000, id="a path without end"),
        pytest.param("a" + "[1]" * 6_000, id="filters of filters"),
        pytest.param("function(x) " * 1_500 + "x", id="functions inside one another"),
        pytest.param("for x in [1] return " * 900 + "x", id="loops inside one another"),
    ],
)
@pytest.mark.parametrize("compiled", [feel.compile_expression, feel.compile_unary_tests])
def test_a_text_made_to_harm_is_refused_at_once(
    compiled: Callable[[str], feel.Expression], text: str
) -> None:
    began = time.thread_time()

    with pytest.raises(feel.FeelSyntaxError):
        compiled(text)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "for x in 1..1000000000 return x",
        "for x in 1..10000, y in 1..10000 return x * y",
        "count(for x in 1..100000 return string(x))",
        "(function(f) f(f))(function(f) f(f))",
        "9 ** 9 ** 9 ** 9",
        "10 ** 6144 * 10 ** 6144",
        'string join(for x in 1..100000 return "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
        'replace("' + "a" * 15_000 + '", "a|aa|aaa", "$0$0$0$0$0$0$0$0")',
        "for x in 1..20 return if x = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "sort(for x in 1..50000 return 50000 - x, function(a, b) a < b)",
        'date("999999999-12-31") + duration("P999999999Y")',
    ],
)
def test_an_expression_made_to_run_for_ever_ends_within_two_seconds(text: str) -> None:
    expression = feel.compile_expression(text)
    began = time.thread_time()

    expression.evaluate({})

    assert time.thread_time() - began < 2
