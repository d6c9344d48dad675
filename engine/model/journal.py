"""The journal's own rows: how far each case's chain is sealed, and the batches that seal them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, RowNumber


class JournalChain(Base):
    """The chain of a case: it grows with each batch, from the head it has come to."""

    __tablename__ = "journal_chain"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    sealed: Mapped[int]  #: number of the last act that is in a batch
    head: Mapped[bytes] = mapped_column(LargeBinary)
    #: from which the salts of its acts come; ``None`` since something of the case was erased
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)


class JournalSalt(Base):
    """An act of a case of which something was erased: its salt, or what stays of its texts."""

    __tablename__ = "journal_salt"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)  #: ``None``: the act was erased
    actor: Mapped[str | None]  #: commitment that stays of one that was erased
    facts: Mapped[str | None]  #: likewise


class JournalBatch(Base):
    """What was sealed together: a signed statement about a tree of chains and acts."""

    __tablename__ = "journal_batch"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    cursor: Mapped[str]  #: of the feed, where the next batch goes on
    #: the leaves that are chains: each case's id, of 16 bytes, and the number of its last act, of 4
    cases: Mapped[bytes] = mapped_column(LargeBinary)
    statement: Mapped[bytes] = mapped_column(LargeBinary)  #: canonical JSON: what is signed
    signature: Mapped[bytes] = mapped_column(LargeBinary)  #: Ed25519 (RFC 8032)
    key: Mapped[bytes] = mapped_column(LargeBinary)  #: the public key


class JournalAdmin(Base):
    """An act of an administrator that a batch holds as a leaf of its own."""

    __tablename__ = "journal_admin"

    number: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("admin_event.number"), primary_key=True, autoincrement=False
    )
    batch: Mapped[int] = mapped_column(ForeignKey("journal_batch.number"), index=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)  #: ``None``: the act was erased
    actor: Mapped[str | None]  #: commitment that stays of one that was erased
    facts: Mapped[str | None]  #: likewise
