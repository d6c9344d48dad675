"""The proof of one act: from its record along the chain of its case to a root that was signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.journal import (
    ORIGIN,
    Act,
    Salts,
    Statement,
    Step,
    act_leaf,
    chain_leaf,
    head_of,
    linked,
    path,
    record,
)
from engine.model.journal import JournalBatch
from engine.storage import journal as rows

TOGETHER: Final = 50  #: batches read at once; as a rule the first is it


@dataclass(frozen=True, slots=True)
class ActProof:
    """What proves an act, and those of its case before it and in the same batch."""

    case: UUID
    seq: int
    acts: Sequence[Act]  #: of the case, from the first to the last one in the batch
    salts: Salts
    head: bytes  #: what the chain comes to with them
    steps: Sequence[Step]  #: from the leaf of the case to the root
    batch: int
    statement: bytes
    signature: bytes
    key: bytes

    @property
    def record(self) -> str:
        """The canonical JSON of the act: what was hashed."""
        return record(self.acts[self.seq - 1], self.salts).decode()

    @property
    def sealed_at(self) -> datetime:
        """The moment its batch says it was sealed by."""
        return Statement.read(self.statement).at

    @property
    def root(self) -> bytes:
        """The root that was signed."""
        return Statement.read(self.statement).root

    def as_json(self, *, all_texts: bool = False) -> str:
        """Return what `engine.journal.act_verifier` reads.

        Args:
            all_texts: who acted and what was told of every act, not of this one alone.
        """
        told: Mapping[str, Any] = {
            "case": str(self.case),
            "act": self.seq,
            "acts": [self._told(each, all_texts or each.seq == self.seq) for each in self.acts],
            "path": [[each.hash.hex(), each.is_left] for each in self.steps],
            "statement": self.statement.decode(),
            "signature": self.signature.hex(),
            "key": self.key.hex(),
        }
        return json.dumps(told, ensure_ascii=False, indent=1)

    def _told(self, act: Act, with_texts: bool) -> list[str | None]:
        salt = self.salts.of(act.seq) if with_texts else None
        said = record(act, self.salts).decode()
        return [said, salt.hex(), act.actor, act.facts] if salt else [said, None, None, None]


def proof_of(session: Session, case: UUID, seq: int | None = None) -> ActProof | None:
    """Return the proof of an act of a case; ``None``: no batch holds it, or it was purged.

    Args:
        session: one that sees one moment.
        seq: of the act; ``None``: the last one that is sealed.
    """
    chain = rows.chain_of(session, case)
    if chain is None or not 0 < (seq or chain.sealed) <= chain.sealed:
        return None
    wanted = seq or chain.sealed
    acts = rows.acts_until(session, {case: chain.sealed}).get(case)
    if acts is None:
        return None
    found = _batch(session, case, wanted, acts[wanted - 1].at)
    if found is None:
        return None
    batch, until = found
    salts = rows.salts_of(session, chain)
    leaves = _leaves(session, batch)
    place = list(rows.leaves_read(batch.cases)).index((case, until))
    mine = acts[:until]
    return ActProof(
        case=case,
        seq=wanted,
        acts=mine,
        salts=salts,
        head=head_of(mine, salts),
        steps=path(leaves, place),
        batch=batch.number,
        statement=batch.statement,
        signature=batch.signature,
        key=batch.key,
    )


def _batch(session: Session, case: UUID, seq: int, at: datetime) -> tuple[JournalBatch, int] | None:
    """Return the first batch in which a case's chain is that long, and how long it is there.

    It is not older than the act: where to look from is found by halving.
    """
    last = rows.last_batch(session)
    if last is None:
        return None
    low, high = 1, last.number
    while low < high:
        middle = (low + high) // 2
        if Statement.read(rows.statement(session, middle)).at < at:
            low = middle + 1
        else:
            high = middle
    after = low - 1
    while some := rows.some_batches(session, after, TOGETHER):
        for batch in some:
            for each, until in rows.leaves_read(batch.cases):
                if each == case and until >= seq:
                    return batch, until
        after = some[-1].number
    return None


def _leaves(session: Session, batch: JournalBatch) -> list[bytes]:
    """Make all leaves of a batch anew, from the acts of the cases in it."""
    wanted = dict(rows.leaves_read(batch.cases))
    acts = rows.acts_until(session, wanted)
    chains = rows.chains(session, wanted)
    purged = rows.tombstones(session) if wanted.keys() - acts.keys() else {}
    leaves = []
    for case, seq in wanted.items():
        if case in acts:
            head = head_of(acts[case], rows.salts_of(session, chains[case]))
        else:  # of a case that was purged its hashes are left
            hashes = islice(rows.hashes_of(purged[case]), seq)
            head = reduce(linked, hashes, ORIGIN)
        leaves.append(chain_leaf(case, seq, head))
    return leaves + [act_leaf(act, own) for act, own in rows.admin_acts_of(session, batch.number)]
