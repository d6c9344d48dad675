"""The chain of a case: each act's hash is made of the act and of the hash before it.

What is hashed is the canonical JSON of `Act`, where who acted and what was told of it are
replaced by commitments: HMAC-SHA-256 of the text under a salt of the act's own. Whoever has
the salt proves the text; without it nothing can be guessed from the chain, and a text that
was erased leaves its commitment.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring as _quoted
from typing import Final
from uuid import UUID

ORIGIN: Final = bytes(32)  #: the hash before the first act
#: a leaf and a link never have the same text (RFC 9162 §2.1.1)
_LEAF, _LINK = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it was written, its texts verbatim."""

    case: UUID
    seq: int  #: within the case, without gaps
    at: datetime  #: aware, to the microsecond
    kind: str
    element: str | None
    name: str | None  #: of the element
    task: UUID | None
    actor: str | None
    desk: str | None
    facts: str  #: JSON, as the row holds it


@dataclass(frozen=True, slots=True)
class Salts:
    """The salts of a case's acts, and the commitments of what was erased.

    Attributes:
        secret: of the case, 16 random bytes, from which salts come; ``None`` when something of
            the case was erased, else it could be guessed at.
        kept: the salts of the acts that were not erased then, by number.
        erased: what stays of those that were, by number: their `commitments`.
    """

    secret: bytes | None
    kept: Mapping[int, bytes]
    erased: Mapping[int, tuple[str | None, str]]

    def of(self, seq: int) -> bytes | None:
        """Return the salt of an act; ``None`` when the act was erased."""
        if seq in self.kept:
            return self.kept[seq]
        return None if self.secret is None else hmac.digest(self.secret, b"%d" % seq, "sha256")


def extended(head: bytes, act: Act, salts: Salts) -> bytes:
    """Return the head of a chain after one more act."""
    return linked(head, act_hash(act, salts))


def linked(head: bytes, of_act: bytes) -> bytes:
    """Return the head of a chain after an act of which only the hash is left."""
    return sha256(_LINK + head + of_act).digest()


def act_hash(act: Act, salts: Salts) -> bytes:
    """Return what of an act goes into its chain: all that is left of it once it was purged."""
    return sha256(_LEAF + record(act, salts)).digest()


def head_of(acts: Iterable[Act], salts: Salts, head: bytes = ORIGIN) -> bytes:
    """Return the head of a chain after these acts, in the order of their numbers."""
    for act in acts:
        head = extended(head, act, salts)
    return head


def record(act: Act, salts: Salts) -> bytes:
    """Return what is hashed of an act: a canonical JSON object without what it has not.

    Written member by member, in their order: a million acts are verified at once.
    """
    actor, facts = commitments(act, salts)
    members = [
        f'"actor":"{actor}"' if actor is not None else None,
        f'"at":"{act.at.astimezone(UTC).isoformat(timespec="microseconds")}"',
        f'"case":"{act.case}"',
        f'"desk":{_quoted(act.desk)}' if act.desk is not None else None,
        f'"element":{_quoted(act.element)}' if act.element is not None else None,
        f'"facts":"{facts}"',
        f'"kind":{_quoted(act.kind)}',
        f'"name":{_quoted(act.name)}' if act.name is not None else None,
        f'"seq":{act.seq}',
        f'"task":"{act.task}"' if act.task is not None else None,
    ]
    return f"{{{','.join(filter(None, members))}}}".encode()


def commitments(act: Act, salts: Salts) -> tuple[str | None, str]:
    """Return what stands in the chain for who acted, and for what was told of it.

    Raises:
        KeyError: the act has no salt, and nothing was kept of it when it was erased.
    """
    salt = salts.of(act.seq)
    if salt is None:
        return salts.erased[act.seq]
    actor = None if act.actor is None else commitment(salt, "actor", act.actor)
    return actor, commitment(salt, "facts", act.facts)


def commitment(salt: bytes, member: str, text: str) -> str:
    """Return what stands in the chain for a text: nothing of it without the salt."""
    return hmac.digest(salt, f"{member}\x00{text}".encode(), "sha256").hex()
