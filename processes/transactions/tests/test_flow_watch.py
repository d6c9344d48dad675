"""A guarantee in force is watched: reminders, extend or call, and who hears when it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.model.instance import instance_table
from engine.values import local_date
from processes.transactions.commands import guarantees
from processes.transactions.rules.guarantee_register import Kind
from processes.transactions.tests.awarded import day, registered
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes


@dataclass
class Watch(WalkedCase):
    """The watch over one guarantee."""

    people = {
        "remind": "proc_officer",
        "extend_or_call": "proc_officer",
        "settle_expired": "unit_head",
        "see_expired": "auditor",
    }
    guarantee_id: str = ""

    def after(self, days: int) -> list[str]:
        """Let days pass; return what then waits."""
        self.office.clock.pass_time(timedelta(days=days))
        self.office.run_jobs(self.office.clock())
        assert self.incidents == []
        return sorted(self.waiting)

    def extend(self, days: int) -> list[str]:
        """Extend it to so many days from now; return what then waits."""
        typed = {"reference": "ت/۲", "until": day(local_date(self.office.clock()) + _days(days))}
        guarantees.extend(
            self.office.database.unit_of_work(), UUID(self.guarantee_id), typed,
            actor=self.office.actor("proc_officer"), at=self.office.clock(),
        )  # fmt: skip
        return self.after(0)


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def watched(office: Office) -> Watch:
    """Put a guarantee in force that ends in 100 days, and let the worker run."""
    made = registered(office, until=day(local_date(office.clock()) + _days(100)), concerns="C-1")
    office.run_jobs()
    with office.database.reader() as session:
        query = select(instance_table.c.id).where(instance_table.c.process_id == "guarantee_watch")
        return Watch(office, session.scalars(query).one(), guarantee_id=made)


@pytest.mark.parametrize("step", sorted(Watch.people))
def test_every_kind_of_guarantee_has_words_where_it_is_watched(step: str):
    form = json.loads((Path(__file__).parents[1] / "forms" / f"{step}.form").read_text())
    (kind,) = (each for each in form["components"] if each.get("key") == "guarantee_kind")
    assert {each["value"] for each in kind["values"]} == {each.value for each in Kind}


@pytest.mark.both_databases
def test_two_reminders_then_it_is_to_be_extended_and_an_extension_moves_them(office: Office):
    case = watched(office)
    assert (case.after(54), case.instance.unit) == ([], "D07")
    assert case.after(1) == ["remind"], "45 days before"
    case.do("remind", "seen")
    assert case.after(14) == []
    assert case.after(1) == ["remind"], "30 days before"
    assert case.after(15) == ["extend_or_call"], "15 days before; the reminder is over"
    with pytest.raises(RulesBroken) as refused:
        case.do("extend_or_call", "done")
    assert codes(refused) == [("GUA-015", None)]
    assert case.extend(100) == [], "the register says it: nothing waits"
    assert case.after(55) == ["remind"], "the days moved with the end"


def test_an_end_with_an_open_obligation_is_the_heads_and_the_auditors(office: Office):
    case = watched(office)
    case.after(90)
    assert case.after(11) == ["see_expired", "settle_expired"]
    case.do("see_expired", "seen", audit_note="دیر شد")
    with pytest.raises(RulesBroken) as refused:
        case.do("settle_expired", "done", settled_note="پیگیری شد")
    assert codes(refused) == [("GUA-016", None)]
    guarantees.expire(
        office.database.unit_of_work(), UUID(case.guarantee_id), {"reason": "کار پایان یافت"},
        actor=office.actor("proc_officer"), at=office.clock(),
    )  # fmt: skip
    case.do("settle_expired", "done", settled_note="پیگیری شد")
    assert (case.waiting, case.instance.state.value) == ({}, "finished")


def test_the_watch_ends_with_what_is_given_back(office: Office):
    case = watched(office)
    freed = {"event": "PROVISIONAL_ACCEPTANCE", "reference": "ص/۱"}
    guarantees.release(
        office.database.unit_of_work(), UUID(case.guarantee_id), freed,
        actor=office.actor("fin_head"), at=office.clock(),
    )  # fmt: skip
    assert case.after(0) == []
    assert case.instance.state.value == "finished"
