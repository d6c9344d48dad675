"""How a person wants the pages, kept with the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.commands.retried import retried
from engine.model.person import Actor
from engine.model.preferences import checked
from engine.storage import people
from engine.storage.database import UnitOfWork


def keep(uow: UnitOfWork, key: str, value: object, *, actor: Actor, at: datetime) -> None:
    """Keep one preference of the actor; the next request reads it.

    Raises:
        UnknownPreference, PreferenceRefused: nothing was changed.
    """
    keep_all(uow, {key: value}, actor=actor, at=at)


@retried
def keep_all(
    uow: UnitOfWork,
    chosen: Mapping[str, object],
    *,
    actor: Actor,
    at: datetime,  # noqa: ARG001 - all commands are called alike
) -> None:
    """Keep several preferences of the actor together; those not named stay.

    Raises:
        UnknownPreference, PreferenceRefused: nothing was changed.
    """
    kept = {key: checked(key, value) for key, value in chosen.items()}
    with uow:
        people.keep_preferences(uow.session, actor.person_id, kept)
        uow.commit()
