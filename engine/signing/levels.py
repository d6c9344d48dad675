"""How much a signature is worth: from a click to a certificate of the national root."""

from __future__ import annotations

import enum
from typing import Final


class Level(enum.Enum):
    """The assurance of a signature (`domain.md` §5.1), least first."""

    CLICK = "L0"  #: signed in, and the trail says so
    CONFIRMED = "L1"  #: proved once more to be there: password, code or passkey
    INTERNAL = "L2"  #: certificate of this site's own authority; valid within the institution
    SECURE = "L3"  #: certificate under the national root: a secure signature in law

    def satisfies(self, required: Level) -> bool:
        """Tell whether a signature of this level does where ``required`` is asked.

        >>> Level("L3").satisfies(Level("L2")), Level("L1").satisfies(Level("L2"))
        (True, False)
        """
        return self.value >= required.value

    @property
    def needs_certificate(self) -> bool:
        """Tell whether there is a certificate to it."""
        return self.satisfies(Level.INTERNAL)


LEVELS: Final = tuple(each.value for each in Level)
