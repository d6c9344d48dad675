"""What only an administrator may do."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from engine.commands.saying import must_say
from engine.errors import NotAtThisDesk
from engine.model.person import ANYWHERE, Actor, desk_of

#: whoever may run commands on the server is an administrator
CONSOLE: Final = Actor(
    UUID(int=0), "console", "console", "console", desks=frozenset({desk_of("ADMIN", ANYWHERE)})
)
LONGEST_REASON: Final = 1_000  #: characters of why an administrator does something to a case


def must_be_admin(actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        NotAtThisDesk: the actor is no administrator.
    """
    if not actor.is_admin:
        raise NotAtThisDesk(desk_of("ADMIN", ANYWHERE))


def must_say_why(reason: str) -> str:
    """Return why an administrator does something, as it is kept.

    Raises:
        RulesBroken: there is no reason, or it is too long.
    """
    return must_say(reason, LONGEST_REASON)
