"""Whether the parts of the site do their work: what the overview says of each in a line."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.queries import health
from engine.queries.queue import MOST, SeenWorker, queue, unsent, workers
from engine.queries.signing_health import lasting
from engine.storage.database import Session
from webapp.formatting import digits, file_size
from webapp.request import services
from webapp.signing.trusting import outside

Mark = Literal["good", "look", "wrong"]

LATE: Final = timedelta(minutes=1)  #: how long a due job may wait
SILENT: Final = timedelta(minutes=1)  #: after which a worker is not counted as alive
SLOW: Final = 0.25  #: seconds that the database may take to answer nothing
LEAST_DISK: Final = 2**30  #: bytes
_MILLI: Final = 1000


class Part(NamedTuple):
    """One part of the site."""

    name: str
    mark: Mark
    said: str


def parts(session: Session, at: datetime) -> tuple[Part, ...]:
    """Return how each part is; a handful of statements that read next to nothing."""
    return (*_work(session, at), _database(session), _disk(), _mail(session), _signing(session, at))


def _work(session: Session, at: datetime) -> Iterator[Part]:
    seen = workers(session)
    alive = [each for each in seen if at - each.beat_at <= SILENT and not each.is_stopping]
    dead = [each for each in seen if at - each.beat_at > SILENT]
    said = ngettext("%(count)s works", "%(count)s work", len(alive), count=digits(len(alive)))
    if dead:
        said = _("%(said)s; silent: %(hosts)s", said=said, hosts=_hosts(dead))
    yield Part(_("Workers"), "wrong" if not alive else "look" if dead else "good", said)
    waits = queue(session, at)
    late = at - waits.oldest if waits.oldest is not None else timedelta()
    if not waits.due:
        yield Part(_("Queue"), "good", _("nothing due waits"))
        return
    count = _("more than %(count)s", count=digits(MOST - 1)) if waits.due >= MOST else None
    said = _(
        "due jobs: %(count)s; the oldest waits %(seconds)s seconds",
        count=count or digits(waits.due),
        seconds=digits(int(late.total_seconds())),
    )
    yield Part(_("Queue"), "wrong" if late > LATE else "good", said)


def _hosts(seen: list[SeenWorker]) -> str:
    return _(", ").join(sorted({each.host for each in seen}))


def _database(session: Session) -> Part:
    began = time.perf_counter()
    health.answers(session)
    took = time.perf_counter() - began
    name = "SQLite" if services().database.is_sqlite else f"PostgreSQL {health.version(session)}"
    said = _("%(name)s answers in %(count)s ms", name=name, count=digits(round(took * _MILLI)))
    return Part(_("Database"), "good" if took <= SLOW else "look", said)


def _disk() -> Part:
    free = shutil.disk_usage(services().settings.home).free
    mark: Mark = "good" if free >= LEAST_DISK else "wrong"
    return Part(_("Disk"), mark, _("%(size)s free", size=file_size(free)))


def _mail(session: Session) -> Part:
    stuck = unsent(session)
    if stuck:
        said = _("letters and messages that could not be sent: %(count)s", count=digits(stuck))
        return Part(_("Mail"), "wrong", said)
    host = services().settings.mail.host
    said = _("sent by %(host)s", host=host) if host else _("this site sends none")
    return Part(_("Mail"), "good", said)


def _signing(session: Session, at: datetime) -> Part:
    settings = services().settings.signing
    found = lasting(session, outside(settings), at, timedelta(days=settings.renewal))
    if found.ended:
        names = _(", ").join(found.ended)
        said = _("a certificate or a list of revoked ones has ended: %(names)s", names=names)
        return Part(_("Signing"), "wrong", said)
    if found.is_late(at):
        return Part(_("Signing"), "wrong", _("the site's authority was not renewed in time"))
    if found.unproved:
        count = digits(found.unproved)
        said = _("signed documents without a new archive timestamp: %(count)s", count=count)
        return Part(_("Signing"), "wrong", said)
    if found.ending:
        said = _("certificates that end soon: %(count)s", count=digits(found.ending))
        return Part(_("Signing"), "look", said)
    return Part(_("Signing"), "good", _("no certificate ends soon"))
