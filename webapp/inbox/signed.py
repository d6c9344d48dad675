"""Answers that are signed: by the own certificate at once, or in another way on a page of its own.

There the answer waits as it was filled in, with the bytes that are signed; what comes back has
to be of those, and the case where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import request

from engine.catalogue.config import ProcessConfig
from engine.commands import paper_signing, signing
from engine.commands.signing import Answer, Signed, Written
from engine.jobs.now import run_now
from engine.model.document import DocumentVersion
from engine.model.paper import Paper
from engine.queries.tasks import OpenStep, TaskPage
from engine.signing import Level, errors
from engine.signing.errors import SigningRefused
from engine.storage import papers
from engine.storage.database import Session
from webapp.inbox.posted import Posted, one
from webapp.request import current_actor, now, reader, services
from webapp.signing.making import signed_by, signed_with
from webapp.signing.pens import OWN, own_certificate

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

#: of the page: the answer is signed on the next, not by the own certificate
OTHERWISE: Final = "_sign_otherwise"
#: of the page: the hash of what it showed
SEEN: Final = "_seen"


def level_of(asked: OpenStep) -> Level | None:
    """Return what the answer to a step has to be signed with at least."""
    config = asked.definition.bundle.process(asked.read.instance.process_id)
    return config.step(asked.task.element_id).sign


def is_signed_otherwise(asked: OpenStep, raw: Posted) -> bool:
    """Tell whether an answer is to be signed with something else than the own certificate."""
    level = level_of(asked)
    return level is not None and level.needs_certificate and one(raw, OTHERWISE) == "1"


def signed_now(asked: OpenStep, values: Mapping[str, Any]) -> Signed | None:
    """Sign an answer with the own certificate, where its step asks for one.

    Raises:
        SigningRefused: nothing signed it, or the page showed something else than stands now.
    """
    required = level_of(asked)
    if required is None or not required.needs_certificate:
        return None
    if not request.form.get("password"):
        raise SigningRefused(errors.UNSIGNED)
    written = Written.now(now())
    with reader() as session:
        content = content_of(session, asked, values, written)
        return signed_by(session, content, written, OWN, papers_of(asked, values))


def signed_besides(
    asked: OpenStep, values: Mapping[str, Any], shown: str | None, signer: Signer
) -> Signed:
    """Sign an answer that no page of its own has asked for, with a key that was opened.

    Args:
        shown: the hash of what whoever signs had before him.

    Raises:
        SigningRefused: something else stands now.
    """
    written = Written.now(now())
    with reader() as session:
        content = content_of(session, asked, values, written, shown)
        return signed_with(session, signer, content, written, OWN, papers_of(asked, values))


def papers_of(asked: OpenStep, values: Mapping[str, Any]) -> list[DocumentVersion]:
    """Return the papers that are signed with an answer, printed now where they are not yet.

    Raises:
        SigningRefused: one cannot be printed now.
    """
    instance, database = asked.read.instance, services().database
    config = asked.definition.bundle.process(instance.process_id)
    answer = Answer(instance, asked.task, config, values)
    wanted = paper_signing.kinds(answer)
    if not wanted:
        return []
    with database.reader() as session:
        waiting = papers.being_printed(session, instance.id, wanted)
    run_now(database, waiting, services().clock)
    with database.reader() as session:
        return [each for _, each in paper_signing.to_sign(session, answer, current_actor())]


def content_of(
    session: Session,
    asked: OpenStep,
    values: Mapping[str, Any],
    written: Written,
    shown: str | None = None,
) -> bytes:
    """Return the bytes to be signed of an answer: of the case as the page showed it (R-SIG-02).

    Args:
        shown: the hash of that; left out: it stands in the form that was posted.

    Raises:
        SigningRefused: it has changed since.
    """
    instance = asked.read.instance
    if (shown or request.form.get(SEEN)) != signing.seen(session, instance.id, instance.variables):
        raise SigningRefused(errors.SUPERSEDED)
    config = asked.definition.bundle.process(instance.process_id)
    answer = Answer(instance, asked.task, config, values)
    return signing.to_sign(session, answer, current_actor(), written)


def asked_of(session: Session, task: TaskPage) -> Mapping[str, Any]:
    """Return what the form says of the signature its step asks for."""
    config = task.definition.bundle.process(task.process_id)
    level = config.step(task.element_id).sign
    if level is None or task.is_closed:
        return {"sign": None}
    certificate = None
    if level.needs_certificate and task.holder == current_actor().username:
        try:
            certificate = own_certificate(session)
        except SigningRefused:
            certificate = None
    return {
        "sign": level.value,
        "signs_by_certificate": level.needs_certificate,
        "certificate": certificate,
        "seen_hash": signing.seen(session, task.instance_id, task.variables),
        "signs_papers": papers_signed_at(session, task, config),
    }


def papers_signed_at(
    session: Session, task: TaskPage, config: ProcessConfig
) -> list[tuple[Paper, DocumentVersion]]:
    """Return the printed papers that are signed with one of the answers to a step."""
    kinds = [each.id for each in config.papers.values() if task.element_id in each.signed_by]
    return list(papers.standing(session, task.instance_id, kinds)) if kinds else []
