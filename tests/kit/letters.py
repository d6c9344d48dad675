"""Letters (tests/e2e/areas/letters): cases of one step that begin as often as a test likes."""

from __future__ import annotations

from tests.kit.visitor import Visitor

READER = "supervisor"


def receive(address: str, sender: str) -> None:
    """Begin a letter's case; its step waits at the desk of the supervisors."""
    visitor = Visitor(address, READER)
    page = visitor.submit(visitor.get("/start/letter"), "/start/letter", sender=sender)
    assert page.status == 200, page.problems
    visitor.close()
