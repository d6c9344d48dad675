"""What only an analyst may do."""

from __future__ import annotations

from engine.errors import NotAtThisDesk
from engine.model.person import ANYWHERE, Actor, desk_of


def must_be_analyst(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        NotAtThisDesk: the actor is no analyst.
    """
    if not actor.is_analyst:
        raise NotAtThisDesk(desk_of("ANALYST", ANYWHERE))
