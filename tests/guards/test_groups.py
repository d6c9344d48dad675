"""Tests that share something dear are run by one worker, one after the other."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("grouped")
def test_a_group_of_tests_is_known_to_who_shares_them_out(request: pytest.FixtureRequest):
    # pytest-xdist marks a test with its group in its id; pytest 9.2 takes no notice of that,
    # and a file's tests were then run by several workers with a server and a draft each
    shared_out = request.config.getoption("loadgroup", default=False)  # what xdist tells a worker
    assert not shared_out or request.node.nodeid.endswith("@grouped")
