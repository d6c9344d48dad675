"""What the selects of forms offer to an actor."""

from __future__ import annotations

from engine.sdk import Actor, Session, option_source, unit_choices
from processes.transactions.answers.requesting import REQUESTERS


@option_source("units_of_requester")
def units_of_requester(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units that a request may be of."""
    return unit_choices(session, actor, *REQUESTERS)
