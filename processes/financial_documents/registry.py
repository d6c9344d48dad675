"""What the city may set about its documents, in force from a day on (`domain.md` §0.9).

Tolerances of the match are not here: two people change them in the running house (R-FIN-06,
`commands.tolerances`).

>>> from engine.values import JalaliDate
>>> registry.rate("vat.rate", JalaliDate(1402, 12, 29).gregorian())
Percentage(percent=Decimal('9'))
"""

from __future__ import annotations

from typing import Final

from engine.values.registry import Registry

registry: Final = Registry(__package__)
