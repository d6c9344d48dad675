"""The file of a case: its documents with all their versions, read by one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents import Kind, kind_named
from engine.errors import DocumentNotFound
from engine.model.document import Document, DocumentVersion
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.paper import Paper
from engine.model.person import Actor, Person
from engine.queries.people import names
from engine.queries.scope import visible_cases
from engine.storage.area_contents import kept_from
from engine.storage.bundles import deployed
from engine.storage.documents import Part, desks_and_holders

Names = Mapping[str, str]

_ADDER = Person.__table__.alias()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document."""

    document_id: UUID
    number: int
    name: str
    kind: Kind
    size: int  #: bytes
    sha256: str
    added_at: datetime
    added_by: str
    adder_names: Names | None
    scanned: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """One document of a case, newest version first."""

    id: UUID
    instance_id: UUID
    task_id: UUID | None
    element_id: str | None
    field: str | None
    versions: tuple[Version, ...]
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawer_names: Names | None
    withdrawn_reason: str | None
    number: str | None = None  #: of the register, when its process printed it
    code: str | None = None  #: by which it is verified then

    @property
    def newest(self) -> Version:
        """The version that counts."""
        return self.versions[0]

    @property
    def counts(self) -> bool:
        """Tell whether it was not withdrawn."""
        return self.withdrawn_at is None


def of_case(
    session: Session, instance_id: UUID, actor: Actor, document_id: UUID | None = None
) -> tuple[Filed, ...]:
    """Return the documents of a case the actor was found to be allowed to see, oldest first.

    One of which a version is kept from the actor by the case's area is left out.

    Args:
        document_id: the only one that is asked for.
    """
    hidden = kept_from(session, instance_id, actor)
    asked = (
        select(Document, DocumentVersion, _ADDER.c.name_fa, _ADDER.c.name_en, Paper)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .outerjoin(Paper, Paper.document_id == Document.id)
        .outerjoin(_ADDER, _ADDER.c.username == DocumentVersion.added_by)
        .where(Document.instance_id == instance_id)
        .order_by(Document.id, DocumentVersion.number.desc())
    )
    if document_id is not None:
        asked = asked.where(Document.id == document_id)
    rows = session.execute(asked).all()
    known = names(session, (each[0].withdrawn_by for each in rows))
    gathered: dict[UUID, tuple[Document, Paper | None, list[Version]]] = {}
    for document, version, name_fa, name_en, paper in rows:
        _, _, versions = gathered.setdefault(document.id, (document, paper, []))
        versions.append(_version(version, name_fa, name_en))
    return tuple(
        _filed(document, paper, versions, known)
        for document, paper, versions in gathered.values()
        if hidden.isdisjoint(each.sha256 for each in versions)
    )


def content(
    session: Session, instance_id: UUID, document_id: UUID, number: int, actor: Actor
) -> Version:
    """Return one version of a document, to be read.

    Raises:
        DocumentNotFound: there is none, or the actor may not see its case, or not this of it.
    """
    found = session.execute(
        select(DocumentVersion, _ADDER.c.name_fa, _ADDER.c.name_en)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(instance, instance.c.id == Document.instance_id)
        .outerjoin(_ADDER, _ADDER.c.username == DocumentVersion.added_by)
        .where(
            instance.c.id == instance_id,
            Document.id == document_id,
            DocumentVersion.number == number,
            visible_cases(actor),
        )
    ).first()
    if found is None or found[0].sha256 in kept_from(session, instance_id, actor):
        raise DocumentNotFound(document_id)
    return _version(*found)


def of_one(session: Session, instance_id: UUID, document_id: UUID, actor: Actor) -> Filed:
    """Return one document of a case.

    Raises:
        DocumentNotFound: there is none, or the actor may not see its case.
    """
    asked = select(instance.c.id).where(instance.c.id == instance_id, visible_cases(actor))
    if session.scalar(asked) is not None:
        for each in of_case(session, instance_id, actor, document_id):
            return each
    raise DocumentNotFound(document_id)


def chosen(
    session: Session, task_id: UUID, ids: Sequence[str], actor: Actor
) -> tuple[UUID | None, tuple[Filed, ...]]:
    """Return the case of a step, and those documents of it that have some ids, in their order."""
    asked = (
        select(instance.c.id)
        .join(task, task.c.instance_id == instance.c.id)
        .where(task.c.id == task_id, visible_cases(actor))
    )
    case = session.scalar(asked)
    if case is None or not ids:
        return case, ()
    filed = {str(each.id): each for each in of_case(session, case, actor)}
    return case, tuple(filed[each] for each in ids if each in filed)


def missing(session: Session, instance_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Return those of some ids that are no documents of a case, or count no more."""
    asked = select(Document.id).where(
        Document.id.in_(list(ids)),
        Document.instance_id == instance_id,
        Document.withdrawn_at.is_(None),
    )
    return set(ids) - set(session.scalars(asked))


def may_add(session: Session, instance_id: UUID, actor: Actor) -> bool:
    """Tell whether a case runs and the actor takes part in it; the command asks again."""
    found = session.execute(
        select(
            instance.c.state,
            instance.c.started_by,
            instance.c.party,
            instance.c.process_id,
            instance.c.definition_id,
            instance.c.variables,
        ).where(instance.c.id == instance_id)
    ).one()
    if found.state != InstanceState.RUNNING.value:
        return False
    config = deployed(session, found.definition_id).bundle.process(found.process_id)
    steps = desks_and_holders(session, instance_id)
    amount = config.amount_of(found.variables or {})
    return Part(found.process_id, amount, found.started_by, found.party, steps).is_of(actor)


def is_held(session: Session, task_id: UUID, actor: Actor) -> bool:
    """Tell whether a step is the actor's now, so that documents are handed in with it."""
    return session.scalar(select(task.c.holder).where(task.c.id == task_id)) == actor.username


def all_hashes(session: Session) -> tuple[str, ...]:
    """Return every content that rows name, to be looked at one by one."""
    asked = select(DocumentVersion.sha256).distinct().order_by(DocumentVersion.sha256)
    return tuple(session.scalars(asked))


def _version(row: DocumentVersion, name_fa: str | None, name_en: str | None) -> Version:
    return Version(
        document_id=row.document_id,
        number=row.number,
        name=row.name,
        kind=kind_named(row.kind),
        size=row.size,
        sha256=row.sha256,
        added_at=row.added_at,
        added_by=row.added_by,
        adder_names={"fa": name_fa, "en": name_en} if name_fa and name_en else None,
        scanned=row.scanned,
    )


def _filed(
    row: Document, paper: Paper | None, versions: list[Version], known: Mapping[str, Names]
) -> Filed:
    return Filed(
        id=row.id,
        instance_id=row.instance_id,
        task_id=row.task_id,
        element_id=row.element_id,
        field=row.field,
        versions=tuple(versions),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawer_names=known.get(row.withdrawn_by or ""),
        withdrawn_reason=row.withdrawn_reason,
        number=paper.number if paper else None,
        code=paper.code if paper else None,
    )
