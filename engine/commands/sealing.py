"""Seals what was done since the last batch: chains grow, a batch is signed and anchored outside.

A worker does so once a minute for all. What is sealed is read and hashed before anything is
written, so that nobody waits for it; of two that seal at once the batch's number lets one.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.commands.retried import retried
from engine.journal import (
    FIRST,
    ORIGIN,
    Act,
    Salts,
    Statement,
    act_leaf,
    chain_leaf,
    hash_of,
    head_of,
    root_of,
)
from engine.model.journal import JournalAdmin, JournalBatch, JournalChain, JournalSalt
from engine.storage import feed, workers
from engine.storage import journal as rows
from engine.storage.database import Database, Session, UnitOfWork


@dataclass(frozen=True, slots=True)
class Seal:
    """What a site seals its journal with."""

    key: Ed25519PrivateKey
    anchor: (
        Path  #: file to which signed statements are added, best where nobody here can write anew
    )


ROUND: Final = "journal"
EVERY: Final = timedelta(minutes=1)
PORTION: Final = 1_000  #: acts in one batch
SALT: Final = 16  #: bytes of a secret or a salt
LONGEST: Final = 4_096  #: bytes of a line of an anchor


@dataclass(frozen=True, slots=True)
class Drawn:
    """A batch as it will be written."""

    batch: JournalBatch
    chains: Mapping[UUID, tuple[JournalChain, int]]  #: each with how far it was sealed before
    admin: list[JournalAdmin]
    salts: list[JournalSalt] = field(default_factory=list)
    acts: int = 0
    is_full: bool = False  #: more may wait


def signing_key(key: bytes) -> Ed25519PrivateKey:
    """Return what batches are signed with, derived from a site's key for this use only."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"divan journal")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(key))


def is_due(database: Database, at: datetime) -> bool:
    """Tell whether nobody has sealed for a while."""
    with database.reader() as session:
        return workers.is_round_due(session, ROUND, at, EVERY)


def seal(database: Database, key: Ed25519PrivateKey, at: datetime) -> int:
    """Seal what was added since the last batch, unless another worker just did.

    Returns:
        how many acts were sealed.
    """
    if not _take_round(database.unit_of_work(), at):
        return 0
    sealed, is_full = 0, True
    while is_full:
        with database.reader() as session:
            drawn = _drawn(session, key, at)
        if drawn is None or not _keep(database.unit_of_work(), drawn):
            break
        sealed, is_full = sealed + drawn.acts, drawn.is_full
    return sealed


@retried
def _take_round(uow: UnitOfWork, at: datetime) -> bool:
    with uow:
        taken = workers.take_round(uow.session, ROUND, at, EVERY) is not None
        uow.commit()
        return taken


def _drawn(session: Session, key: Ed25519PrivateKey, at: datetime) -> Drawn | None:
    """Return the next batch; ``None`` when nothing was done."""
    last = rows.last_batch(session)
    cursor = feed.START if last is None else feed.Cursor.read(last.cursor)
    grown, behind, count = feed.grown(session, cursor, PORTION)
    chains, salts, leaves = _extended(session, grown)
    admin_acts = rows.unsealed_admin_acts(session, PORTION)
    if not leaves and not admin_acts:
        return None
    number = 1 if last is None else last.number + 1
    own = {each.seq: _salt() for each in admin_acts}
    admin = [JournalAdmin(number=seq, batch=number, salt=salt) for seq, salt in own.items()]
    statement = Statement(
        number=number,
        at=at,
        cases=len(leaves),
        acts=len(admin),
        root=root_of(
            [chain_leaf(case, seq, chains[case][0].head) for case, seq in leaves],
            [act_leaf(act, Salts(None, own, {})) for act in admin_acts],
        ),
        previous=FIRST if last is None else hash_of(last.statement),
    ).written()
    batch = JournalBatch(
        number=number,
        cursor=str(behind),
        cases=rows.leaves_written(leaves),
        statement=statement,
        signature=key.sign(statement),
        key=key.public_key().public_bytes_raw(),
    )
    is_full = count == PORTION or len(admin) == PORTION
    return Drawn(batch, chains, admin, salts, count + len(admin), is_full)


def _extended(
    session: Session, grown: Mapping[UUID, int]
) -> tuple[dict[UUID, tuple[JournalChain, int]], list[JournalSalt], list[tuple[UUID, int]]]:
    """Return the chains of cases that have grown, salts to be kept, and the leaves, in order."""
    known = rows.chains(session, grown)
    chains: dict[UUID, tuple[JournalChain, int]] = {}
    salts: list[JournalSalt] = []
    for case, acts in rows.unsealed(session, grown):
        chain = known.get(case) or JournalChain(
            instance_id=case, sealed=0, head=ORIGIN, secret=_salt()
        )
        before = chain.sealed
        new = [each for each in acts if each.seq <= grown[case]]
        if not new:
            continue
        given, kept = _salts_for(chain, new)
        chain.head, chain.sealed = head_of(new, given, chain.head), new[-1].seq
        chains[case] = chain, before
        salts += kept
    leaves = sorted(((case, chain.sealed) for case, (chain, _) in chains.items()))
    return chains, salts, leaves


def _salts_for(chain: JournalChain, acts: list[Act]) -> tuple[Salts, list[JournalSalt]]:
    """Return the salts of new acts; those of a case without a secret are rows of their own."""
    if chain.secret is not None:
        return Salts(chain.secret, {}, {}), []
    kept = {each.seq: _salt() for each in acts}
    case = chain.instance_id
    new = [JournalSalt(instance_id=case, seq=seq, salt=salt) for seq, salt in kept.items()]
    return Salts(None, kept, {}), new


def _salt() -> bytes:
    return secrets.token_bytes(SALT)


@retried
def _keep(uow: UnitOfWork, drawn: Drawn) -> bool:
    """Write a batch, unless another worker wrote one meanwhile."""
    with uow:
        if not rows.keep(uow.session, drawn.batch, drawn.chains, [*drawn.admin, *drawn.salts]):
            return False
        uow.commit()
        return True


def anchor(database: Database, file: Path) -> int:
    """Add the statements of batches to a file outside that has not got them yet; return how many.

    A line each: the statement as it was signed, the signature, and the public key.

    Raises:
        OSError: the file cannot be written; what is missing comes with the next batch.
        ValueError: its last line is no statement.
    """
    lines = 0
    with database.reader() as session, _to_be_added_to(file) as kept:
        held = _last_line(kept)
        after = Statement.read(anchored(held)).number if held else 0
        while some := rows.some_batches(session, after, PORTION):
            for each in some:
                line = {
                    "statement": each.statement.decode(),
                    "signature": each.signature.hex(),
                    "key": each.key.hex(),
                }
                kept.write(json.dumps(line).encode() + b"\n")
                after, lines = each.number, lines + 1
        kept.flush()
        os.fsync(kept.fileno())
    return lines


def anchored(line: bytes) -> bytes:
    """Return the statement that a line of an anchor holds.

    Raises:
        ValueError: it holds none.
    """
    try:
        statement: str = json.loads(line)["statement"]
        return statement.encode()
    except (KeyError, TypeError, AttributeError):
        raise ValueError("a line of the anchor holds no statement") from None


def _to_be_added_to(file: Path) -> BinaryIO:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("a+b")


def _last_line(file: BinaryIO) -> bytes:
    """Return the last whole line; one that was cut off by a crash is removed."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST))
    end = file.read()
    whole = end[: end.rfind(b"\n") + 1]
    if len(whole) < len(end):
        file.truncate(size - len(end) + len(whole))
        file.seek(0, os.SEEK_END)
    return whole.splitlines()[-1] if whole else b""
