"""Answers that are signed: what there is to sign, and taking the signature of it.

Signing needs no transaction: `to_sign` reads what the answer would be signed as, somebody signs
the bytes (here, with a token, or elsewhere), and completing the task makes the same bytes again
from the case as it stands then. What is not the same was signed of another state (SIG-008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from engine.catalogue.config import ProcessConfig
from engine.errors import ConfirmationMissing
from engine.model.base import json_text, new_id
from engine.model.instance import HumanTask, Instance
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.model.signature import KeptSignature
from engine.signing import Level, errors
from engine.signing.content import ActToSign, chained, hash_of_seen, sha256
from engine.signing.errors import SigningRefused
from engine.signing.results import Result, Verification
from engine.storage import signature_requests
from engine.storage import signatures as rows
from engine.storage.database import Session
from engine.values import exact_json

if TYPE_CHECKING:
    from engine.commands.document_signing import SignedPdf
    from engine.commands.follow import Following

#: how a signature was made that came with its bytes alone: no paper could be signed with it
ELSEWHERE: Final = "elsewhere"
#: how long bytes that somebody took away to sign may be brought back signed
PATIENCE: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Written:
    """The moment and the nonce that make what is signed unlike all else."""

    at: datetime
    nonce: str

    @classmethod
    def now(cls, at: datetime) -> Written:
        """Return those of something that is about to be signed."""
        return cls(at, uuid4().hex)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature of an answer that was verified at once."""

    written: Written
    cms: bytes
    verification: Verification
    means: str  #: what it was made with: ``certificate``, ``file``, ``token``, ``elsewhere``
    #: the papers that were signed with it, by their documents (`engine.commands.paper_signing`)
    papers: Mapping[UUID, SignedPdf] = field(default_factory=dict)

    @property
    def method(self) -> Method:
        """By what the actor proved to be there."""
        return Method.CERTIFICATE


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is about to answer to a step."""

    instance: Instance
    task: HumanTask
    config: ProcessConfig
    values: Mapping[str, Any]


def to_sign(session: Session, answer: Answer, actor: Actor, written: Written) -> bytes:
    """Return the canonical bytes of an answer to a step (R-SIG-01)."""
    instance, task, config = answer.instance, answer.task, answer.config
    required = config.step(task.element_id).sign or Level.CLICK
    amount = config.amount_of(instance.variables)
    stands = actor.stands_at(task.desk, instance.process_id, amount, prefer=task.held_for)
    outcome = answer.values.get("outcome")
    return ActToSign(
        case=instance.id,
        task=task.id,
        step=task.element_id,
        outcome=outcome if isinstance(outcome, str) else None,
        actor=actor.username,
        national_code=actor.national_code,
        done_for=stands.username if stands else None,
        desk=task.desk,
        level=required.value,
        answer=exact_json.read(json_text(dict(answer.values))),
        seen=seen(session, instance.id, instance.variables),
        previous=rows.standing(session, instance.id)[1],
        at=written.at,
        nonce=written.nonce,
    ).written()


def seen(session: Session, instance_id: UUID, variables: Mapping[str, Any]) -> str:
    """Return the hash of what whoever signs has before him (R-SIG-02)."""
    return hash_of_seen(variables, rows.documents_seen(session, instance_id))


def take(
    following: Following,
    task: HumanTask,
    values: Mapping[str, Any],
    actor: Actor,
    confirmed_by: Method | None,
    signed: Signed | None,
) -> KeptSignature | None:
    """Keep the signature of an answer, where its step asks for one; ``None``: it does not.

    Raises:
        ConfirmationMissing: level L1, and nothing confirmed it.
        SigningRefused: the signature is missing, too weak, somebody else's, not of this answer,
            did not pass, or would stand behind a broken chain.
        StaleVersion: the case moved on meanwhile.
    """
    config = following.bundle.process(following.instance.process_id)
    required = config.step(task.element_id).sign
    if required is None and signed is None:
        return None
    if signed is None and required is not None and required.needs_certificate:
        raise SigningRefused(errors.UNSIGNED, task.element_id)
    if required is Level.CONFIRMED and confirmed_by is None and signed is None:
        raise ConfirmationMissing(task.element_id)
    session, instance = following.uow.session, following.instance
    following.uow.cases.hold(instance)
    written = signed.written if signed else Written.now(following.at)
    content = to_sign(session, Answer(instance, task, config, values), actor, written)
    if signed is not None:
        must_hold(signed.verification, required, actor, sha256(content))
        must_be_whole(session, instance.id)
    given = confirmed_by.recorded if confirmed_by else "click"
    signature = new_row(session, instance.id, actor, sha256(content), following.at)
    signature.task_id, signature.element_id = task.id, task.element_id
    signature.content = content
    signature.level = (Level.CONFIRMED if confirmed_by else Level.CLICK).value
    signature.method = given
    if signed is not None:
        describe(signature, signed.verification, signed.means)
        signature.cms = signed.cms
        signature_requests.forget_of(session, task.id)
    session.add(signature)
    return signature


def must_hold(
    said: Verification, required: Level | None, actor: Actor, content_hash: str | None
) -> None:
    """Refuse a signature with which a case may not go on (R-SIG-04, R-SIG-05).

    Args:
        content_hash: of what had to be signed; ``None`` where the caller knows it was.

    Raises:
        SigningRefused: with the first that is wrong.
    """
    if content_hash is not None and said.digest != content_hash:
        raise SigningRefused(errors.SUPERSEDED)
    if not said.has_passed:
        raise SigningRefused(said.code or errors.UNTRUSTED)
    if said.signer is None or said.signer.national_code != (actor.national_code or "-"):
        raise SigningRefused(errors.NOT_THE_SIGNER)
    if required is not None and (said.level is None or not said.level.satisfies(required)):
        raise SigningRefused(errors.LEVEL_TOO_LOW)


def must_be_whole(session: Session, instance_id: UUID) -> None:
    """Refuse to sign behind signatures that were changed, taken out or put between (R-SIG-06).

    Raises:
        SigningRefused: the chain of the case is broken.
    """
    if broken := rows.broken_links(session, instance_id):
        raise SigningRefused(errors.CHAIN_BROKEN, f"at {broken[0]}")


def new_row(
    session: Session, instance_id: UUID, actor: Actor, content_hash: str, at: datetime
) -> KeptSignature:
    """Return a signature that goes on from where the chain of its case stands."""
    number, previous = rows.standing(session, instance_id)
    return KeptSignature(
        id=new_id(),
        instance_id=instance_id,
        number=number + 1,
        username=actor.username,
        national_code=actor.national_code,
        content_hash=content_hash,
        previous=previous,
        chain=chained(previous, content_hash),
        signed_at=at,
        result=Result.PASSED.value,
    )


def describe(signature: KeptSignature, said: Verification, means: str) -> None:
    """Write down what is known of a signature by its certificate."""
    signer = said.signer
    signature.level = (said.level or Level.CLICK).value
    signature.method, signature.form, signature.algorithm = means, said.form, said.algorithm
    signature.stamped_at, signature.result = said.stamped_at, said.result.value
    if signer is not None:
        signature.name, signature.issuer = signer.name, signer.issuer
        signature.serial, signature.certificate = signer.serial, signer.certificate


def told(signature: KeptSignature | None) -> dict[str, Any]:
    """Return what the trail tells of a signature."""
    if signature is None:
        return {}
    return {
        "signed": {
            "id": str(signature.id),
            "level": signature.level,
            "hash": signature.content_hash,
            **({"serial": signature.serial} if signature.serial else {}),
        }
    }
