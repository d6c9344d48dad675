"""Two versions of an area told apart: every file of the one against its like in the other."""

from engine.versions.comparing import Versions, compare
from engine.versions.merging import merged
from engine.versions.trees import FILE, ITEM, ITEMS, RAW, plain, tree_of, value_of

__all__ = [
    "FILE",
    "ITEM",
    "ITEMS",
    "RAW",
    "Versions",
    "compare",
    "merged",
    "plain",
    "tree_of",
    "value_of",
]
