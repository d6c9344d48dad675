"""Signatures in a rehearsal: by an authority that is made up for it and trusted nowhere else.

People of a run are made up, so they have no certificates; a step that asks for one is answered
as it would be in earnest, and what is verified at once is signed by nobody's authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from engine.commands.signing import ELSEWHERE, Answer, Signed, Written, to_sign
from engine.model.person import Actor
from engine.signing.levels import Level
from engine.storage.database import Database

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from engine.signing.authority import Authority

AUTHORITY: Final = "Divan rehearsal, worth nothing"
NOBODY: Final = "-"  #: stands for the national code of whoever has none


def sign_in_play(
    database: Database, task_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
) -> Signed | None:
    """Sign an answer that is about to be given; ``None``: its step asks for no certificate."""
    with database.unit_of_work() as uow:
        instance, task = uow.cases.of_task(task_id)
        config = uow.deployed(instance.definition_id).bundle.process(instance.process_id)
        level = config.step(task.element_id).sign
        if level is None or not level.needs_certificate:
            return None
        written = Written(at, task_id.hex)
        answer = Answer(instance, task, config, values)
        content = to_sign(uow.session, answer, actor, written)
    return _signed(content, written, level, actor)


def _signed(content: bytes, written: Written, level: Level, actor: Actor) -> Signed:
    # what reads and makes signatures is loaded when the first is asked for
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    from engine.signing import detached, pens  # noqa: PLC0415
    from engine.signing.authority import issued, revocation_list  # noqa: PLC0415
    from engine.signing.trust import Bundle, Trust  # noqa: PLC0415

    at = written.at
    authority, key = _authority(at.year), _key()
    code = actor.national_code or NOBODY
    certificate = issued(
        authority, key, name=actor.name_fa, latin=actor.name_en, national_code=code, at=at
    )
    issuer = authority.certificate
    cms = detached.sign(content, pens.pen_of_key(key, certificate, [issuer]), at)
    made_up = Bundle(
        (issuer.public_bytes(Encoding.DER),), lists=(revocation_list(authority, [], at),)
    )
    trust = Trust(national=made_up) if level is Level.SECURE else Trust(own=made_up)
    return Signed(written, cms, detached.verify(content, cms, trust, at), ELSEWHERE)


@lru_cache(maxsize=4)
def _authority(year: int) -> Authority:
    """Return the authority of runs that play in a year; making its key takes a second."""
    from engine.signing.authority import Authority, founded  # noqa: PLC0415 - as above

    return Authority(*founded(AUTHORITY, datetime(year - 1, 1, 1, tzinfo=UTC)))


@cache
def _key() -> RSAPrivateKey:
    from engine.signing.authority import new_key  # noqa: PLC0415 - as above

    return new_key()
