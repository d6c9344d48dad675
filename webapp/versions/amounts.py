"""Large amounts as people say them: “5 billion rials”."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from webapp.cases.meanings import Meanings, bare
from webapp.formatting import quantity
from webapp.texts import N_, texts_in

_LARGE: Final = (
    (10**12, N_("%(number)s trillion rials")),
    (10**9, N_("%(number)s billion rials")),
    (10**6, N_("%(number)s million rials")),
)


class Amounts(Meanings):
    """The variables of a process, large amounts told as people say them."""

    __slots__ = ()

    def shown(self, name: str | None, value: object) -> str:
        """Return a value as it stands beside its label."""
        is_amount = self.kinds.get(name or "") == "rial" and isinstance(value, int | Decimal)
        if is_amount and not isinstance(value, bool):
            texts = texts_in(self.language)
            for size, text in _LARGE:
                count = Decimal(str(value)) / size
                if abs(count) >= 1 and count == round(count, 2):
                    number = bare(quantity(count, self.manner))
                    return texts.gettext(text) % {"number": number}
        return super().shown(name, value)
