"""Real files and texts to begin from: the suites of others, small ones mostly, and our own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.findings.book import book
from tests.conformance.simulated_models import prepared
from tests.conformance.suites import HERE
from tests.conformance.token_simulation import cases_of
from tests.rules import examples
from tests.unit.bpmn.test_bpmn_mutilated import COUNTING, WHOLE
from tests.unit.bpmn.with_data import WITH_DATA
from tests.unit.dmn.drawn import decision, file, inputs, table

ROOT = Path(__file__).parents[2]
SMALL = 12_000  #: bytes; larger files are drawn seldom, for an input is to cost milliseconds


@cache
def diagrams() -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the diagrams: small ones, with two of ours that hold most elements, and large.

    Those of the simulator are made ready to run, as the suite that asks them does; those of the
    rule book are the examples in order.
    """
    found = [
        path.read_bytes()
        for folder in (HERE / "bpmn-elements", HERE / "bpmn-miwg", ROOT / "processes")
        for path in sorted(folder.rglob("*.bpmn"))
    ]
    found += [
        prepared(each.model.read_bytes(), each.steps).content
        for each in cases_of(HERE / "bpmn-js-token-simulation" / "cases.json")
    ]
    for each in book().values():  # every feature has a rule, and the rule an example in order
        drawn, _ = examples.files(each, each.right)
        found += drawn.values()
    small = [each for each in found if len(each) <= SMALL]
    ours = [WHOLE, COUNTING, WITH_DATA] * 20
    return (*small, *ours), tuple(each for each in found if len(each) > SMALL)


@cache
def models() -> tuple[Mapping[str, bytes], ...]:
    """Return the small decision models of the kit, each with those it imports, and one of ours."""
    kit = [
        {each.name: each.read_bytes() for each in sorted(folder.glob("*.dmn"))}
        for folder in sorted({each.parent for each in HERE.rglob("*.dmn")})
    ]
    rules = [(("> 1", '"a"'), ("1",)), (("[2..4]", "-"), ("2",))]
    own = decision(table(("x", "y"), rules, policy="COLLECT"), needs=("x", "y"))
    small = [each for each in kit if sum(map(len, each.values())) <= SMALL]
    return (*small, {"it.dmn": file(inputs(x="number", y="string"), own)})


@cache
def texts() -> tuple[str, ...]:
    """Return every FEEL text of the kit."""
    from lxml import etree  # noqa: PLC0415 - only who asks for texts pays for reading them

    found = {
        "".join(map(str, each.itertext())).strip()
        for path in HERE.rglob("*.dmn")
        for each in etree.fromstring(path.read_bytes()).iter("{*}text")
    }
    return tuple(sorted(found - {""}))
