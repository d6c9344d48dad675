"""Papers of a case: what calls for one, the number it is given, and its place in the file.

A paper is made behind the step that calls for it, by a job of its own, so that nobody waits for
the printing. First its number is drawn and kept; then it is printed with it; then it is filed.
Each part may be done again: the number stays the one that was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import feel
from engine.catalogue.bundle import Bundle
from engine.catalogue.papers import Paper as Declared
from engine.commands.documents import Content
from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.document import Document, DocumentVersion
from engine.model.event import Event, EventKind
from engine.model.instance import Instance
from engine.model.job import Job, JobKind, JobState
from engine.model.paper import Paper
from engine.storage import jobs, papers
from engine.storage.database import UnitOfWork
from engine.storage.numbers import next_number
from engine.values import TEHRAN, JalaliDate
from engine.watch import carried

#: how the trail tells that an element is done
_DONE: Final = frozenset({EventKind.TASK_COMPLETED, EventKind.SERVICE_DONE, EventKind.PASSED})
_SUPERSEDED: Final[Mapping[str, str]] = {
    "fa": "شمارهٔ {number} جای آن را گرفت.",
    "en": "Number {number} takes its place.",
}


def jobs_of_papers(
    bundle: Bundle, instance: Instance, events: Sequence[Event], at: datetime
) -> list[Job]:
    """Return one job for each paper that these events of a case call for."""
    declared = bundle.process(instance.process_id).papers
    return [_job(instance, *each, at) for each in _called_for(declared, instance, events, at)]


def _called_for(
    declared: Mapping[str, Declared], instance: Instance, events: Sequence[Event], at: datetime
) -> Iterator[tuple[Declared, Event]]:
    for paper in declared.values():
        for event in events:
            is_it = event.kind in _DONE and event.element_id in paper.after
            if is_it and _holds(paper.when, instance.variables, at):
                yield paper, event


def _holds(when: str | None, variables: Mapping[str, Any], at: datetime) -> bool:
    if when is None:
        return True
    condition = feel.compile_expression(when[1:].strip())
    return condition.evaluate(variables, now=at.astimezone(TEHRAN)).value is True


def _job(instance: Instance, paper: Declared, event: Event, at: datetime) -> Job:
    key = f"{instance.id}/paper/{paper.id}/{event.seq}"
    facts = {**carried(), "occasion": event.seq}
    element = event.element_id or ""
    return Job(
        new_id(), instance.id, JobKind.PAPER, key, "", element, paper.id, at, at, facts=facts
    )


@retried
def reserve(uow: UnitOfWork, job: Job, paper: Declared, at: datetime) -> UUID:
    """Give a paper its number, or find the one it has; return its id in the register."""
    occasion: int = job.facts["occasion"]
    with uow:
        known = papers.of_occasion(uow.session, job.case_id, paper.id, occasion)
        if known is not None:
            return known.id
        unit = uow.cases.one(job.case_id).unit
        year = JalaliDate.of(at.astimezone(TEHRAN).date()).year
        drawn = Paper(
            id=new_id(),
            instance_id=job.case_id,
            kind=paper.id,
            occasion=occasion,
            series=paper.series,
            unit=unit,
            year=year,
            sequence=next_number(uow.session, f"paper/{paper.series}/{unit}/{year}"),
            code=papers.new_code(),
            retention=paper.retention,
            language=paper.language,
            reserved_at=at,
        )
        uow.session.add(drawn)
        uow.commit()
        return drawn.id


@retried
def file(
    uow: UnitOfWork, job: Job, paper_id: UUID, content: Content, template: str, at: datetime
) -> None:
    """Put a printed paper into its case's file; one of its kind that stood there counts no more.

    The case may have ended meanwhile: what it called for is filed all the same.

    Args:
        template: SHA-256 of what it was printed from.

    Raises:
        LeaseLost: another worker has the job.
    """
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        instance = uow.cases.one(job.case_id)
        paper = uow.session.get_one(Paper, paper_id)
        if paper.document_id is None:
            events = [_withdrawn(instance, *each, paper, at)
                      for each in papers.former(uow.session, paper)]  # fmt: skip
            document = Document(
                id=new_id(), instance_id=instance.id, element_id=job.element_id, newest=1
            )
            uow.session.add(document)
            uow.session.flush()
            events.append(_made(instance, paper, document, content, template, at))
            uow.session.add(_version(document, content, events[-1]))
            paper.document_id, paper.template = document.id, template
            uow.cases.save(instance, events)
        uow.commit()


def _made(
    instance: Instance,
    paper: Paper,
    document: Document,
    content: Content,
    template: str,
    at: datetime,
) -> Event:
    facts = {
        "document": str(document.id),
        "number": 1,
        "name": content.name,
        "sha256": content.sha256,
        "size": content.size,
        "paper": paper.kind,
        "registry": paper.number,
        "code": paper.code,
        "template": template,
    }
    return _told(instance, EventKind.PAPER_MADE, document, facts, at)


def _withdrawn(
    instance: Instance, paper: Paper, document: Document, newer: Paper, at: datetime
) -> Event:
    reason = _SUPERSEDED[newer.language].format(number=newer.number)
    document.withdraw("", reason, at)
    facts = {
        "document": str(document.id),
        "number": document.newest,
        "name": paper.number,
        "reason": reason,
    }
    return _told(instance, EventKind.DOCUMENT_WITHDRAWN, document, facts, at)


def _told(
    instance: Instance, kind: EventKind, document: Document, facts: Mapping[str, Any], at: datetime
) -> Event:
    instance.event_count += 1
    return Event(
        instance.id,
        instance.event_count,
        at,
        kind,
        element_id=document.element_id,
        facts=facts,
    )


def _version(document: Document, content: Content, told: Event) -> DocumentVersion:
    return DocumentVersion(
        document_id=document.id,
        number=1,
        name=content.name,
        kind=content.kind,
        size=content.size,
        sha256=content.sha256,
        added_at=told.at,
        added_by="",  # nobody's hand: the process
        event_seq=told.seq,
        scanned=content.scanned,
    )
