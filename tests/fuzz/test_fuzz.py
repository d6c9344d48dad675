"""Twenty thousand mutated inputs: no crash, nothing over two seconds, nothing over 512 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn, dmn, feel
from tests.fuzz import memory
from tests.fuzz.__main__ import SEED
from tests.fuzz.corpus import ROOT

#: a process each: kind, number of its first input, inputs
SHARES = [
    ("feel", 0, 10_000),
    ("dmn", 0, 2_500),
    ("dmn", 2_500, 2_500),
    ("bpmn", 0, 2_500),
    ("bpmn", 2_500, 2_500),
]
WHEN = int(os.environ.get("DIVAN_FUZZ_SEED", SEED))


@pytest.mark.parametrize(("kind", "first", "count"), SHARES)
def test_mutated_inputs_are_refused_or_answered(
    kind: str, first: int, count: int, record_property: Callable[[str, object], None]
) -> None:
    asked = ["--kind", kind, "--seed", str(WHEN), "--first", str(first), "--count", str(count)]
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "unit" / "bpmn")))

    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--json", *asked],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout, done.stderr[-3_000:]
    found = json.loads(done.stdout)
    record_property("fuzzed", found)
    assert found["broken"] == {}
    assert found["inputs"] == count
    assert found["accepted"] > count // 20, "most are refused for nothing interesting"
    assert found["peak_mb"] < memory.MOST / 1024**2


@given(
    st.one_of(
        st.text(max_size=40), st.text("()[]{}.,:?@\"'+-*/<>=!0123456789 aefnorti", max_size=60)
    )
)
def test_any_text_at_all_is_an_expression_or_refused(text: str) -> None:
    for compiled in (feel.compile_expression, feel.compile_unary_tests):
        try:
            compiled(text).evaluate({"a": 1})
        except feel.FeelSyntaxError as refusal:
            assert refusal.expected  # noqa: PT017 - what is asked is that it says so


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_as_a_file(content: bytes) -> None:
    assert [each.rule for each in bpmn.lint({"it": content})] == ["BPMN-001"]
    assert [each.rule for each in dmn.lint({"it": content})] == ["DMN-001"]
