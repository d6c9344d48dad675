"""What two trees say differently, as a list of changes that makes the second of the first.

Pure: no files, no formats. Who reads a format makes `Part`s of it; `compare` tells two of them
apart, and `applied` proves that nothing was left out.
"""

from engine.changes.applying import applied
from engine.changes.comparing import Comparison, compare
from engine.changes.tree import Added, Change, Changed, Key, Moved, Part, Place, Removed, keyed

__all__ = [
    "Added",
    "Change",
    "Changed",
    "Comparison",
    "Key",
    "Moved",
    "Part",
    "Place",
    "Removed",
    "applied",
    "compare",
    "keyed",
]
