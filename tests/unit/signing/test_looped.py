"""Signing where the thread has a loop of its own running, as under a driver of browsers."""

from __future__ import annotations

import asyncio

import pytest

from engine.signing import detached
from engine.signing.looped import finished
from engine.signing.results import Result
from tests.kit import signing as kit

CONTENT = b'{"amount":110480092050}'


async def _signed_and_verified() -> Result:
    signature = detached.sign(CONTENT, kit.holder().pen, kit.AT)
    return detached.verify(CONTENT, signature, kit.trust(), kit.AT).result


def test_a_thread_with_a_loop_of_its_own_signs_and_verifies_as_ever():
    assert asyncio.run(_signed_and_verified()) is Result.PASSED


@pytest.mark.parametrize("has_loop", [False, True])
def test_what_the_work_raises_reaches_whoever_called(has_loop: bool):
    async def broken() -> None:
        raise KeyError("certificate")

    async def among() -> None:
        finished(broken())

    call = (lambda: asyncio.run(among())) if has_loop else (lambda: finished(broken()))
    with pytest.raises(KeyError, match="certificate"):
        call()
