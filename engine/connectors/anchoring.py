"""Anchors the journal outside the site: in a second database, by mail, by an RFC 3161 timestamp.

The file beside (`engine.commands.sealing.anchor`) gets every statement; each holds the hash of the
one before, so a letter or a timestamp of the newest proves all that came earlier.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from engine.connectors.connector import CallRefused, NoOutcome, NotSent, Request
from engine.connectors.mail import MailConnector
from engine.model.journal import JournalBatch
from engine.settings.groups import MailSettings
from engine.storage import anchors, workers
from engine.storage import journal as rows
from engine.storage.anchors import AnchorAway
from engine.storage.database import Database

log = structlog.get_logger()

EVERY: Final = timedelta(hours=1)  #: between two letters, and two timestamps
TOGETHER: Final = 500  #: statements written at once
TIMEOUT: Final = 10.0  #: seconds an authority may take
LARGEST: Final = 64 * 1024  #: bytes of a timestamp
#: AlgorithmIdentifier of SHA-256, and certReq (RFC 3161 §2.4.1)
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_WITH_CERTIFICATE: Final = bytes.fromhex("0101ff")


class NotStamped(NotSent):
    """The authority gave no timestamp."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Where statements go beside the file; what is empty is not used."""

    database: str = ""  #: its URL
    mail: str = ""  #: an address
    authority: str = ""  #: URL of a time stamping authority
    stamps: Path | None = None  #: folder in which timestamps are kept


def tell(database: Database, outside: Outside, mail: MailSettings, at: datetime) -> None:
    """Tell each anchor what it has not got; one that is away is told the next time."""
    ways: dict[str, Callable[[], object]] = {}
    if outside.database:
        ways["database"] = lambda: into_database(database, outside.database)
    if outside.mail and _is_due(database, "journal-mail", at):
        ways["mail"] = lambda: by_mail(database, outside.mail, mail, at)
    if outside.authority and outside.stamps and _is_due(database, "journal-stamp", at):
        stamps = outside.stamps
        ways["timestamp"] = lambda: by_timestamp(database, outside.authority, stamps)
    for name, way in ways.items():
        try:
            way()
        except (AnchorAway, NotSent, NoOutcome, CallRefused, OSError) as away:
            log.warning("journal.anchor", way=name, error=type(away).__name__)


def into_database(database: Database, url: str) -> int:
    """Add statements to a second database that has not got them yet; return how many."""
    outside, added = Database(url), 0
    try:
        after = anchors.last(outside)
        with database.reader() as session:
            while some := rows.some_batches(session, after, TOGETHER):
                anchors.add(outside, some)
                after, added = some[-1].number, added + len(some)
    finally:
        outside.dispose()
    return added


def by_mail(database: Database, to: str, settings: MailSettings, at: datetime) -> int:
    """Send the newest statement to somebody who keeps it; return its number, 0: there is none.

    Raises:
        NotSent, NoOutcome, CallRefused: it was not sent.
    """
    with database.reader() as session:
        newest = rows.last_batch(session)
        if newest is None:
            return 0
        subject, body = f"Journal: batch {newest.number}", _line(newest)
    inputs = {"to": to, "subject": subject, "body": body}
    MailConnector(settings).call(Request(f"journal-{newest.number}", inputs, at))
    return newest.number


def by_timestamp(database: Database, authority: str, folder: Path) -> Path | None:
    """Have the newest statement stamped; the stamp and what was stamped lie in a folder.

    ``openssl ts -verify -data N.statement -in N.tsr -CAfile …`` verifies them.

    Raises:
        NotStamped: the authority gave none, or one of something else.
    """
    with database.reader() as session:
        newest = rows.last_batch(session)
        if newest is None:
            return None
        number, statement = newest.number, newest.statement
    stamp = stamped(statement, authority)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / f"{number}.statement").write_bytes(statement)
    kept = folder / f"{number}.tsr"
    kept.write_bytes(stamp)
    return kept


def stamped(content: bytes, authority: str) -> bytes:
    """Return the answer of an authority to a request for a timestamp (RFC 3161 §3.4).

    Raises:
        NotStamped: it gave none, or one of something else.
    """
    digest, nonce = sha256(content).digest(), secrets.token_bytes(8)
    asked = urllib.request.Request(  # noqa: S310 - the operator's own setting
        authority,
        _request(digest, b"\x01" + nonce),
        {"Content-Type": "application/timestamp-query"},
    )
    if asked.type not in ("http", "https"):
        raise NotStamped(f"{asked.type} is no way to an authority")
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            told: bytes = answer.read(LARGEST)
    except (urllib.error.URLError, OSError) as away:
        raise NotStamped(f"the authority does not answer: {type(away).__name__}") from away
    if digest not in told or nonce not in told:  # a refusal has neither
        raise NotStamped("the authority gave no timestamp of this statement")
    return told


def _request(digest: bytes, nonce: bytes) -> bytes:
    imprint = _der(0x30, _SHA256 + _der(0x04, digest))
    version = _der(0x02, b"\x01")
    return _der(0x30, version + imprint + _der(0x02, nonce) + _WITH_CERTIFICATE)


def _der(tag: int, content: bytes) -> bytes:
    """Return a DER value of less than 128 bytes (X.690 §8.1)."""
    assert len(content) < 128
    return bytes([tag, len(content)]) + content


def _line(batch: JournalBatch) -> str:
    said = {
        "statement": batch.statement.decode(),
        "signature": batch.signature.hex(),
        "key": batch.key.hex(),
    }
    return json.dumps(said)


def _is_due(database: Database, name: str, at: datetime) -> bool:
    """Take it upon oneself, unless another worker did within the hour."""
    with database.reader() as session:
        if not workers.is_round_due(session, name, at, EVERY):
            return False
    with database.unit_of_work() as uow:
        taken = workers.take_round(uow.session, name, at, EVERY) is not None
        uow.commit()
        return taken
