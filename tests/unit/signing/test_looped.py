"""Signing where the thread has a loop of its own running, as under a driver of browsers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.signing import detached
from engine.signing.looped import finished
from engine.signing.results import Result
from tests.kit import signing as kit

CONTENT = b'{"amount":110480092050}'


@pytest.fixture(params=[False, True], ids=["no loop", "a loop"])
def called(request: pytest.FixtureRequest):
    """Call something in a fresh thread, with a loop running there or without: a browser's tests
    may have left one running in ours."""

    def call(act: Callable[[], object]) -> object:
        async def among() -> object:
            return act()

        with ThreadPoolExecutor(1) as fresh:
            if request.param:
                return fresh.submit(lambda: asyncio.run(among())).result()
            return fresh.submit(act).result()

    return call


def test_a_thread_signs_and_verifies_whatever_runs_in_it(called):
    def act() -> Result:
        signature = detached.sign(CONTENT, kit.holder().pen, kit.AT)
        return detached.verify(CONTENT, signature, kit.trust(), kit.AT).result

    assert called(act) is Result.PASSED


def test_what_the_work_raises_reaches_whoever_called(called):
    async def broken() -> None:
        raise KeyError("certificate")

    with pytest.raises(KeyError, match="certificate"):
        called(lambda: finished(broken()))
