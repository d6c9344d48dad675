"""Applicants attach the papers that the register asks of their kind of person, then send them.

Who attaches has no account: what one sends, and what all together send who are with no officer
yet, is limited, and a paper once taken is given to nobody but the office.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.sdk import Content, Problem, RulesBroken, UnitOfWork, retried, tell_act
from engine.values import local_date
from processes.transactions import registry
from processes.transactions.commands import registering
from processes.transactions.queries import registrations as rows
from processes.transactions.records import (
    BidderRegistration,
    RegistrationDecided,
    RegistrationPaper,
    RegistrationState,
)

_AREA: Final = "transactions"
_MEGABYTE: Final = 2**20


@retried
def hand_in(
    uow: UnitOfWork, registration_id: UUID, papers: Mapping[str, Content], *, at: datetime
) -> None:
    """Keep papers of a registration, each in the place of the one that was there.

    Args:
        papers: by what is asked; they lie in the store. What is not asked is not kept.

    Raises:
        NotFound, RegistrationDecided: nothing was changed; it may have come too late.
        RulesBroken: ``REG-008`` more than one applicant sends, ``REG-009`` than there is room
            for now.
    """
    with uow:
        registering.forget(uow.session, at)
        found = _awaited(uow, registration_id)
        asked = {each.paper for each in rows.papers_asked(found)}
        kept = {paper: each for paper, each in papers.items() if paper in asked}
        _must_have_room(uow, found, kept, at)
        there = {each.paper: each for each in found.papers}
        for paper, each in kept.items():
            row = there.get(paper)
            if row is None:
                row = RegistrationPaper(paper=paper)
                found.papers.append(row)
            row.name, row.kind, row.size = each.name, each.kind, each.size
            row.sha256, row.scanned, row.received_at = each.sha256, each.scanned, at
        found.papers_sent += sum(each.size for each in kept.values())
        uow.commit()


@retried
def send(uow: UnitOfWork, registration_id: UUID, *, at: datetime) -> None:
    """Send a registration with its papers to the buying officer.

    Raises:
        NotFound, RegistrationDecided: nothing was changed.
        RulesBroken: ``GEN-REQUIRED`` beside each paper that is needed and not there; ``REG-001``
            the id was registered meanwhile.
    """
    with uow:
        found = _awaited(uow, registration_id)
        there = {each.paper for each in found.papers}
        missing = [
            Problem("GEN-REQUIRED", each.paper)
            for each in rows.papers_asked(found)
            if each.is_needed and each.paper not in there
        ]
        if missing:
            raise RulesBroken(missing)
        if not rows.takes(uow.session, found.identifier, at, but=found.id, account=found.account):
            raise RulesBroken([Problem("REG-001")])
        registering.submit(uow.session, found, at)
        facts = {
            "registration": found.number,
            "bidder": found.identifier,
            "papers": [
                {"paper": e.paper, "sha256": e.sha256, "size": e.size} for e in found.papers
            ],
        }
        tell_act(uow.session, _AREA, "bidder_papers_sent", facts, actor=None, at=at)
        uow.commit()


def _awaited(uow: UnitOfWork, registration_id: UUID) -> BidderRegistration:
    found = rows.registration(uow.session, registration_id, to_change=True)
    if found.state is not RegistrationState.PAPERS:
        raise RegistrationDecided(f"{found.number} is {found.state.value}")
    return found


def _must_have_room(
    uow: UnitOfWork, found: BidderRegistration, papers: Mapping[str, Content], at: datetime
) -> None:
    """Refuse what would be more than one applicant sends, or than strangers may fill."""
    on, size = local_date(at), sum(each.size for each in papers.values())
    most = registry.whole("registration.papers.most.megabytes", on)
    room = registry.whole("registration.papers.waiting.megabytes", on)
    field = next(iter(papers), None)
    if found.papers_sent + size > most * _MEGABYTE:
        raise RulesBroken([Problem("REG-008", field, {"most": str(most)})])
    if rows.waiting_size(uow.session) + size > room * _MEGABYTE:
        raise RulesBroken([Problem("REG-009", field)])
