"""Whether a pooled connection still lives: asked after a rest, not before every use.

Asking each time costs a round trip a transaction. A connection used a moment ago is
trusted; if it is gone nevertheless, a read is sent again (`engine.storage.statements`)
and a command is taken again (`engine.commands.retried`).
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

RESTED: Final = timedelta(seconds=5)


def watch(engine: Engine) -> None:
    """Have the engine's pool replace connections that died while they rested."""

    def rest(_: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def look(connection: Any, record: Any, _: Any) -> None:
        now = time.monotonic()
        if now - record.info.get("rests_since", now) < RESTED.total_seconds():
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes a new one

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", look)
