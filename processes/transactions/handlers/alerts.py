"""The service task that tells those whose kept search a new notice fits."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.sdk import Answers, Json, Records, record_task, tell_of_page
from processes.transactions.queries.alerts import already_told, fitting
from processes.transactions.records import NoticeTold, Tender, TenderState
from processes.transactions.texts import AreaTexts


@record_task("tell_followers")
def tell_followers(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Tell everybody once whose search fits, on the page and, where he wants, by mail.

    May run twice: who was told is kept with the notice he was told by. One that was given up
    meanwhile is told to nobody.
    """
    session = records.session
    tender = session.get_one(Tender, UUID(answers.text("tender_id")))
    told = already_told(session, tender)
    said = {each: AreaTexts(each).of("letters", "notice_fits") for each in ("fa", "en")}
    count = 0
    for each in fitting(session, tender) if tender.state is TenderState.PUBLISHED else ():
        if each.username in told:
            continue
        told.add(each.username)
        session.add(
            NoticeTold(
                username=each.username, tender_id=tender.id, alert_id=each.id, told_at=records.at
            )
        )
        count += tell_of_page(
            session,
            each.username,
            said,
            f"/tender-notices/{tender.number}",
            title=f"{tender.title} · {tender.number}",
            by_mail=each.by_mail,
            ends_at=f"/tender-notices/unsubscribe/{each.token}",
            at=records.at,
        )
    return {"followers_told": count}
