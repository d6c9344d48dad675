"""Firms hand in the papers of a pre-qualification, until its deadline by the server's clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from engine.sdk import Actor, Content, Problem, RulesBroken, UnitOfWork, new_id, retried, tell_act
from processes.transactions.commands.bidding import Sign, bidder_of
from processes.transactions.queries import prequalifying as rows
from processes.transactions.records import Applicant, ApplicantPaper, Prequalification

_AREA: Final = "transactions"


@retried
def hand_in(
    uow: UnitOfWork,
    number: str,
    papers: Sequence[Content],
    *,
    most: int,
    sign: Sign,
    actor: Actor,
    at: datetime,
) -> Applicant:
    """Take a firm's papers in the place of those it handed in before, with a signed receipt.

    The row of the call is held: a paper that is being taken at the deadline is counted.

    Args:
        papers: they lie in the store.
        most: bytes that the papers of a firm have together.

    Raises:
        NotAtThisDesk: the actor bids for no firm, or for several.
        NotFound: there is no such call.
        RulesBroken: ``PRQ-005`` no papers are taken; ``TND-110``, ``PRC-006`` the firm takes no
            part; ``GEN-REQUIRED`` no paper; ``PRQ-009`` they are more than ``most``.
    """
    bidder = bidder_of(actor)
    with uow:
        found = rows.prequalification(uow.session, number, to_change=True)
        problems = rows.problems_of(uow.session, found, bidder, at)
        if not papers:
            problems.append(Problem("GEN-REQUIRED", "papers"))
        elif sum(each.size for each in papers) > most:
            problems.append(Problem("PRQ-009", "papers", {"limit": str(most // 2**20)}))
        firm = rows.firm_of(uow.session, bidder)
        if problems or firm is None:
            raise RulesBroken(problems)
        made = rows.applicant_of(found, bidder)
        if made is None:
            made = Applicant(
                id=new_id(), prequalification_id=found.id, firm=firm, version=0,
                position=len(found.applicants) + 1,
            )  # fmt: skip
            uow.session.add(made)
        made.version, made.submitted_at, made.submitted_by = made.version + 1, at, actor.username
        made.papers = []
        receipt = _receipt(found, made, papers, bidder)
        made.receipt, made.signature = receipt.decode(), sign(receipt).hex()
        uow.session.flush()  # the old papers go before the new ones come
        made.papers = [
            ApplicantPaper(position=place, name=each.name, size=each.size, sha256=each.sha256)
            for place, each in enumerate(papers, 1)
        ]
        facts = {"prequalification": found.number, "receipt": json.loads(receipt)}
        tell_act(
            uow.session, _AREA, "papers_handed_in", facts, actor=actor, at=at,
            case_id=found.instance_id,
        )  # fmt: skip
        uow.commit()
        return made


def _receipt(
    found: Prequalification, made: Applicant, papers: Sequence[Content], bidder: str
) -> bytes:
    """Return what the site signs: what was received, and when, as canonical JSON."""
    assert found.deadline is not None
    told = {
        "bidder": bidder,
        "deadline": found.deadline.isoformat(),
        "kind": "divan pre-qualification receipt 1",
        "number": found.number,
        "papers": [{"name": e.name, "sha256": e.sha256, "size": e.size} for e in papers],
        "submitted_at": made.submitted_at.isoformat(),
        "version": made.version,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
