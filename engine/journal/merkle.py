"""Merkle trees (RFC 9162 §2.1): one hash for many, and a short proof that one is among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

#: a leaf and a node never have the same text, else a node could pass for a leaf
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Step:
    """A hash on the way from a leaf to the root, and the side it stands on."""

    hash: bytes
    is_left: bool


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the hash of a tree over these entries, in this order; of none, that of nothing."""
    if not leaves:
        return sha256().digest()
    level = [_leaf(each) for each in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> tuple[Step, ...]:
    """Return what leads from one entry to the root.

    Raises:
        IndexError: there is no such entry.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    steps = []
    level = [_leaf(each) for each in leaves]
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):  # the last of an odd level goes up as it is
            steps.append(Step(level[beside], is_left=beside < index))
        level, index = _above(level), index // 2
    return tuple(steps)


def is_in(leaf: bytes, steps: Sequence[Step], of: bytes) -> bool:
    """Tell whether a path leads from an entry to a root."""
    found = _leaf(leaf)
    for step in steps:
        found = _node(step.hash, found) if step.is_left else _node(found, step.hash)
    return found == of


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]


def _leaf(entry: bytes) -> bytes:
    return sha256(_LEAF + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
