"""Signatures in the stories of the demonstration: of their people, by the site's own authority.

Who was given a certificate signs with it, as on a page: the answer, and the papers that bear its
signature. Anybody else signs as in a rehearsal, by an authority that is worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import g

from engine.commands import signing
from engine.commands.signing import Signed
from engine.model.person import Actor
from engine.play.signing import sign_in_play
from engine.queries import tasks as queries
from engine.signing.levels import Level
from webapp.demo_certificates import SIGNERS
from webapp.inbox.signed import level_of, signed_besides
from webapp.request import reader
from webapp.signing.pens import own_certificate, own_pen
from webapp.wiring import Site

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer


@dataclass
class Pens:
    """What the people of the stories sign with; each key is opened once."""

    site: Site
    pages: Callable[[], AbstractContextManager[object]]  #: as if one was being made
    _opened: dict[str, Signer] = field(default_factory=dict)

    def sign(
        self, task_id: UUID, values: Mapping[str, Any], actor: Actor, at: datetime
    ) -> Signed | None:
        """Sign an answer that is about to be given; ``None``: its step asks for no certificate."""
        if actor.username in SIGNERS:
            with self.pages():
                g.actor = actor
                with reader() as session:
                    asked = queries.to_change(session, task_id, actor)
                    if level_of(asked) is Level.INTERNAL and own_certificate(session) is not None:
                        seen = signing.seen(session, asked.read.instance.id, asked.variables)
                        return signed_besides(asked, values, seen, self._of(actor))
        return sign_in_play(self.site.database, task_id, values, actor, at)

    def _of(self, actor: Actor) -> Signer:
        if actor.username not in self._opened:
            with reader() as session:
                opened = own_pen(session, self.site.settings.demo_signing_password)
            self._opened[actor.username] = opened
        return self._opened[actor.username]
