"""Whether history is as it was sealed: every act, every batch, and what was anchored outside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from engine.journal import (
    FIRST,
    ORIGIN,
    Act,
    Salts,
    Statement,
    act_leaf,
    chain_leaf,
    extended,
    hash_of,
    linked,
    record,
    root_of,
)
from engine.model.journal import JournalBatch, JournalChain
from engine.storage import journal as rows

#: a leaf that cannot be made any more: no root holds it
GONE: Final = b""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed."""

    code: str
    place: str  #: which batch, case or act
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{self.code} {self.place}{': ' + told if told else ''}"


@dataclass(slots=True)
class Proof:
    """What was found by looking at everything."""

    batches: int = 0
    acts: int = 0
    unsealed: int = 0  #: acts that are in no batch yet
    purged: int = 0  #: cases of which only hashes are left, by right
    faults: list[Fault] = field(default_factory=list)


def verify(
    session: Session,
    anchored: Iterable[bytes] = (),
    keys: frozenset[bytes] = frozenset(),
) -> Proof:
    """Compare all acts, chains and batches with each other and with what was anchored.

    Whoever may write everything can write it all anew; that is found by the anchor alone.

    Args:
        anchored: statements of batches kept outside, in any order.
        keys: public keys that are trusted; none given: those in the batches.
    """
    proof = Proof()
    statements = _statements(session, proof, keys)
    _hold_to_anchor(proof, statements, anchored)
    leaves = _wanted(session, proof, statements)
    _walk_cases(session, proof, leaves)
    acts = _acts_of_administrators(session, proof)
    for number, statement in statements.items():
        chains = leaves.made(number)
        if (len(chains), len(acts[number])) != (statement.cases, statement.acts):
            found = {"cases": str(len(chains)), "acts": str(len(acts[number]))}
            proof.faults.append(Fault("JRN-003", f"batch {number}", found))
        elif root_of(chains, acts[number]) != statement.root:
            proof.faults.append(Fault("JRN-004", f"batch {number}"))
    return proof


def _statements(session: Session, proof: Proof, keys: frozenset[bytes]) -> dict[int, Statement]:
    """Read the batches; each has to be signed, numbered and chained to the one before."""
    found: dict[int, Statement] = {}
    previous = FIRST
    for batch in rows.batches(session):
        proof.batches += 1
        try:
            statement = Statement.read(batch.statement)
        except ValueError:
            proof.faults.append(Fault("JRN-001", f"batch {batch.number}"))
            continue
        if not _is_signed(batch, keys):
            proof.faults.append(Fault("JRN-002", f"batch {batch.number}"))
        if statement.number != batch.number or statement.previous != previous:
            proof.faults.append(Fault("JRN-001", f"batch {batch.number}"))
        if batch.number != len(found) + 1:
            proof.faults.append(Fault("JRN-001", f"batch {len(found) + 1}"))
        found[batch.number] = statement
        previous = hash_of(batch.statement)
    return found


def _is_signed(batch: JournalBatch, keys: frozenset[bytes]) -> bool:
    if keys and batch.key not in keys:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(batch.key).verify(batch.signature, batch.statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _hold_to_anchor(
    proof: Proof, statements: Mapping[int, Statement], anchored: Iterable[bytes]
) -> None:
    for each in anchored:
        try:
            outside = Statement.read(each)
        except ValueError:
            proof.faults.append(
                Fault("JRN-005", "anchor", {"line": each[:60].decode(errors="replace")})
            )
            continue
        if statements.get(outside.number) != outside:
            proof.faults.append(Fault("JRN-005", f"batch {outside.number}"))


class _Leaves:
    """The leaves of all batches, made as the chains they are of are walked."""

    def __init__(self) -> None:
        self.places: dict[UUID, list[tuple[int, int, int]]] = defaultdict(list)
        self._made: dict[int, list[bytes]] = {}

    def want(self, batch: int, leaves: Iterable[tuple[UUID, int]]) -> None:
        """Say which leaves a batch has."""
        count = 0
        for place, (case, seq) in enumerate(leaves):
            self.places[case].append((seq, batch, place))
            count += 1
        self._made[batch] = [GONE] * count

    def make(self, batch: int, place: int, leaf: bytes) -> None:
        """Put a leaf where it is wanted."""
        self._made[batch][place] = leaf

    def made(self, batch: int) -> list[bytes]:
        """Return the leaves of a batch."""
        return self._made.get(batch, [])


def _wanted(session: Session, proof: Proof, statements: Mapping[int, Statement]) -> _Leaves:
    leaves = _Leaves()
    for batch in rows.batches(session):
        if batch.number not in statements:
            continue
        if len(batch.cases) % rows.LEAF:
            proof.faults.append(Fault("JRN-003", f"batch {batch.number}"))
        else:
            leaves.want(batch.number, rows.leaves_read(batch.cases))
    return leaves


def _walk_cases(session: Session, proof: Proof, leaves: _Leaves) -> None:
    """Make every chain anew from the acts, and the leaves on the way."""
    kept = {each.instance_id: each for each in rows.all_chains(session)}
    for case, acts in rows.all_acts(session):
        proof.acts += len(acts)
        chain = kept.pop(case, None)
        if chain is None:
            if case in leaves.places:
                proof.faults.append(Fault("JRN-006", f"case {case}"))
            else:
                proof.unsealed += len(acts)
            continue
        proof.unsealed += sum(each.seq > chain.sealed for each in acts)
        _walk(proof, leaves, chain, acts, rows.salts_of(session, chain))
    _walk_purged(session, proof, leaves, kept)


def _walk_purged(
    session: Session, proof: Proof, leaves: _Leaves, chains: Mapping[UUID, JournalChain]
) -> None:
    """Make the chains of which no act is left from the hashes that were kept of them.

    That they were kept is no leave to delete: an act of an administrator says that the case was
    purged, and by what right.
    """
    stones = rows.tombstones(session) if chains else {}
    by_right = rows.purged_by_act(session) if stones else frozenset()
    for case, chain in chains.items():
        place = f"case {case}"
        if case not in stones or case not in by_right:
            proof.faults.append(Fault("JRN-006", place))
            continue
        proof.purged += 1
        head, wanted = ORIGIN, {seq: (batch, at) for seq, batch, at in leaves.places[case]}
        for seq, each in enumerate(rows.hashes_of(stones[case]), 1):
            head = linked(head, each)
            if seq in wanted:
                leaves.make(*wanted[seq], chain_leaf(case, seq, head))
        if head != chain.head:
            proof.faults.append(Fault("JRN-009", place))


def _walk(
    proof: Proof, leaves: _Leaves, chain: JournalChain, acts: list[Act], salts: Salts
) -> None:
    head = ORIGIN
    wanted = {seq: (batch, place) for seq, batch, place in leaves.places[chain.instance_id]}
    case = f"case {chain.instance_id}"
    for number, act in enumerate(acts, 1):
        if act.seq > chain.sealed:
            break
        if act.seq != number:
            proof.faults.append(Fault("JRN-007", case, {"act": str(number)}))
            return
        try:
            head = extended(head, act, salts)
        except KeyError:
            proof.faults.append(Fault("JRN-008", case, {"act": str(number)}))
            return
        if act.seq in wanted:
            leaves.make(*wanted[act.seq], chain_leaf(chain.instance_id, act.seq, head))
    if head != chain.head:
        proof.faults.append(Fault("JRN-009", case))


def _acts_of_administrators(session: Session, proof: Proof) -> Mapping[int, list[bytes]]:
    leaves: dict[int, list[bytes]] = defaultdict(list)
    for batch, act, salts in rows.sealed_admin_acts(session):
        proof.acts += 1
        leaves[batch].append(GONE if act is None else act_leaf(act, salts))
    return leaves


def exported(session: Session, *, with_texts: bool) -> Iterator[str]:
    """Return the sealed journal line by line, for the verifier that needs nothing of Divan.

    Args:
        with_texts: who acted and what was told too, with the salts that prove them.
    """
    kept = {each.instance_id: each for each in rows.all_chains(session)}
    for case, acts in rows.all_acts(session):
        if case in kept:
            chain = kept[case]
            salts = rows.salts_of(session, chain)
            sealed = (each for each in acts if each.seq <= chain.sealed)
            yield _line("case", str(case), [_told(each, salts, with_texts) for each in sealed])
    acts_of: dict[int, list[str]] = defaultdict(list)
    for case, hashes in rows.tombstones(session).items():
        if case in kept:
            yield _line("purged", str(case), [each.hex() for each in rows.hashes_of(hashes)])
    for number, act, own in rows.sealed_admin_acts(session):
        if act is not None:
            acts_of[number].append(act_leaf(act, own).decode())
    for batch in rows.batches(session):
        yield _line(
            "batch",
            batch.statement.decode(),
            batch.signature.hex(),
            batch.key.hex(),
            [[str(case), seq] for case, seq in rows.leaves_read(batch.cases)],
            acts_of[batch.number],
        )


def _told(act: Act, salts: Salts, with_texts: bool) -> list[str | None]:
    salt = salts.of(act.seq) if with_texts else None
    if salt is None:
        return [record(act, salts).decode(), None, None, None]
    return [record(act, salts).decode(), salt.hex(), act.actor, act.facts]


def _line(*parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
