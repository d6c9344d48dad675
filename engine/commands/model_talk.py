"""What analysts say about the elements of a diagram: begun, answered, settled, withdrawn.

It lies beside the draft, not in the diagram's file. Analysts alone write here and are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engine.commands.analysts import must_be_analyst
from engine.commands.notifying import notify
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import AreaDraft, DraftNotFound
from engine.model.base import new_id
from engine.model.model_comment import LONGEST_ELEMENT, ModelComment
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.model.talk import LONGEST, MOST_MENTIONED, CommentNotFound, mentioned, trimmed
from engine.storage import area_drafts as drafts
from engine.storage import model_comments as rows
from engine.storage.actors import by_username
from engine.storage.database import Session, UnitOfWork


@retried
def say(
    uow: UnitOfWork,
    draft_id: UUID,
    file: str,
    element_id: str,
    text: str,
    *,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Begin a thread at an element, and tell whom it concerns; return the comment's id.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        DraftNotFound: there is no such file in it.
        RulesBroken: there is nothing said, too much, or somebody is named who is no analyst.
    """
    must_be_analyst(actor)
    said = must_say(trimmed(text), LONGEST, "text")
    if not element_id or len(element_id) > LONGEST_ELEMENT:
        raise RulesBroken([Problem("GEN-REQUIRED", "element")])
    with uow:
        draft = drafts.open_draft(uow.session, draft_id)
        if file not in drafts.standing(uow.session, draft_id):
            raise DraftNotFound(f"{draft_id} {file}")
        place = (file, element_id)
        comment = _added(uow.session, draft, said, place=place, actor=actor, at=at)
        _tell(uow, draft, comment, {draft.begun_by}, at)
        uow.commit()
        return comment.id


@retried
def answer(
    uow: UnitOfWork, draft_id: UUID, thread_id: UUID, text: str, *, actor: Actor, at: datetime
) -> UUID:
    """Say something in a thread; one that was settled is open again.

    Raises:
        NotAtThisDesk, DraftNotFound, RulesBroken: as where a thread begins.
        CommentNotFound: there is no such thread.
    """
    must_be_analyst(actor)
    said = must_say(trimmed(text), LONGEST, "text")
    with uow:
        draft = drafts.open_draft(uow.session, draft_id)
        head = rows.comment_of(uow.session, draft, thread_id)
        if head.thread_id is not None:
            raise CommentNotFound(thread_id)
        if head.settled_at is not None:
            head.reopen()
        place = (head.file, head.element_id)
        comment = _added(
            uow.session, draft, said, place=place, thread_id=head.id, actor=actor, at=at
        )
        _tell(uow, draft, comment, rows.authors_of(uow.session, head.id), at)
        uow.commit()
        return comment.id


@retried
def settle(
    uow: UnitOfWork,
    draft_id: UUID,
    thread_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    is_open: bool = False,
) -> None:
    """Call a thread done with, or with ``is_open`` go on with it.

    Raises:
        CommentNotFound: there is none.
        ThreadStands: it is so already.
    """
    must_be_analyst(actor)
    with uow:
        draft = drafts.open_draft(uow.session, draft_id)
        head = rows.comment_of(uow.session, draft, thread_id)
        if is_open:
            head.reopen()
        else:
            head.settle(actor.username, at)
        uow.commit()


@retried
def withdraw(
    uow: UnitOfWork, draft_id: UUID, comment_id: UUID, *, actor: Actor, at: datetime
) -> None:
    """Take a comment of one's own back; that it was there is still seen.

    Raises:
        CommentNotFound, NotYourComment, ThreadStands: nothing was changed.
    """
    must_be_analyst(actor)
    with uow:
        draft = drafts.open_draft(uow.session, draft_id)
        rows.comment_of(uow.session, draft, comment_id).withdraw(actor.username, at)
        uow.commit()


def _added(
    session: Session,
    draft: AreaDraft,
    text: str,
    *,
    place: tuple[str, str],
    thread_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> ModelComment:
    """Return a comment that was added, whose mentions are all of analysts.

    Raises:
        RulesBroken: somebody named is none, or they are too many.
    """
    names = mentioned(text)
    if len(names) > MOST_MENTIONED:
        raise RulesBroken([Problem("TALK-002", "text", {"limit": str(MOST_MENTIONED)})])
    people = {each: by_username(session, each, at) for each in names}
    strange = [name for name, each in people.items() if not (each and each.is_analyst)]
    if strange:
        raise RulesBroken([Problem("TALK-005", "text", {"name": each}) for each in strange])
    comment = ModelComment(
        id=new_id(),
        area=draft.area,
        file=place[0],
        element_id=place[1],
        draft_id=draft.id,
        thread_id=thread_id,
        text=text,
        author=actor.username,
        at=at,
    )
    session.add(comment)
    return comment


def _tell(
    uow: UnitOfWork, draft: AreaDraft, comment: ModelComment, near: Iterable[str], at: datetime
) -> None:
    named = mentioned(comment.text)
    kinds = {NoticeKind.MENTIONED: {*named}, NoticeKind.COMMENTED: {*near} - {*named}}
    for kind, people in kinds.items():
        notify(
            uow,
            people,
            kind,
            at=at,
            by=comment.author,
            comment_id=comment.id,
            draft=str(draft.id),
            title=draft.title,
            file=comment.file,
            element=comment.element_id,
        )
