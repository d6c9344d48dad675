"""How a figure came about: the steps of a computation, as a page or a minute prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

from engine.values import Percentage, Rial

#: What a step tells of: a page writes each kind in its own way (`|rial`, `|jalali`, …).
Told: TypeAlias = Rial | Percentage | Decimal | int | str | date | datetime
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a code, whose sentence stands in the texts of each language, and its facts."""

    code: str  #: such as ``balanced.price``, under ``[computation]`` of the area's texts
    facts: Mapping[str, Told] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, **facts: Told) -> Step:
        """Return a step with its facts by name.

        >>> Step.of("vote.passes", votes=2).facts
        {'votes': 2}
        """
        return cls(code, facts)


@dataclass(frozen=True, slots=True)
class Computed(Generic[Result]):
    """What a rule found, and how, in the order in which it was worked out."""

    result: Result
    steps: tuple[Step, ...]
