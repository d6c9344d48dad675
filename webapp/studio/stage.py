"""Where drafts are played and tested: with the demonstration's people, contracts and the like."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.play import Stage
from engine.storage.database import Database
from webapp.demo import cast


def _examples(database: Database, at: datetime) -> None:
    cast(database, at)


#: one for the process; its databases are made when somebody plays first, and go with it
STAGE: Final = Stage(_examples)
