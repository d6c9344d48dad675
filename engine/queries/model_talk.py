"""What analysts said about diagrams, as threads, and whom one may name there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.model.model_comment import ModelComment
from engine.model.person import Actor
from engine.model.talk import mentioned
from engine.queries.people import names
from engine.queries.studio import must_read
from engine.queries.talk import OFFERED, Offered
from engine.storage import model_comments as rows
from engine.storage.area_drafts import open_draft
from engine.values import fold


@dataclass(frozen=True, slots=True)
class Thread:
    """What begins a thread, and the answers to it in order."""

    head: ModelComment
    answers: tuple[ModelComment, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for something."""
        return self.head.settled_at is None and not self.is_empty

    @property
    def is_empty(self) -> bool:
        """Tell whether all of it was withdrawn."""
        return all(each.withdrawn_at is not None for each in (self.head, *self.answers))


@dataclass(frozen=True, slots=True)
class Talk:
    """The threads of one diagram or of an area: the open ones first, each kind in order."""

    threads: tuple[Thread, ...]
    names: Mapping[str, Mapping[str, str]]  #: of who wrote, settled or was named


def talk(session: Session, draft_id: UUID, actor: Actor, file: str | None = None) -> Talk:
    """Return what was said about a diagram of a draft's area, in this draft or another.

    Args:
        file: ``None``: about all of them.

    Raises:
        DraftNotFound: there is no such draft.
        NotAnAnalyst: …
    """
    must_read(actor)
    found = rows.of_file(session, open_draft(session, draft_id).area, file)
    answers: dict[UUID, list[ModelComment]] = {}
    for each in found:
        if each.thread_id is not None:
            answers.setdefault(each.thread_id, []).append(each)
    heads = (each for each in found if each.thread_id is None)
    threads = [Thread(each, tuple(answers.get(each.id, ()))) for each in heads]
    threads = [each for each in threads if not each.is_empty]
    people = {name for each in found for name in (each.author, each.settled_by)}
    people |= {name for each in found for name in mentioned(each.text)}
    ordered = sorted(threads, key=lambda each: not each.is_open)
    return Talk(tuple(ordered), names(session, people))


def open_threads(session: Session, draft_id: UUID) -> int:
    """Return how much of what was said about a draft's diagrams waits for something."""
    return rows.open_threads(session, open_draft(session, draft_id).area)


def offered(
    session: Session, draft_id: UUID, actor: Actor, text: str, at: datetime
) -> tuple[Offered, ...]:
    """Return analysts who have ``text`` in a name or the user name.

    Raises:
        DraftNotFound: there is no such draft.
        NotAnAnalyst: …
    """
    must_read(actor)
    open_draft(session, draft_id)
    sought = fold(text)
    found = [
        Offered(each.username, each.names)
        for each in rows.analysts(session, at)
        if any(sought in fold(name) for name in (each.username, each.name_fa, each.name_en))
    ]
    return tuple(found[:OFFERED])
