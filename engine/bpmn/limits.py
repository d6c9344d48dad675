"""What one command may use."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.plain import HEAVIEST


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one command; beyond them it is stopped with ``StepsExceeded``."""

    steps: int = 20_000
    tokens: int = 5_000
    depth: int = 30  #: sub-processes and calls inside one another
    bytes: int = HEAVIEST  #: of all the values it brings; a computed one never takes more
    case_bytes: int = 4 * HEAVIEST  #: of all that a case holds, however many commands brought it
