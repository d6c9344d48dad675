"""Keeping what an analyst plays: the list of acts, and nothing of what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.errors import Conflict, Problem, RulesBroken
from engine.model.person import Actor
from engine.model.play_run import PlayRun
from engine.storage.area_drafts import open_draft
from engine.storage.database import UnitOfWork
from engine.values import exact_json

LARGEST: Final = 2**20  #: characters of all acts of a run
MOST: Final = 200  #: acts of a run


class RunMoved(Conflict):
    """The same person has played on in another window."""

    code = "PLAY-003"

    def __init__(self, draft_id: UUID) -> None:
        super().__init__(f"the run of draft {draft_id} went on elsewhere")
        self.draft_id = draft_id


@retried
def keep(
    uow: UnitOfWork,
    draft_id: UUID,
    acts: Sequence[Mapping[str, Any]],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the acts of the actor's run of a draft; without any the run begins anew.

    Args:
        version: of the run as it was looked at, 0 where there was none.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        DraftNotFound: there is no such draft.
        RunMoved: the run went on in another window; it stays as it is.
        RulesBroken: it is too long to be kept.
    """
    must_be_analyst(actor)
    if len(acts) > MOST or len(exact_json.written(list(acts))) > LARGEST:
        raise RulesBroken([Problem("PLAY-LONG", None, {"most": str(MOST)})])
    with uow:
        open_draft(uow.session, draft_id, to_change=True)
        run = uow.session.get(PlayRun, (draft_id, actor.person_id))
        if (run.version if run else 0) != version:
            raise RunMoved(draft_id)
        if run is None:
            run = PlayRun(draft_id=draft_id, person_id=actor.person_id, version=0, began_at=at)
            uow.session.add(run)
        if not run.acts:
            run.began_at = at
        run.acts, run.version = list(acts), run.version + 1
        uow.commit()
