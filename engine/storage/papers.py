"""Rows of papers: the register, and what of it a case has."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.document import Document, DocumentVersion
from engine.model.job import UNFINISHED, JobKind, job_table
from engine.model.paper import Paper

#: Crockford's: no letter that is taken for a digit
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12  #: 60 bits: nobody finds a paper by trying


def new_code() -> str:
    """Return a code by which anybody who has the paper finds it, and nobody else."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def of_occasion(session: Session, instance_id: UUID, kind: str, occasion: int) -> Paper | None:
    """Return the paper that an event of a case called for."""
    return session.scalar(
        select(Paper).where(
            Paper.instance_id == instance_id, Paper.kind == kind, Paper.occasion == occasion
        )
    )


def of_case(session: Session, instance_id: UUID) -> Sequence[Paper]:
    """Return the papers of a case, the first first."""
    asked = select(Paper).where(Paper.instance_id == instance_id)
    return session.scalars(asked.order_by(Paper.reserved_at, Paper.id)).all()


def by_code(session: Session, code: str) -> Paper | None:
    """Return the paper of a code, as somebody may have typed it; ``None``: there is none."""
    typed = code.upper().replace("-", "").replace(" ", "")
    for written, meant in (("O", "0"), ("I", "1"), ("L", "1")):
        typed = typed.replace(written, meant)
    return session.scalar(select(Paper).where(Paper.code == typed))


def former(session: Session, paper: Paper) -> Sequence[tuple[Paper, Document]]:
    """Return the papers of the same kind and case that still count, with their documents."""
    asked = (
        select(Paper, Document)
        .join(Document, Document.id == Paper.document_id)
        .where(
            Paper.instance_id == paper.instance_id,
            Paper.kind == paper.kind,
            Paper.occasion < paper.occasion,
            Document.withdrawn_at.is_(None),
        )
        .with_for_update(of=Document)
    )
    return [(each, document) for each, document in session.execute(asked)]


def standing(
    session: Session, instance_id: UUID, kinds: Collection[str]
) -> Sequence[tuple[Paper, DocumentVersion]]:
    """Return the papers of some kinds that count in a case, each as its file stands."""
    asked = (
        select(Paper, DocumentVersion)
        .join(Document, Document.id == Paper.document_id)
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id)
            & (DocumentVersion.number == Document.newest),
        )
        .where(
            Paper.instance_id == instance_id,
            Paper.kind.in_(kinds),
            Document.withdrawn_at.is_(None),
        )
        .order_by(Paper.reserved_at, Paper.id)
    )
    return [(paper, version) for paper, version in session.execute(asked)]


def being_printed(session: Session, instance_id: UUID, kinds: Collection[str]) -> list[UUID]:
    """Return the jobs that have still to print a paper of some kinds."""
    asked = select(job_table.c.id).where(
        job_table.c.instance_id == instance_id,
        job_table.c.kind == JobKind.PAPER.value,
        job_table.c.topic.in_(kinds),
        job_table.c.state.in_([each.value for each in UNFINISHED]),
    )
    return list(session.scalars(asked))
