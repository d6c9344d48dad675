"""Of which processes a site asks the full levels of signature.

A process declares both: what its steps are signed with until everybody has a certificate under
the national root (``sign``), and what `domain.md` §5.2 asks (``sign_full``). The site says for
which processes the second holds already; it is read when a process of the server starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EVERY: Final = "*"


@dataclass(slots=True)
class FullLevels:
    """The processes for which the full levels hold."""

    processes: frozenset[str] = frozenset()  #: ids; `EVERY` is all of them

    def hold_for(self, process_id: str) -> bool:
        """Tell whether the full levels hold for a process."""
        return EVERY in self.processes or process_id in self.processes


FULL_LEVELS: Final = FullLevels()
