"""The journal's anchors outside: a second database, a letter, a timestamp of an authority."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.commands.sealing import seal
from engine.connectors import SITE, anchoring
from engine.connectors.anchoring import NotStamped, Outside, into_database, stamped, tell
from engine.journal import Statement
from engine.queries.proofs import verify
from engine.storage import anchors
from engine.storage import journal as rows
from engine.storage.anchors import AnchorAway
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.paying import NOON
from tests.kit.post import Post, plain_of

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
_OPENSSL = """
[tsa]
default_tsa = stamper
[stamper]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = a time stamping authority
[stamping]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:true
"""


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A case, sealed in one batch."""
    paying.deploy(bare_database)
    paying.start(bare_database, 1)
    assert seal(bare_database, KEY, NOON)
    return bare_database


def newest(database: Database) -> bytes:
    with database.reader() as session:
        batch = rows.last_batch(session)
        assert batch is not None
        return batch.statement


def grown(database: Database) -> None:
    paying.start(database, 2)
    assert seal(database, KEY, NOON + timedelta(minutes=1))


@pytest.mark.both_databases
def test_a_second_database_gets_each_statement_once(database: Database, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'outside.sqlite'}"
    assert [into_database(database, url) for _ in range(2)] == [1, 0]

    grown(database)

    assert into_database(database, url) == 1
    outside = Database(url)
    assert list(anchors.statements(outside))[-1] == newest(database)
    outside.dispose()


def test_a_statement_that_the_second_database_has_is_not_written_over(
    database: Database, tmp_path: Path
):
    url = f"sqlite:///{tmp_path / 'outside.sqlite'}"
    into_database(database, url)
    outside = Database(url)

    with database.reader() as session, pytest.raises(AnchorAway):
        anchors.add(outside, rows.some_batches(session, 0, 1))
    outside.dispose()


def test_history_written_anew_is_found_by_the_second_database(database: Database):
    other = replace(Statement.read(newest(database)), root=bytes(32)).written()

    with database.snapshot() as session:
        assert {each.code for each in verify(session, [other]).faults} == {"JRN-005"}


def test_the_newest_statement_is_sent_by_mail_once_an_hour(database: Database, post: Post):
    to = Outside(mail="auditor@city.example")
    for minutes in (0, 30, 61):
        tell(database, to, SITE.mail, NOON + timedelta(minutes=minutes))

    assert len(post.letters) == 2
    assert post.letters[0]["To"] == "auditor@city.example"
    said = json.loads(plain_of(post.letters[0]).replace("\n", ""))
    assert said["statement"].encode() == newest(database)


def test_an_anchor_that_is_away_stops_neither_sealing_nor_the_others(
    database: Database, tmp_path: Path
):
    away = Outside(
        database="sqlite:////nowhere/at/all.sqlite",
        mail="auditor@city.example",
        authority="http://127.0.0.1:9",
        stamps=tmp_path,
    )

    tell(database, away, replace(SITE.mail, host=""), NOON)

    assert list(tmp_path.iterdir()) == []


class _Authority(BaseHTTPRequestHandler):
    """Answers by ``openssl ts``."""

    folder: Path

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "asked.tsq").write_bytes(asked)
        reply = ["openssl", "ts", "-reply", "-config", "ca.cnf", "-queryfile", "asked.tsq"]
        subprocess.run([*reply, "-out", "told.tsr"], cwd=self.folder, check=True)
        body = (self.folder / "told.tsr").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A time stamping authority on loopback, and its folder."""
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "ca.cnf").write_text(_OPENSSL)
    (folder / "serial").write_text("01\n")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    files = ["-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "30", "-config", "ca.cnf"]
    subprocess.run([*made, *files], cwd=folder, check=True, capture_output=True)
    server = HTTPServer(("127.0.0.1", 0), type("Authority", (_Authority,), {"folder": folder}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_newest_statement_is_stamped_and_openssl_verifies_it(
    database: Database, authority: tuple[str, Path], tmp_path: Path
):
    url, folder = authority
    kept = anchoring.by_timestamp(database, url, tmp_path / "stamps")

    assert kept is not None
    statement = kept.with_suffix(".statement")
    assert statement.read_bytes() == newest(database)
    asked = ["openssl", "ts", "-verify", "-data", str(statement), "-in", str(kept)]
    trusted = ["-CAfile", str(folder / "tsa.pem")]
    assert subprocess.run([*asked, *trusted], capture_output=True, check=False).returncode == 0
    statement.write_bytes(b"another")
    assert subprocess.run([*asked, *trusted], capture_output=True, check=False).returncode != 0


def test_an_authority_that_is_away_or_of_another_kind_gives_no_stamp():
    for url in ("http://127.0.0.1:9", "file:///etc/passwd"):
        with pytest.raises(NotStamped):
            stamped(b"x", url)
