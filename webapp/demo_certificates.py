"""Certificates of the demonstration: who signs in it can do so at once, by a password all know.

The site's own authority gives them, as it gives anybody theirs; they are worth level L2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.commands import certificates
from engine.queries.people import by_username
from engine.settings import Settings
from engine.storage.certificates import owners
from engine.storage.database import Database
from engine.storage.people import identify
from engine.storage.reach import alone
from engine.storage.vault import Vault

#: user name -> a national code that is written right and nobody's: no place gives out 000
SIGNERS: Final = {
    "supervisor": "0000712345",
    "consultant": "0000722431",
    "tech_office": "0000732524",
    "unit_head": "0000742619",
    "fin_expert": "0000752703",
    "fin_head": "0000762792",
    "treasurer": "0000772887",
    "auditor": "0000782971",
    "unit_head15": "0000793051",
    "central_tech": "0000803170",
    "complaint_board": "0000813265",
}


def identify_signers(database: Database) -> None:
    """Write down who the signers are, so that each may ask for a certificate."""
    uow = database.unit_of_work()
    with uow:
        for username, code in SIGNERS.items():
            identify(uow.session, username, code)
        uow.commit()


def give_certificates(database: Database, vault: Vault, settings: Settings, at: datetime) -> None:
    """Give each of the signers a certificate, once; who revoked the own gets no other."""
    identify_signers(database)
    with alone(database):
        with database.reader() as session:
            known = owners(session)
        for username in SIGNERS:
            if username not in known:
                _give(database, vault, settings, username, at)


def _give(
    database: Database, vault: Vault, settings: Settings, username: str, at: datetime
) -> None:
    with database.reader() as session:
        actor = by_username(session, username, at)
    if actor is None:
        return
    certificates.give(
        database.unit_of_work(),
        settings.demo_signing_password,
        vault=vault,
        actor=actor,
        at=at,
        address=settings.web.public_url,
    )
