"""What only an administrator may do."""

from __future__ import annotations

from engine.errors import NotAtThisDesk
from engine.model.person import ANYWHERE, Actor, desk_of


def must_be_admin(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        NotAtThisDesk: the actor is no administrator.
    """
    if "ADMIN" not in actor.roles:
        raise NotAtThisDesk(desk_of("ADMIN", ANYWHERE))
