"""What is signed of a batch: its root, and the hash of the statement before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Self
from uuid import UUID

from engine.journal.canonical import canonical
from engine.journal.chain import Act, Salts, record
from engine.journal.merkle import root

FIRST: Final = bytes(32)  #: the hash before the first statement


@dataclass(frozen=True, slots=True)
class Statement:
    """What a batch says: that these acts were written by then, after those of the batch before."""

    number: int  #: from 1, without gaps
    at: datetime
    cases: int  #: leaves that are chains
    acts: int  #: leaves that are acts of administrators
    root: bytes
    previous: bytes

    def written(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(
            {
                "acts": self.acts,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "batch": self.number,
                "cases": self.cases,
                "previous": self.previous.hex(),
                "root": self.root.hex(),
            }
        )

    @classmethod
    def read(cls, written: bytes) -> Self:
        """Read what `written` returns.

        Raises:
            ValueError: it is none.
        """
        try:
            said: dict[str, Any] = json.loads(written)
            found = cls(
                said["batch"],
                datetime.fromisoformat(said["at"]),
                said["cases"],
                said["acts"],
                bytes.fromhex(said["root"]),
                bytes.fromhex(said["previous"]),
            )
        except (KeyError, TypeError) as lacking:
            raise ValueError(f"no statement of a batch: {lacking!r}") from None
        if found.written() != written:
            raise ValueError("a statement of a batch that is not canonical")
        return found


def hash_of(statement: bytes) -> bytes:
    """Return what the next statement holds of this one."""
    return sha256(statement).digest()


def chain_leaf(case: UUID, seq: int, head: bytes) -> bytes:
    """Return the leaf that says what a chain had come to."""
    return canonical({"case": str(case), "head": head.hex(), "seq": seq})


def act_leaf(act: Act, salts: Salts) -> bytes:
    """Return the leaf of an act that belongs to no case."""
    return record(act, salts)


def root_of(chains: Sequence[bytes], acts: Sequence[bytes]) -> bytes:
    """Return the root over the leaves of a batch, the chains first."""
    return root([*chains, *acts])
