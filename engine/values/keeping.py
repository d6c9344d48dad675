"""What areas are told of the records they keep beside a case."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePurged(Fact):
    """A case is purged: its time is over, and two people agreed.

    Who keeps records of it deletes of them what has the same time, or refuses while they need it.
    """

    process: str  #: of which process it was
