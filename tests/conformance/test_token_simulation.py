"""The flows that processes take, as the bpmn.io token simulator takes them."""

from __future__ import annotations

import pytest

from tests.conformance.accepted import TOKEN_SIMULATION
from tests.conformance.suites import HERE
from tests.conformance.token_simulation import Simulated, cases_of, difference

CASES = {each.name: each for each in cases_of(HERE / "bpmn-js-token-simulation" / "cases.json")}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_same_flows_are_taken_as_in_the_simulator(case: Simulated) -> None:
    reason = TOKEN_SIMULATION.get(case.name)

    found = difference(case)

    if reason is None:
        assert found is None
    else:
        assert found is not None, "it passes now: take it off the list"
        assert reason.split(":")[0] in found, "it fails for another reason than the one accepted"


def test_the_suite_is_asked_whole() -> None:
    assert len(CASES) == 59
    assert TOKEN_SIMULATION.keys() <= CASES.keys()
