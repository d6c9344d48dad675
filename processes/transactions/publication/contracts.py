"""What is announced of a contract: who did not sign, the signature, its supplements (§3.10).

Every function is called in the transaction that did what it tells. A contract whose award was
not published is not either: nobody could tell what it rests on.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Final

from engine.sdk import Session
from engine.values import end_of_day, local_date
from processes.transactions.publication.events import (
    Award as Told,
)
from processes.transactions.publication.events import (
    Decided,
    Finished,
    Process,
    Refused,
    Signed,
    Span,
    Supplemented,
    WindowEnded,
)
from processes.transactions.publication.publishing import contract_published, publish
from processes.transactions.publication.purchases import AWARD, party_of, process_of_request
from processes.transactions.records import (
    Award,
    AwardState,
    ContractSupplement,
    PublicContract,
    Stage,
)

_AWARDED: Final = frozenset({Stage.DECIDED, Stage.AWARDED})

# What the public is told in the language of the releases; never what somebody typed inside.
_NOT_SIGNED: Final = "برنده قرارداد را امضا نکرد"
_DEBARRED: Final = "برنده پیش از امضا از شرکت در معاملات محروم شد"
_TIME_OVER: Final = "تا پایان اعتبار پیشنهادها قراردادی امضا نشد"
_SUPPLEMENTED: Final = "الحاقیهٔ قرارداد امضا شد"


class Undone(enum.Enum):
    """Why an award is none any more, as the public is told it."""

    COMPLAINT = "با رسیدگی به شکایت، نتیجه لغو شد"
    TENDER_ENDED = "مناقصه پایان یافت و نتیجهٔ آن لغو شد"


def publish_refusal(session: Session, award: Award, successor: Award | None, at: datetime) -> None:
    """Tell that a winner did not sign, and that the second stands in at his own price.

    Where the time of the bids is over, that is told, and not who let it pass; a firm that is
    debarred has not refused.
    """
    until, today = award.tender.valid_until, local_date(at)
    is_late = until is not None and today > until
    reason = _TIME_OVER if is_late else _NOT_SIGNED
    if award.state is AwardState.CANCELLED:
        reason = _DEBARRED
    process = _awarded(session, award, at)
    if process is not None:
        told = None if successor is None else _told(successor)
        refused = Refused(at=at, award_no=award.no, reason=reason, successor=told)
        publish(session, process, refused)


def publish_undone(session: Session, award: Award, because: Undone, at: datetime) -> None:
    """Tell that an award was taken away: it is decided anew, or nothing comes of the tender."""
    process, stage = process_of_request(session, award.tender.request)
    if stage in _AWARDED:
        undone = Refused(at=at, award_no=award.no, reason=because.value, successor=None)
        publish(session, process, undone)


def publish_signature(session: Session, contract: PublicContract, at: datetime) -> None:
    """Tell that a contract was signed: on the award of a tender, or on a price of a waiver."""
    award, request = contract.award, contract.request
    if award is not None:
        process = _signing(session, award, at)
    else:
        process = None if request is None else process_of_request(session, request)[0]
    if process is None:
        return
    starts = end_of_day(contract.starts_on) - timedelta(days=1)
    signed = Signed(
        at=at,
        contract_no=contract.number,
        award_no=AWARD if award is None else award.no,
        title=contract.subject,
        value=contract.price,
        period=Span(starts, end_of_day(contract.ends_on)),
    )
    publish(session, process, signed)


def publish_supplement(
    session: Session, contract: PublicContract, supplement: ContractSupplement, at: datetime
) -> None:
    """Tell what a supplement changed."""
    found = contract_published(session, contract.number)
    if found is None:
        return
    starts = end_of_day(contract.starts_on) - timedelta(days=1)
    told = Supplemented(
        at=at,
        contract_no=contract.number,
        amendment=str(supplement.position),
        reason=_SUPPLEMENTED,
        value=contract.worth,
        period=Span(starts, end_of_day(contract.ends_on)) if supplement.days_added else None,
    )
    publish(session, found[0], told)


def publish_end(session: Session, contract: PublicContract, at: datetime) -> None:
    """Tell that a contract is over."""
    found = contract_published(session, contract.number)
    if found is not None:
        publish(session, found[0], Finished(at=at, contract_no=contract.number))


def _told(award: Award) -> Told:
    return Told(award.no, party_of(award.firm), award.price)


def _signing(session: Session, award: Award, at: datetime) -> Process | None:
    """Return the process that a signature is told in; of a framework's next supplier the award
    is told with it.
    """
    process, stage = process_of_request(session, award.tender.request)
    if stage is not Stage.CONTRACT or award.tender.framework is None:
        return _awarded(session, award, at)
    publish(session, process, Decided(at=at, award=_told(award), is_final=True))
    return process


def _awarded(session: Session, award: Award, at: datetime) -> Process | None:
    """Return the process whose award was published, its window of complaints told to be over."""
    process, stage = process_of_request(session, award.tender.request)
    if stage not in _AWARDED:
        return None
    if stage is Stage.DECIDED:
        publish(session, process, WindowEnded(at=at, award_no=award.no))
    return process
