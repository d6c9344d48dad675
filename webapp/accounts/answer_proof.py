"""A proof of one answer: by a passkey that signed it, or by signing in at the provider for it.

Who has neither a password nor a device confirms an approval so. What is proved is the mark of
an answer, so that the proof is of no use for any other; it is good once and for minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import session

from engine.model.sign_in import Method
from engine.queries import accounts as queries
from webapp.request import current_actor, now, reader, services

#: in the cookie: the answer that waits for its proof
WAITS: Final = "answer_waits"
#: in the cookie: the answer that was proved, and by what
PROVED: Final = "answer_proved"
#: How long an answer may wait for its proof, and a proof for its answer.
PATIENCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for its proof."""

    mark: str  #: tells it from every other answer
    back: str  #: the page it was filled in on
    outcome: str  #: the answer in a word, as it was chosen
    since: datetime


@dataclass(frozen=True, slots=True)
class Proved:
    """An answer that was proved and is to be sent once more."""

    mark: str
    back: str
    outcome: str
    method: Method


@dataclass(frozen=True, slots=True)
class Ways:
    """By what the acting person may prove an answer."""

    passkey: bool
    provider: bool

    @property
    def are_any(self) -> bool:
        """Tell whether there is anything beside a password and a code."""
        return self.passkey or self.provider


def ways() -> Ways:
    """Return by what the acting person may prove an answer, beside a password and a code."""
    person_id, door = current_actor().person_id, services().settings.sign_in
    with reader() as database:
        known = queries.factors(database, person_id)
        is_vouched = bool(door.oidc_issuer) and queries.is_vouched_for(database, person_id)
    return Ways(bool(known.keys), is_vouched)


def wait_for(mark: str, back: str, outcome: str) -> None:
    """Remember which answer is proved next."""
    session.pop(PROVED, None)
    session[WAITS] = [mark, back, outcome, now().isoformat()]


def waiting() -> Waiting | None:
    """Return the answer that waits for its proof, unless it has waited too long."""
    match session.get(WAITS):
        case [str(mark), str(back), str(outcome), str(since)]:
            begun = datetime.fromisoformat(since)
            if timedelta() <= now() - begun <= PATIENCE:
                return Waiting(mark, back, outcome, begun)
    return None


def proved(waited: Waiting, method: Method) -> None:
    """Keep by what an answer was proved, until it is sent once more."""
    session.pop(WAITS, None)
    session[PROVED] = [waited.mark, waited.back, waited.outcome, method.value, now().isoformat()]


def proof_of(mark: Callable[[], str]) -> Method | None:
    """Return by what this very answer was proved; the proof is used up, whatever it was of.

    Args:
        mark: tells what marks the answer; most have no proof, and it is not asked.
    """
    kept = _kept(session.pop(PROVED, None))
    return kept.method if kept is not None and kept.mark == mark() else None


def proved_on(page: str) -> Proved | None:
    """Return what was proved of the answer on a page and is still to be sent."""
    kept = _kept(session.get(PROVED))
    return kept if kept is not None and kept.back == page else None


def _kept(stored: Any) -> Proved | None:
    match stored:
        case [str(mark), str(back), str(outcome), str(method), str(at)]:
            if timedelta() <= now() - datetime.fromisoformat(at) <= PATIENCE:
                return Proved(mark, back, outcome, Method(method))
    return None
