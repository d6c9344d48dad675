"""Marks that keep codes whole where no markup can."""

from __future__ import annotations

import re
from typing import Final

#: A run that begins with a digit and has letters: its parts change places in Persian.
_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[-/._:0-9]*[A-Za-z])[0-9][A-Za-z0-9]*(?:[-/._:][A-Za-z0-9]+)+"
)
_LRM: Final = "\u200e"


def with_marks(text: str) -> str:
    """Return plain text in which a code that begins with a digit keeps its order in Persian.

    A left-to-right mark before it does where no markup can: letters, and their subjects.
    """
    return _CODE.sub(f"{_LRM}\\g<0>", text)
