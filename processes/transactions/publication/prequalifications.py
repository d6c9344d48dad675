"""What is announced of a pre-qualification (§3.10): its call, its short list, or that none is.

OCDS 1.1 knows one competitive stage: the call begins it as a selective tender, whose notice then
tells the second stage of it. That the papers are due is a milestone of the tender, so that it
stands beside the period of the bids. Who applied is told of nobody who is not listed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.sdk import Session
from processes.transactions.publication.events import (
    Called,
    Cancelled,
    Category,
    Changed,
    Failed,
    Item,
    Milestone,
    ShortListed,
    Span,
)
from processes.transactions.publication.publishing import publish
from processes.transactions.publication.purchases import party_of, process_of_request
from processes.transactions.records import Prequalification, Stage

# What the public is told in the language of the releases; never what somebody typed inside.
_DUE: Final = "پایان مهلت مدارک ارزیابی کیفی"
_AGAIN: Final = "فراخوان دوباره: شمار شرکت‌های شایسته به حد نصاب نرسید"
_TOO_FEW: Final = "ارزیابی کیفی بی‌فهرست کوتاه پایان یافت"
_GIVEN_UP: Final = "ارزیابی کیفی کنار گذاشته شد"


def publish_call_of(session: Session, found: Prequalification, at: datetime) -> None:
    """Tell that firms are called; once more with the deadline that stands then."""
    assert found.deadline is not None
    process, stage = process_of_request(session, found.request)
    papers = Span(at, found.deadline)
    if stage is Stage.CALLED:
        again = Changed(
            at=at,
            amendment=f"call-{found.call}",
            reason=_AGAIN,
            bidding=papers,
            milestones=(_due(found),),
        )
        publish(session, process, again)
        return
    asked = "\n\n".join(filter(None, (found.description or found.title, found.papers_asked)))
    call = Called(
        at=at,
        title=found.title,
        description=f"{found.number}: {asked}",
        category=Category[found.request.category.name],
        items=tuple(
            Item(str(each.position), each.description, each.quantity, each.measure)
            for each in found.request.items
        ),
        papers=papers,
        deadline=_due(found),
    )
    publish(session, process, call)


def publish_short_list(session: Session, found: Prequalification, at: datetime) -> None:
    """Tell which firms may bid."""
    firms = tuple(party_of(each.firm) for each in found.short_list)
    process, _ = process_of_request(session, found.request)
    publish(session, process, ShortListed(at=at, firms=firms, deadline=_due(found, met=True)))


def publish_no_list(session: Session, found: Prequalification, at: datetime) -> None:
    """Tell that too few firms are fit, and that nothing follows from the call."""
    process, _ = process_of_request(session, found.request)
    publish(session, process, Failed(at=at, reason=_TOO_FEW))


def publish_call_given_up(session: Session, found: Prequalification, at: datetime) -> None:
    """Tell that a call is given up; of one that was never published, the plan stands."""
    process, stage = process_of_request(session, found.request)
    if stage is Stage.CALLED:
        publish(session, process, Cancelled(at=at, reason=_GIVEN_UP))


def _due(found: Prequalification, *, met: bool = False) -> Milestone:
    assert found.deadline is not None
    return Milestone(
        found.number, "assessment", _DUE, found.deadline, found.deadline if met else None
    )
