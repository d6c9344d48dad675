"""Two tenders to try: one that takes sealed bids, and one whose documents are being written."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import DemoCase, DemoOffice, Story, at_work_in, documents_of
from engine.values import TEHRAN, local_date
from processes.transactions.commands import ceremony
from processes.transactions.queries import sealing as rows
from processes.transactions.records import PurchaseRequest, SealedTender, Tender
from processes.transactions.sealing import member
from processes.transactions.sealing.dealing import Dealing
from processes.transactions.sealing.envelope import Kind, begin
from processes.transactions.sealing.member import MemberKey

MEMBERS: Final = ("commission1", "commission2", "commission3")
_ROUNDS: Final = 600_000
_PAPER: Final = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def passphrase(username: str) -> str:
    """Return what a member of the demonstration's commission types in ceremony and session."""
    return f"demo key of {username}"


def tender_of_request(office: DemoOffice, request: DemoCase) -> DemoCase:
    """Begin the tender of a request whose credit is reserved."""
    with office.unit_of_work() as uow:
        found = select(PurchaseRequest.id).where(PurchaseRequest.instance_id == request.instance_id)
        chosen = str(uow.session.scalars(found).one())
    return office.start("tender", "proc_officer", request_id=chosen)


def publish(office: DemoOffice, case: DemoCase) -> Story:
    """Write, approve, seal and publish a two-stage tender, a day after the other."""
    case.attach("draft_documents", "proc_officer", "شرایط مناقصه.pdf", _PAPER)
    with office.unit_of_work() as uow:
        [paper] = documents_of(uow.session, case.instance_id)
    case.answer("draft_documents", "proc_officer", "submit", **_documents(office, str(paper)))
    yield office.at + timedelta(hours=3)
    case.answer("approve_specification", "tech_office")
    yield office.at + timedelta(hours=2)
    case.answer("approve_documents", "unit_head")
    yield office.at + timedelta(hours=20)
    with office.unit_of_work() as uow:
        found = select(Tender.seal_id).where(Tender.instance_id == case.instance_id)
        seal = uow.session.scalars(found).one()
    assert seal is not None
    make_key(office, seal)
    case.answer("make_key", "proc_officer", "done")
    yield office.at + timedelta(hours=1)
    case.answer("publish_notice", "proc_officer", "publish", **_dates(office))


def _documents(office: DemoOffice, paper: str) -> dict[str, Any]:
    return {
        "tender_title": "روکش آسفالت بولوار نمونه (نمایشی)",
        "description": "تراش و روکش آسفالت بولوار، با طرح ترافیکی و خط‌کشی",
        "opening_place": "سالن جلسات شهرداری منطقه ۷",
        "validity_days": 90,
        "advance": "20",
        "is_adjustable": True,
        "criteria": [
            {"title": "سابقه و توان اجرا", "weight": "40"},
            {"title": "روش و برنامهٔ اجرا", "weight": "60"},
        ],
        "minimum_score": "60",
        "impact": "0.2",
        "members": list(MEMBERS),
        "threshold": 2,
        "instructions": [paper],
        **_dates(office),
    }


def _dates(office: DemoOffice) -> dict[str, str]:
    """Return dates counted from the day the demonstration is loaded, so that bids are taken."""
    today = local_date(office.now)

    def moment(days: int, hour: int) -> str:
        return datetime.combine(today + timedelta(days=days), time(hour), TEHRAN).isoformat()

    return {
        "documents_until": (today + timedelta(days=4)).isoformat(),
        "questions_until": (today + timedelta(days=9)).isoformat(),
        "deadline": moment(18, 14),
        "opening_at": moment(19, 9),
    }


def make_key(office: DemoOffice, seal: UUID) -> None:
    """Let the members join, deal and rehearse, as their browsers would."""
    with office.unit_of_work() as uow:
        unit = rows.tender(uow.session, seal).unit
        known = at_work_in(uow.session, unit, office.at, role=rows.COMMISSION)
    people = {each.username: each for each in known}
    keys = {name: MemberKey.new() for name in MEMBERS}
    for position, name in enumerate(MEMBERS, 1):
        wrapped = keys[name].wrap(passphrase(name), f"{seal}/{position}", _ROUNDS)
        ceremony.join(
            office.unit_of_work(), seal, keys[name].public.encode().hex(), wrapped,
            actor=people[name], at=office.at,
        )  # fmt: skip
    with office.unit_of_work() as uow:
        made = rows.ceremony_of(rows.tender(uow.session, seal))
    for position, name in enumerate(MEMBERS, 1):
        dealt = [member.deal(made, kind, position).write() for kind in Kind]
        ceremony.deal(office.unit_of_work(), seal, dealt, actor=people[name], at=office.at)
    for position, name in enumerate(MEMBERS, 1):
        with office.unit_of_work() as uow:
            sealed = rows.tender(uow.session, seal)
            dealings = rows.dealings(uow.session, seal)
            released = {
                kind.value: _released(sealed, dealings, kind, position, keys[name]) for kind in Kind
            }
        ceremony.rehearse(office.unit_of_work(), seal, released, actor=people[name], at=office.at)


def _released(
    sealed: SealedTender, dealings: Any, kind: Kind, position: int, key: MemberKey
) -> dict[str, Any]:
    made = rows.ceremony_of(sealed)
    of_kind = [Dealing.read(each.content, made) for each in dealings if each.kind is kind]
    share = member.share_of(made, of_kind, position, key)
    known = sealed.key(kind)
    header = ceremony.rehearsal_header(sealed.id, kind, known.public)
    begun = begin(io.BytesIO(bytes.fromhex(known.rehearsal)))
    return dict(member.release(share, position, header, begun).write())
