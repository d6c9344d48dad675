"""Reads what the journal seals and proves, and keeps what it sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from struct import Struct
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, Text, delete, func, select, type_coerce, update
from sqlalchemy.orm import Session

from engine.journal import Act, Salts, act_hash, commitments
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.base import Base
from engine.model.event import event_table as event
from engine.model.journal import JournalAdmin, JournalBatch, JournalChain, JournalSalt
from engine.model.retention import Tombstone

#: a transaction that drew its number so many acts ago has long been committed
LATE: Final = 10_000
_LEAF: Final = Struct(">16sI")
LEAF: Final = _LEAF.size  #: bytes of a leaf that is a chain
_ACT: Final = (
    event.c.instance_id,
    event.c.seq,
    event.c.at,
    event.c.kind,
    event.c.element_id,
    event.c.name,
    event.c.task_id,
    event.c.actor,
    event.c.desk,
    type_coerce(event.c.facts, Text),  # as it stands: it is hashed, not read
)
_ADMIN_ACT: Final = (
    AdminEvent.number,
    AdminEvent.at,
    AdminEvent.kind,
    AdminEvent.actor,
    AdminEvent.person,
    AdminEvent.unit,
    AdminEvent.case_id,
    type_coerce(AdminEvent.facts, Text).label("told"),
)
HASH: Final = 32  #: bytes of a SHA-256
#: the case of acts that belong to none
NO_CASE: Final = UUID(int=0)


def last_batch(session: Session) -> JournalBatch | None:
    """Return the newest batch."""
    return session.scalars(
        select(JournalBatch).order_by(JournalBatch.number.desc()).limit(1)
    ).one_or_none()


def batches(session: Session) -> Iterator[JournalBatch]:
    """Return every batch, in order; for a session that sees one moment."""
    asked = select(JournalBatch).order_by(JournalBatch.number)
    return iter(session.scalars(asked.execution_options(yield_per=1_000)))


def some_batches(session: Session, after: int, limit: int) -> Sequence[JournalBatch]:
    """Return the next batches behind a number."""
    asked = select(JournalBatch).where(JournalBatch.number > after).order_by(JournalBatch.number)
    return session.scalars(asked.limit(limit)).all()


def statement(session: Session, number: int) -> bytes:
    """Return what was signed of a batch."""
    return session.execute(
        select(JournalBatch.statement).where(JournalBatch.number == number)
    ).scalar_one()


def chain_of(session: Session, case: UUID) -> JournalChain | None:
    """Return the chain of a case; ``None``: nothing of it is sealed."""
    return session.get(JournalChain, case)


def acts_until(session: Session, cases: Mapping[UUID, int]) -> dict[UUID, list[Act]]:
    """Return the acts of cases, of each up to a number, in their order."""
    asked = (
        select(*_ACT)
        .where(event.c.instance_id.in_(list(cases)))
        .order_by(event.c.instance_id, event.c.seq)
    )
    return {
        case: [each for each in acts if each.seq <= cases[case]]
        for case, acts in _by_case(session.execute(asked))
    }


def admin_acts_of(session: Session, batch: int) -> list[tuple[Act, Salts]]:
    """Return the acts of administrators that a batch holds, with their salts, in its order."""
    held = (JournalAdmin.salt, JournalAdmin.actor, JournalAdmin.facts)
    asked = (
        select(*held, *_ADMIN_ACT)
        .join(AdminEvent, AdminEvent.number == JournalAdmin.number)
        .where(JournalAdmin.batch == batch)
        .order_by(JournalAdmin.number)
    )
    return [
        (_admin_act(row), _salt_of_admin(row[0], salt, actor, facts))
        for salt, actor, facts, *row in session.execute(asked)
    ]


def chains(session: Session, cases: Collection[UUID]) -> dict[UUID, JournalChain]:
    """Return the chains of these cases that have begun; what is changed of them is not saved."""
    found = session.scalars(select(JournalChain).where(JournalChain.instance_id.in_(cases))).all()
    for each in found:
        session.expunge(each)
    return {each.instance_id: each for each in found}


def unsealed(session: Session, cases: Collection[UUID]) -> Iterator[tuple[UUID, list[Act]]]:
    """Return the acts of these cases that are in no batch yet, case by case in their order."""
    asked = (
        select(*_ACT)
        .outerjoin(JournalChain, JournalChain.instance_id == event.c.instance_id)
        .where(
            event.c.instance_id.in_(cases),
            (event.c.seq > JournalChain.sealed) | JournalChain.sealed.is_(None),
        )
        .order_by(event.c.instance_id, event.c.seq)
    )
    return _by_case(session.execute(asked))


def all_chains(session: Session) -> Iterator[JournalChain]:
    """Return every chain, in the order of their cases."""
    asked = select(JournalChain).order_by(JournalChain.instance_id)
    return iter(session.scalars(asked.execution_options(yield_per=1_000)))


def all_acts(session: Session) -> Iterator[tuple[UUID, list[Act]]]:
    """Return every act of every case, case by case in their order."""
    asked = select(*_ACT).order_by(event.c.instance_id, event.c.seq)
    return _by_case(session.execute(asked.execution_options(yield_per=5_000)))


def _by_case(rows: Iterable[Any]) -> Iterator[tuple[UUID, list[Act]]]:
    acts = (Act(*row) for row in rows)
    return ((case, list(those)) for case, those in groupby(acts, key=attrgetter("case")))


def salts_of(session: Session, chain: JournalChain) -> Salts:
    """Return what the texts of a case's acts are committed to with."""
    if chain.secret is not None:
        return Salts(chain.secret, {}, {})
    rows = session.scalars(select(JournalSalt).where(JournalSalt.instance_id == chain.instance_id))
    kept: dict[int, bytes] = {}
    erased: dict[int, tuple[str | None, str]] = {}
    for each in rows:
        if each.salt is not None:
            kept[each.seq] = each.salt
        else:
            erased[each.seq] = (each.actor, each.facts or "")
    return Salts(None, kept, erased)


def unsealed_admin_acts(session: Session, limit: int) -> list[Act]:
    """Return acts of administrators that are in no batch yet."""
    newest = select(JournalAdmin.number).order_by(JournalAdmin.number.desc()).limit(1)
    last = session.scalar(newest) or 0
    held = select(JournalAdmin.number).where(JournalAdmin.number == AdminEvent.number)
    asked = (
        select(*_ADMIN_ACT)
        .where(AdminEvent.number > last - LATE, ~held.exists())
        .order_by(AdminEvent.number)
        .limit(limit)
    )
    return [_admin_act(row) for row in session.execute(asked)]


def sealed_admin_acts(session: Session) -> Iterator[tuple[int, Act | None, Salts]]:
    """Return what batches hold of administrators: batch, act (``None``: it is gone), and salt."""
    held = (JournalAdmin.batch, JournalAdmin.salt, JournalAdmin.actor, JournalAdmin.facts)
    asked = (
        select(*held, *_ADMIN_ACT)
        .outerjoin(AdminEvent, AdminEvent.number == JournalAdmin.number)
        .order_by(JournalAdmin.batch, JournalAdmin.number)
    )
    for batch, salt, actor, facts, *row in session.execute(
        asked.execution_options(yield_per=5_000)
    ):
        if row[0] is None:
            yield batch, None, Salts(None, {}, {})
        else:
            yield batch, _admin_act(row), _salt_of_admin(row[0], salt, actor, facts)


def _salt_of_admin(number: int, salt: bytes | None, actor: str | None, facts: str | None) -> Salts:
    if salt is None:
        return Salts(None, {}, {number: (actor, facts or "")})
    return Salts(None, {number: salt}, {})


def _admin_act(row: Sequence[Any]) -> Act:
    """Return an act of an administrator: whom it concerns is as personal as what is told."""
    number, at, kind, actor, person, unit, case, facts = row
    told = f"{person or ''}\n{case or ''}\n{facts}"
    return Act(NO_CASE, number, at, kind, None, None, None, actor, unit, told)


def leaves_written(leaves: Iterable[tuple[UUID, int]]) -> bytes:
    """Return the leaves of a batch that are chains as a row holds them."""
    return b"".join(_LEAF.pack(case.bytes, seq) for case, seq in leaves)


def leaves_read(written: bytes) -> Iterator[tuple[UUID, int]]:
    """Read what `leaves_written` wrote.

    Raises:
        struct.error: it was cut off.
    """
    return ((UUID(bytes=case), seq) for case, seq in _LEAF.iter_unpack(written))


def keep(
    session: Session,
    batch: JournalBatch,
    chains: Mapping[UUID, tuple[JournalChain, int]],
    others: Iterable[Base],
) -> bool:
    """Write a batch and the chains that have grown; tell whether no other was written first.

    Args:
        chains: by case, each with how far it was sealed when it was read.
        others: rows that come with them.
    """
    if session.get(JournalBatch, batch.number, with_for_update=True) is not None:
        return False
    session.add(batch)
    session.flush()
    for case, (chain, before) in chains.items():
        values = {"sealed": chain.sealed, "head": chain.head}
        if before == 0:
            session.add(JournalChain(instance_id=case, secret=chain.secret, **values))
        else:
            moved = session.execute(
                update(JournalChain)
                .where(JournalChain.instance_id == case, JournalChain.sealed == before)
                .values(values)
            )
            assert isinstance(moved, CursorResult)
            assert moved.rowcount == 1, case  # who seals has taken the batch's number
    session.add_all(others)
    session.flush()
    return True


def erase(session: Session, case: UUID, numbers: Collection[int], acts: Sequence[Act]) -> None:
    """Keep of these acts of a case only their commitments; call it before their texts go.

    The case's secret goes, since the texts could be guessed at with it; the salts of the other
    acts are kept instead.

    Args:
        acts: all of the case, as they stand.
    """
    chain = session.get(JournalChain, case)
    if chain is None:  # nothing of it is in a batch: nothing holds it to what it said
        return
    salts = salts_of(session, chain)
    session.execute(delete(JournalSalt).where(JournalSalt.instance_id == case))
    for act in acts:
        if act.seq > chain.sealed:  # it gets a salt of its own when it is sealed
            continue
        gone = act.seq in numbers or act.seq in salts.erased
        actor, facts = commitments(act, salts) if gone else (None, None)
        salt = None if gone else salts.of(act.seq)
        session.add(JournalSalt(instance_id=case, seq=act.seq, salt=salt, actor=actor, facts=facts))
    chain.secret = None


def erase_admin_acts(session: Session, numbers: Collection[int]) -> None:
    """Keep of these acts of administrators only their commitments; call it before texts go."""
    asked = (
        select(JournalAdmin, *_ADMIN_ACT)
        .join(AdminEvent, AdminEvent.number == JournalAdmin.number)
        .where(JournalAdmin.number.in_(numbers), JournalAdmin.salt.is_not(None))
    )
    for held, *row in session.execute(asked).all():
        salts = _salt_of_admin(held.number, held.salt, None, None)
        held.actor, held.facts = commitments(_admin_act(row), salts)
        held.salt = None
    session.flush()


def acts_of_case(session: Session, case: UUID) -> list[Act]:
    """Return all acts of a case, in their order."""
    asked = select(*_ACT).where(event.c.instance_id == case).order_by(event.c.seq)
    return [Act(*row) for row in session.execute(asked)]


def purge(session: Session, case: UUID) -> bytes:
    """Return the hashes of a case's sealed acts, which prove its chain when the acts are gone.

    Call it before they go. What it committed to can be proved no more: the salts go at once.
    """
    chain = session.get(JournalChain, case)
    if chain is None:
        return b""
    salts = salts_of(session, chain)
    acts = [each for each in acts_of_case(session, case) if each.seq <= chain.sealed]
    hashes = b"".join(act_hash(each, salts) for each in acts)
    session.execute(delete(JournalSalt).where(JournalSalt.instance_id == case))
    chain.secret = None
    return hashes


def is_sealed(session: Session, case: UUID, number: int) -> bool:
    """Tell whether whoever seals has no business with a case any more, or never had.

    Args:
        number: of the last act of the case.
    """
    chain = session.get(JournalChain, case)
    if chain is not None and chain.sealed < number:
        return False
    newest = session.scalar(select(JournalAdmin.number).order_by(JournalAdmin.number.desc()))
    if newest is None:
        return True
    held = select(JournalAdmin.number).where(JournalAdmin.number == AdminEvent.number)
    unsealed = select(AdminEvent.number).where(
        AdminEvent.case_id == case, AdminEvent.number > newest - LATE, ~held.exists()
    )
    return session.scalar(unsealed.limit(1)) is None


def tombstones(session: Session) -> dict[UUID, bytes]:
    """Return what proves the chains of purged cases, by case."""
    stones = session.scalars(select(Tombstone))
    return {each.instance_id: each.acts for each in stones}


def are_sealed(session: Session, numbers: Collection[int]) -> bool:
    """Tell whether whoever seals has no business with acts of administrators any more."""
    newest = session.scalar(select(func.max(JournalAdmin.number)))
    if newest is None:
        return True
    held = select(JournalAdmin.number).where(JournalAdmin.number.in_(numbers))
    return {each for each in numbers if each > newest - LATE} <= set(session.scalars(held))


def hashes_of(acts: bytes) -> Iterator[bytes]:
    """Return the hashes that a tombstone holds, in the order of the acts."""
    return (acts[at : at + HASH] for at in range(0, len(acts), HASH))


def purged_by_act(session: Session) -> frozenset[UUID]:
    """Return the cases of which an act says that they were purged."""
    kind = AdminEventKind.CASE_PURGED.value
    found = session.scalars(select(AdminEvent.case_id).where(AdminEvent.kind == kind))
    return frozenset(each for each in found if each is not None)
