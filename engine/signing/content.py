"""What is signed when a step is answered: canonical bytes, and the chain of signatures.

The bytes are RFC 8785 (R-SIG-01). Amounts with decimals and whole numbers that not every
reader of JSON holds exactly are texts in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from engine.journal.canonical import LARGEST, canonical

VERSION: Final = 1  #: of what an act says
FIRST: Final = "0" * 64  #: what a first signature stands behind


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document of the case as it stood when somebody signed."""

    id: UUID
    number: int  #: of its version
    sha256: str


@dataclass(frozen=True, slots=True)
class ActToSign:
    """The answer to a step, with all that says of what it is one."""

    case: UUID
    task: UUID
    step: str
    outcome: str | None
    actor: str
    national_code: str | None
    done_for: str | None
    desk: str
    level: str  #: that is required
    answer: Mapping[str, Any]
    seen: str  #: `hash_of_seen`
    previous: str  #: where the chain of the case's signatures stands
    at: datetime
    nonce: str

    def written(self) -> bytes:
        """Return the canonical bytes."""
        said = {
            "docType": "act",
            "version": VERSION,
            "id": str(self.task),
            "caseId": str(self.case),
            "step": self.step,
            "outcome": self.outcome,
            "actor": self.actor,
            "nationalCode": self.national_code,
            "for": self.done_for,
            "desk": self.desk,
            "level": self.level,
            "answer": self.answer,
            "seen": self.seen,
            "prevHash": self.previous,
            "at": self.at.isoformat(),
            "nonce": self.nonce,
        }
        return canonical(plain({key: each for key, each in said.items() if each is not None}))


def hash_of_seen(variables: Mapping[str, Any], documents: Sequence[SeenDocument]) -> str:
    """Return the hash of what a case holds, which is what whoever signs has seen (R-SIG-02)."""
    files = sorted((str(each.id), each.number, each.sha256) for each in documents)
    return sha256(canonical(plain({"values": dict(variables), "documents": files})))


def chained(previous: str, content_hash: str) -> str:
    """Return where a chain stands behind one signature more (R-SIG-06).

    >>> first = "1ef477cc1cd8f120c2d0d3ff1037b73c9ab221735b3201254fc640d7d7710f8a"
    >>> chained(FIRST, first)
    '0eae3444a7dc9a3b210aca75f206e348a4f5fb690d6b9f6e4ef25640f13c0cd7'
    """
    return sha256((previous + content_hash).encode("ascii"))


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def plain(value: object) -> object:
    """Return a value with every number that JSON holds not exactly as text.

    >>> plain({"share": Decimal("0.10"), "most": 2**60, "no": 1})
    {'share': '0.10', 'most': '1152921504606846976', 'no': 1}
    """
    match value:
        case Decimal():
            return format(value, "f")
        case bool() | None | str():
            return value
        case int():
            return value if -LARGEST <= value <= LARGEST else str(value)
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return str(value)
