"""Minutes of a sitting: kept as they were printed, filed in the case, signed by who was there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.sdk import Actor, Content, Problem, RulesBroken, UnitOfWork, file_in_case, retried
from processes.transactions.commands.seats import must_sit, seated, told
from processes.transactions.commands.voting import must_take_part
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealingState, SealMinutes

_OVER = {SealingState.CLOSED, SealingState.UNSUCCESSFUL}


@retried
def keep_minutes(
    uow: UnitOfWork, tender_id: UUID, printed: Content, *, actor: Actor, at: datetime
) -> int:
    """Keep the minutes of the sitting that has ended, and tell which number they have.

    A sitting ends with the session, or where prices wait for the scoring of quality.

    Args:
        printed: the PDF; it lies in the store.

    Raises:
        NotAtThisDesk: the actor is neither a member nor buys for this unit.
        RulesBroken: ``TND-067`` no sitting has ended whose minutes are not made.
    """
    with uow:
        found = rows.tender(uow.session, tender_id, to_change=True)
        must_sit(found, actor)
        if not rows.minutes_due(found):
            raise RulesBroken([Problem("TND-067")])
        number = len(found.minutes) + 1
        is_last = found.state in _OVER and number >= len(found.sittings)
        uow.session.add(
            SealMinutes(
                tender_id=found.id, number=number, sha256=printed.sha256, size=printed.size,
                is_last=is_last, made_at=at, made_by=actor.username, signed={},
            )
        )  # fmt: skip
        uow.session.flush()
        if found.case_id is not None:
            file_in_case(uow, found.case_id, [printed], actor=actor, at=at)
        facts = {"number": number, "sha256": printed.sha256}
        told(uow.session, found, "minutes_made", facts, actor=actor, at=at)
        uow.commit()
        return number


@retried
def sign_minutes(
    uow: UnitOfWork, tender_id: UUID, number: int, sha256: str, *, actor: Actor, at: datetime
) -> None:
    """Sign minutes as a member who was there, by a proof of being the one signed in (L1).

    Args:
        sha256: of the minutes that the member was shown.

    Raises:
        NotFound, NotAtThisDesk: there is no such tender, or the actor is no member.
        RulesBroken: ``TND-066``, ``SOD-010`` the member took no part; ``TND-067`` these are not
            the minutes.
    """
    with uow:
        found, seat = seated(uow.session, tender_id, actor)
        sitting = next((each for each in found.sittings if each.number == number), None)
        if sitting is None or seat.position not in sitting.stayed:
            must_take_part(seat)
            if sitting is not None:
                raise RulesBroken([Problem("TND-066")])
        minutes = next((each for each in found.minutes if each.number == number), None)
        if minutes is None or minutes.sha256 != sha256:
            raise RulesBroken([Problem("TND-067")])
        if str(seat.position) not in minutes.signed:
            minutes.signed = {**minutes.signed, str(seat.position): at.isoformat()}
            facts = {"number": number, "sha256": sha256, "position": seat.position}
            told(uow.session, found, "minutes_signed", facts, actor=actor, at=at)
        uow.commit()
