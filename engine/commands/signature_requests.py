"""Answers that wait for a signature made with a file, a token or elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.commands.retried import retried
from engine.commands.signing import PATIENCE, Written
from engine.model.base import new_id
from engine.model.person import Actor
from engine.model.signature import SignatureRequest
from engine.storage.database import UnitOfWork


@retried
def keep(
    uow: UnitOfWork,
    task_id: UUID,
    content: bytes,
    answer: Mapping[str, Any],
    *,
    case: UUID,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Keep an answer with the bytes that are to be signed of it; its id is returned.

    It goes when the step is answered with a signature, and when it has waited too long
    (`engine.commands.documents.sweep`).
    """
    with uow:
        kept = SignatureRequest(
            id=new_id(),
            instance_id=case,
            task_id=task_id,
            person_id=actor.person_id,
            content=content,
            answer=dict(answer),
            asked_at=at,
            expires_at=at + PATIENCE,
        )
        uow.session.add(kept)
        uow.commit()
        return kept.id


def written_of(request: SignatureRequest) -> Written:
    """Return the moment and the nonce in what waits to be signed."""
    said = json.loads(request.content)
    return Written(datetime.fromisoformat(said["at"]), said["nonce"])
