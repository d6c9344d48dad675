"""The ceremony of a tender's key: step by step, over again, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.errors import Conflict, NotAtThisDesk
from processes.transactions.commands import ceremony, tenders
from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import (
    SealingState,
)
from processes.transactions.sealing import member
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.member import MemberKey
from processes.transactions.tests.tendering import Tender, refused


def test_a_ceremony_goes_step_by_step_and_can_start_over(tender: Tender):
    tender.announced()
    one, key = tender.actor("commission1"), MemberKey.new()
    public, wrapped = key.public.encode().hex(), key.wrap("a long passphrase", "x", 600_000)
    told: dict[str, Any] = {"actor": one, "at": tender.at}
    for wrong_key, wrong_wrapped in (
        ("04" * 65, wrapped),
        ("", wrapped),
        (public, {}),
        (public, {**wrapped, "rounds": 10}),
        (public, {**wrapped, "key": "0"}),
    ):
        with refused("TND-053"):
            ceremony.join(tender.uow(), tender.id, wrong_key, wrong_wrapped, **told)
    with pytest.raises(Conflict):
        ceremony.deal(tender.uow(), tender.id, [], **told)
    with pytest.raises(NotAtThisDesk):
        ceremony.join(
            tender.uow(), tender.id, public, wrapped, actor=tender.actor("admin"), at=tender.at
        )
    tender.joined()
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, [], **told)
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, [{"kind": "A"}], **told)
    tender.dealt()
    with pytest.raises(Conflict):
        tender.submit("111", {})
    wrong: dict[str, Any] = {kind.value: tender.rehearsal("commission2", kind) for kind in Kind}
    with refused("TND-055"):
        ceremony.rehearse(tender.uow(), tender.id, wrong, **told)
    officer: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.at}
    with refused("GEN-REQUIRED"):
        tenders.start_over(tender.uow(), tender.id, "", **officer)
    tenders.start_over(tender.uow(), tender.id, "عضو ۳ رمزش را گم کرد", **officer)
    assert tender.seen().state is SealingState.JOINING
    tender.joined().dealt().rehearsed()
    assert tender.seen().state is SealingState.READY
    with pytest.raises(Conflict):
        tenders.start_over(tender.uow(), tender.id, "once more", **officer)


def test_a_member_deals_once_and_for_nobody_else(tender: Tender):
    tender.announced().joined()
    with tender.database.reader() as reading:
        made = rows.ceremony_of(rows.tender(reading, tender.id))
    one: dict[str, Any] = {"actor": tender.actor("commission1"), "at": tender.at}
    own = [member.deal(made, kind, 1).write() for kind in Kind]
    others = [member.deal(made, kind, 2).write() for kind in Kind]
    with refused("TND-053"):
        ceremony.deal(tender.uow(), tender.id, others, **one)
    ceremony.deal(tender.uow(), tender.id, own, **one)
    with refused("TND-054"):
        ceremony.deal(tender.uow(), tender.id, own, **one)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"number": ""}, ["GEN-REQUIRED"]),
        ({"deadline": None}, ["TND-051"]),
        ({"deadline": datetime.fromisoformat("2020-01-01T00:00:00+00:00")}, ["TND-051"]),
        ({"threshold": 1}, ["TND-052"]),
        ({"threshold": 4}, ["TND-052"]),
        ({"members": ["commission1", "commission1"]}, ["TND-052"]),
    ],
)
def test_what_is_typed_of_a_tender_is_checked(
    tender: Tender, change: dict[str, Any], codes: list[str]
):
    right: dict[str, Any] = {
        "unit": "D07", "number": "T-9", "title": "x", "deadline": tender.deadline, "threshold": 2,
        "members": tender.members,
    }  # fmt: skip
    told: dict[str, Any] = {"actor": tender.actor("proc_officer"), "at": tender.at}
    wrong = tenders.NewTender(**{**right, **change})
    elsewhere = tenders.NewTender(**{**right, "unit": "D15"})
    with refused(*codes):
        tenders.announce_tender(tender.uow(), wrong, **told)
    with pytest.raises(NotAtThisDesk):
        tenders.announce_tender(tender.uow(), elsewhere, **told)
