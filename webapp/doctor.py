"""``divan doctor``: what an operator looks at first, each told in one line.

It reads only, asks each part by itself and goes on when one fails. What is wrong makes the
exit code 1; what deserves a look does not.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine import bpmn
from engine.commands.choosing import is_awaited
from engine.commands.mending import difference
from engine.errors import ContentMissing, EngineError
from engine.jobs import utc_now, why_silent
from engine.queries import health
from engine.queries.contents import checked
from engine.queries.documents import all_hashes
from engine.queries.incidents import incident_groups
from engine.queries.invariants import broken
from engine.queries.readings import readings
from engine.queries.signing_health import lasting
from engine.storage.database import Session
from engine.storage.reach import why_away
from engine.storage.roles import rights_to_rewrite
from engine.storage.schema import schema_of
from engine.storage.stranded import running_cases, stranded
from webapp import demo
from webapp.signing.trusting import outside
from webapp.wiring import Site

LEAST_DISK: Final = 2**30  #: bytes
MOST_SKEW: Final = timedelta(seconds=2)
LATE: Final = timedelta(minutes=1)
BEHIND: Final = timedelta(days=7)  #: of the quarter in which all contents are looked at
OLDEST_POSTGRESQL: Final = 14
MOST_COMPARED: Final = 2_000  #: running cases whose state is compared with their rows
MOST_CASES: Final = 1_000_000  #: running cases looked at


@dataclass(frozen=True, slots=True)
class Told:
    """What one look found."""

    state: str  #: ``ok``, ``look`` or ``wrong``
    text: str


def examine(site: Site, *, documents: bool = False) -> Iterator[tuple[str, Told]]:
    """Look at each part of a deployment; nothing is changed.

    Args:
        documents: whether the content of every document is read and its hash compared.
    """
    yield "settings", _ok("all are right")
    away = why_away(site.database)
    if away is not None:
        yield "database", _wrong(away)
    else:
        for name, look in _OF_THE_DATABASE.items():
            yield name, _looked(look, site)
        if documents:
            yield "documents", _looked(_documents, site)
    yield "redis", _looked(_redis, site)
    yield "disk", _looked(_disk, site)


def _looked(look: Callable[[Site], Told], site: Site) -> Told:
    try:
        return look(site)
    except Exception as error:  # noqa: BLE001 - one part that fails hides no other
        return _wrong(
            f"could not be looked at: {type(error).__name__}: {str(error).splitlines()[0]}"
        )


def _ok(text: str) -> Told:
    return Told("ok", text)


def _look(text: str) -> Told:
    return Told("look", text)


def _wrong(text: str) -> Told:
    return Told("wrong", text)


def _database(site: Site) -> Told:
    if site.database.is_sqlite:
        return _ok(f"SQLite {sqlite3.sqlite_version}")
    with site.database.reader() as session:
        version = health.version(session)
    if int(version.partition(".")[0]) < OLDEST_POSTGRESQL:
        return _wrong(f"PostgreSQL {version}; {OLDEST_POSTGRESQL} is the oldest that serves")
    return _ok(f"PostgreSQL {version}")


def _tables(site: Site) -> Told:
    try:
        schema = schema_of(site.database, site.areas)
        schema.refuse_other()
    except EngineError as error:
        return _wrong(str(error))
    return _ok(f"at {' '.join(schema.current)}")


def _role(site: Site) -> Told:
    if site.database.is_sqlite:
        return _ok("SQLite has none: whoever may read the file may change it")
    if rights := rights_to_rewrite(site.database):
        return _look(f"may rewrite history ({', '.join(rights)}); see `divan roles`")
    return _ok("cannot rewrite history")


def _clock(site: Site) -> Told:
    with site.database.reader() as session:
        skew = abs(health.clock(session) - utc_now())
    text = f"{skew.total_seconds():.2f} s apart from the database's"
    return _ok(text) if skew <= MOST_SKEW else _wrong(text)


def _jobs(site: Site) -> Told:
    with site.database.reader() as session:
        found = readings(session, utc_now())
    waiting = sum(found.jobs.values())
    if found.lateness > LATE.total_seconds():
        return _wrong(f"the oldest due one waits {found.lateness:.0f} s; does a worker run?")
    if not found.workers:
        return _look(f"{waiting} wait or run, but no worker gave a sign of life for a minute")
    return _ok(f"{waiting} wait for their moment or run; {found.workers} workers")


def _incidents(site: Site) -> Told:
    with site.database.reader() as session:
        count = sum(each.count for each in incident_groups(session))
    return _look(f"{count} open; `divan incidents` lists them") if count else _ok("none open")


def _rows(site: Site) -> Told:
    with site.database.reader() as session:
        found = broken(session)
    return _wrong("; ".join(map(str, found))) if found else _ok("hold together")


def _cases(site: Site) -> Told:
    with site.database.reader() as session:
        unmoved, _ = stranded(session, None, MOST_CASES)
        found = [each for each in unmoved if not is_awaited(session, each)]
    if found:
        return _wrong(f"{len(found)} that nothing moves, such as {found[0]}")
    return _ok("each running one has somebody or something to move it")


def _waits(site: Site) -> Told:
    with site.database.reader() as session:
        cases = running_cases(session, MOST_COMPARED)
        torn = [each for each in cases if _is_torn(session, each)]
    if torn:
        return _wrong(f"{len(torn)} cases lost some, such as {torn[0]}: `divan case mend`")
    return _ok(f"the newest {len(cases)} running cases have all they wait for")


def _is_torn(session: Session, case_id: UUID) -> bool:
    """Tell whether a case and its rows differ, also when it has come to rest."""
    try:
        return bool(difference(session, case_id) and difference(session, case_id))
    except bpmn.SnapshotStale:
        return True


def _accounts(site: Site) -> Told:
    if demo.is_open_to_all(site.database, site.settings) and not site.settings.demo:
        return _wrong("demonstration accounts with the password everybody knows")
    return _ok("no password that everybody knows")


def _contents(site: Site) -> Told:
    """Tell what the workers' own look at contents has found; nothing is read here."""
    with site.database.reader() as session:
        found = checked(session, utc_now())
    if found.damaged:
        such = f"such as {found.example}: bring them back from a backup"
        return _wrong(f"{found.damaged} contents of documents are missing or changed, {such}")
    if found.behind is None:
        return _ok("no worker has looked at them yet")
    if found.behind > BEHIND:
        return _look(f"the look at all contents is {found.behind.days} days behind its quarter")
    return _ok("each is compared with its hash once a quarter; none is known to be damaged")


def _documents(site: Site) -> Told:
    """Compare each content with the hash that rows name; slow, so only when it is asked for."""
    with site.database.reader() as session:
        named = all_hashes(session)
    damaged = [each for each in named if not _is_whole(site, each)]
    if damaged:
        return _wrong(f"{len(damaged)} of {len(named)} missing or damaged, such as {damaged[0]}")
    return _ok(f"all {len(named)} contents are as they were handed in")


def _is_whole(site: Site, sha256: str) -> bool:
    try:
        return site.documents.hash_of(sha256) == sha256
    except ContentMissing:
        return False


def _signing(site: Site) -> Told:
    settings, at = site.settings.signing, utc_now()
    with site.database.reader() as session:
        found = lasting(session, outside(settings), at, timedelta(days=settings.renewal))
    if found.ended:
        return _wrong(f"certificate or list of revoked ones has ended: {'; '.join(found.ended)}")
    if found.is_late(at):
        return _wrong(f"the authority ends on {found.authority:%Y-%m-%d} and no worker renewed it")
    if found.unproved:
        return _wrong(f"{found.unproved} signed documents got no new timestamp: see the incidents")
    if found.ending:
        return _look(f"{found.ending} certificates end soon; their holders were told")
    return _ok("no certificate ends soon")


def _redis(site: Site) -> Told:
    if not site.settings.jobs.redis_url:
        return _ok("none is used; workers look each second")
    problem = why_silent(site.settings.jobs.redis_url)
    if problem is not None:
        return _look(f"does not answer ({problem}); work goes on, up to a second later")
    return _ok("answers; it keeps nothing that cannot be lost")


def _disk(site: Site) -> Told:
    free = shutil.disk_usage(site.settings.home).free
    text = f"{free / 2**30:.1f} GiB free in {site.settings.home}"
    return _ok(text) if free >= LEAST_DISK else _wrong(text)


_OF_THE_DATABASE: Final[dict[str, Callable[[Site], Told]]] = {
    "database": _database,
    "tables": _tables,
    "role": _role,
    "clock": _clock,
    "jobs": _jobs,
    "incidents": _incidents,
    "cases": _cases,
    "waits": _waits,
    "rows": _rows,
    "contents": _contents,
    "signing": _signing,
    "accounts": _accounts,
}
