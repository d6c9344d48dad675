"""Which class a purchase is of, by its estimate (`domain.md` §3.4)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal

from engine.values import Rial


class PurchaseClass(enum.Enum):
    """The class of a purchase (نصاب); what each is called, a rule pack says."""

    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Up to what a purchase is small, and up to what medium, in rials before tax."""

    small: Rial
    medium: Rial

    @classmethod
    def of(cls, small: Rial, factor: Decimal) -> Thresholds:
        """Return the limits of a year: T1 and so many times T1."""
        return cls(small, small.times(factor))

    def class_of(self, value: Rial) -> PurchaseClass:
        """Return the class of a value before tax; a limit itself belongs to the lower class.

        Source: R-PRC-01, ``v <= T1`` small; ``T1 < v <= 10 T1`` medium; else large.

        >>> limits = Thresholds.of(Rial(2_000_000_000), Decimal(10))
        >>> limits.class_of(Rial(2_000_000_000)).value, limits.class_of(Rial(2_000_000_001)).value
        ('SMALL', 'MEDIUM')
        """
        if value <= self.small:
            return PurchaseClass.SMALL
        return PurchaseClass.MEDIUM if value <= self.medium else PurchaseClass.LARGE

    def upper(self, of: PurchaseClass) -> Rial | None:
        """Return up to what a class goes; nothing stands above the highest."""
        return {PurchaseClass.SMALL: self.small, PurchaseClass.MEDIUM: self.medium}.get(of)
