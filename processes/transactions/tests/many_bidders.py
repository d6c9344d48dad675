"""Bidders by the hundred before a real server: each signed in, sealing as its browser would.

They are let in by rows and cookies of their own making, for the door of sign-in takes few from one
address; from the workspace on they ask what a bidder's page asks.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO, Final

import httpx
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from engine.model.person import Person, Representation
from engine.model.sign_in import SignIn
from engine.sdk import Database, new_id
from processes.transactions.records import Firm
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.envelope import Header, Kind, sealed

_BLOCK: Final = bytes(range(256)) * 1024
_PORTION: Final = 2**16
_BUSY: Final = 503
_PATIENCE: Final = 600  #: seconds


def block(size: int) -> Iterator[bytes]:
    """Give so many bytes in portions."""
    for at in range(0, size, len(_BLOCK)):
        yield _BLOCK[: min(len(_BLOCK), size - at)]


def let_in(database: Database, secret: str, count: int, at: datetime) -> list[dict[str, str]]:
    """Keep firms, each with somebody who is signed in; return the cookies of their browsers."""
    app = Flask(__name__)
    app.secret_key = secret.encode()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookies = []
    with database.unit_of_work() as uow:
        for number in range(count):
            party, person, token = f"{10_000_000_000 + number}", new_id(), secrets.token_urlsafe(32)
            uow.session.add(
                Firm(
                    id=new_id(), identifier=party, name=f"شرکت {number}", entered_at=at,
                    entered_by="proc_officer",
                )
            )  # fmt: skip
            uow.session.add(
                Person(
                    id=person, username=party, name_fa=f"نماینده {number}",
                    name_en=f"Bidder {number}", locale="fa", disabled=False, password_given=False,
                    is_machine=False,
                )
            )  # fmt: skip
            uow.session.flush()
            uow.session.add(Representation(person_id=person, role="BIDDER", party=party))
            uow.session.add(
                SignIn(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(), person_id=person,
                    created_at=at, expires_at=at + timedelta(hours=10), seen_at=at, proved_at=at,
                    method="password", address="127.0.0.1", browser="test",
                )
            )  # fmt: skip
            told = {"token": token, "method": "password", "person": str(person)}
            told["csrf_token"] = secrets.token_hex(20)
            cookies.append({"divan": str(signer.dumps(told))})
        uow.commit()
    return cookies


class Bidder:
    """One bidder at the workspace of one tender."""

    def __init__(self, address: str, number: str, cookies: dict[str, str]) -> None:
        self._at = f"{address}/bidding/{number}"
        self._client = httpx.Client(cookies=cookies, timeout=120)
        self.waited = 0  #: how often the server asked to come back shortly

    def bid(self, sizes: dict[Kind, int]) -> int:
        """Seal three envelopes, send them and hand the bid in; return its version."""
        page = self._asked(lambda: self._client.get(self._at)).text
        [csrf] = re.findall(r'name="csrf-token" content="([^"]*)"', page)
        [found] = re.findall(r'data-bidding="([^"]*)"', page)
        told = json.loads(html.unescape(html.unescape(found)))
        head, hashes = {"X-CSRFToken": csrf}, {}
        for kind, size in sizes.items():
            header = Header(**{**told["headers"][kind.value], "kind": kind})
            with tempfile.TemporaryFile() as file:  # as a browser keeps a large blob
                for portion in sealed(header, packed([(File("plan.pdf", size), block(size))])):
                    file.write(portion)
                hashes[kind.value] = self._put(kind, file, head)
        answer = self._asked(
            lambda: self._client.post(f"{self._at}/bid", json=hashes, headers=head)
        )
        assert answer.status_code in (200, 201), answer.text[:500]
        self._client.close()
        return int(answer.json()["version"])

    def _put(self, kind: Kind, file: IO[bytes], head: dict[str, str]) -> str:
        size = file.tell()

        def put() -> httpx.Response:
            file.seek(0)
            return self._client.put(
                f"{self._at}/envelopes/{kind.value}",
                content=iter(lambda: file.read(_PORTION), b""),
                headers={
                    **head, "Content-Length": str(size), "Content-Type": "application/octet-stream",
                },
            )  # fmt: skip

        answer = self._asked(put)
        assert answer.status_code == 201, answer.text[:500]
        return str(answer.json()["sha256"])

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask again as long as the server is busy, or closes a connection it has no room for."""
        last = time.monotonic() + _PATIENCE
        while time.monotonic() < last:
            answer: httpx.Response | None = None
            with contextlib.suppress(httpx.TransportError):
                answer = ask()
            if answer is not None and answer.status_code != _BUSY:
                return answer
            self.waited += 1
            time.sleep(1)
        raise AssertionError("the server stayed busy")
