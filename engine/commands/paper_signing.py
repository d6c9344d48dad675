"""Papers that are signed with the answer to a step: the signer's PAdES signature goes into each.

A paper names the steps whose signature it bears (`engine.catalogue.papers`). It is printed before
the first of them, so that each signer has before him what he signs, and each signs what the one
before left: one file, several signatures in order. Somebody who signs elsewhere brings back the
signature of the answer alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.commands.documents import version
from engine.commands.signing import (
    ELSEWHERE,
    Answer,
    Signed,
    describe,
    must_hold,
    new_row,
    told,
)
from engine.model.document import Document, DocumentVersion
from engine.model.event import EventKind
from engine.model.instance import HumanTask
from engine.model.paper import Paper
from engine.model.person import Actor
from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.storage import papers
from engine.storage import signatures as rows
from engine.storage.database import Session

if TYPE_CHECKING:
    from engine.commands.follow import Following


def kinds(answer: Answer) -> list[str]:
    """Return which papers of its process are signed with an answer; none where it declines."""
    outcome, step = answer.values.get("outcome"), answer.task.element_id
    declared = answer.config.papers.values()
    return [each.id for each in declared if each.signed_by.get(step, "") == outcome]


def to_sign(session: Session, answer: Answer, actor: Actor) -> list[tuple[Paper, DocumentVersion]]:
    """Return the papers that an answer signs and the actor has not signed as they stand.

    Raises:
        SigningRefused: one of them is not printed yet.
    """
    wanted, case = kinds(answer), answer.instance.id
    if not wanted:
        return []
    if papers.being_printed(session, case, wanted):
        raise SigningRefused(errors.NOT_PRINTED)
    found = papers.standing(session, case, wanted)
    return [
        each for each in found if not rows.has_signed(session, each[1].document_id, actor.username)
    ]


def take(
    following: Following,
    task: HumanTask,
    values: Mapping[str, Any],
    actor: Actor,
    signed: Signed | None,
) -> None:
    """Put the papers that were signed with an answer in their documents' place.

    Raises:
        SigningRefused: one is not signed or not printed, its signature did not pass, or a newer
            version is there.
    """
    if signed is None or signed.means == ELSEWHERE:
        return
    session, instance = following.uow.session, following.instance
    config = following.bundle.process(instance.process_id)
    required = config.step(task.element_id).sign
    answer = Answer(instance, task, config, values)
    for paper, newest in to_sign(session, answer, actor):
        made = signed.papers.get(newest.document_id)
        if made is None:
            raise SigningRefused(errors.UNSIGNED, paper.number)
        if made.before != newest.sha256:
            raise SigningRefused(errors.SUPERSEDED, paper.number)
        must_hold(made.verification, required, actor, None)
        document = session.get_one(Document, newest.document_id)
        number = document.replace()
        signature = new_row(session, instance.id, actor, made.content.sha256, following.at)
        signature.document_id, signature.document_number = document.id, number
        describe(signature, made.verification, made.means)
        facts = {
            "document": str(document.id),
            "number": number,
            "name": made.content.name,
            "sha256": made.content.sha256,
            "size": made.content.size,
            **({"for": task.held_for} if task.held_for else {}),
            **told(signature),
        }
        kind = EventKind.DOCUMENT_SIGNED
        following.tell(kind, task=task, actor=actor.username, facts=facts)
        event = following.events[-1]
        session.add_all([version(document, number, made.content, event), signature])
        session.flush()
