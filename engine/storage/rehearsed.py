"""A unit of work that is looked at before and after what is done in it, and may keep nothing.

What a command would do is found out by doing it: in the same transaction, which is then
rolled back. What was kept is told by the same look, so that preview and journal cannot differ.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Self

from engine.storage.database import Database, Session, UnitOfWork

Look = Callable[[Session], None]


class LookedAt(UnitOfWork):
    """Calls ``before`` when a block begins, and ``after`` before it commits."""

    def __init__(self, database: Database, before: Look, after: Look, *, keeps: bool) -> None:
        super().__init__(database)
        self._before, self._after, self._keeps = before, after, keeps

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self._before(self.session)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def commit(self) -> None:
        """Write everything, have it looked at, and make it durable only if it is to be kept."""
        session = self.session
        self.cases.write_last()
        session.flush()
        self._after(session)
        if self._keeps:
            super().commit()
        else:
            self.cases.ready.clear()
            self.cases.fetchable = False
