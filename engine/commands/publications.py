"""What left the house for the git repository, as the journal keeps it."""

from __future__ import annotations

from datetime import datetime

from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.model.admin_event import AdminEventKind
from engine.model.person import Actor
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork


@retried
def tell_of(
    uow: UnitOfWork, area: str, *, bundle_id: str, commit: str, actor: Actor, at: datetime
) -> None:
    """Keep in the journal that an area was published.

    Args:
        bundle_id: what was published, by its content.
        commit: as which the repository has it.

    Raises:
        NotAtThisDesk: the actor is no analyst.
    """
    must_be_analyst(actor)
    with uow:
        said = {"area": area, "bundle": bundle_id, "commit": commit}
        tell(uow.session, AdminEventKind.AREA_PUBLISHED, actor=actor.username, at=at, **said)
        uow.commit()
