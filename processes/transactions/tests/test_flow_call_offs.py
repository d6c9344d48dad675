"""Call-offs from a framework agreement: their order, prices, ceiling, who is passed by (§3.13)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RulesBroken
from engine.model.instance import InstanceState
from engine.values import Rial, local_date
from engine.values.contracting import WorksContracted
from engine.values.credit import CreditCommitted
from processes.transactions.records import Debarment, Framework
from processes.transactions.rules.frameworks import CallOffChoice, Room
from processes.transactions.tests.awarded import BN
from processes.transactions.tests.framing import (
    ASPHALT,
    FOUR,
    ONE,
    PRICE,
    THREE,
    TWO,
    CallingOff,
    framed,
)
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes


def test_calls_go_down_the_whole_list_and_a_competition_asks_every_supplier(office: Office):
    found = framed(office, names=(ONE, TWO, THREE, FOUR))
    buying = found.call(100)
    for name in (ONE, TWO, THREE):
        assert buying.variables["supplier_name"] == name
        buying.do("ask_supplier", "declined", decline_note="ظرفیت ندارد")
    buying.do("ask_supplier", "accept").do("approve_call_off", "approve")
    chosen = buying.purchase.chosen
    assert chosen is not None
    assert (chosen.firm.name, chosen.total) == (FOUR, Rial(100 * (PRICE + 600_000)))

    with office.database.unit_of_work() as uow:
        uow.session.get_one(Framework, found.framework.id).choice = CallOffChoice.COMPETITION
        uow.commit()
    asked = found.call(100).compete(None, None, PRICE - 1_000, PRICE - 1_000)
    assert asked.variables["invited_names"].split("\n") == [ONE, TWO, THREE, FOUR]
    assert [each["name"] for each in asked.variables["ranked"]] == [THREE, FOUR, ONE, TWO]


def test_a_call_off_is_ordered_at_the_prices_of_the_first_in_rank(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    found = framed(office)
    ordered = office.heard(monkeypatch, WorksContracted)
    committed = office.heard(monkeypatch, CreditCommitted)
    case = found.ask(500)
    assert case.variables["choice"] == {"method": "CALL_OFF", "reason": "FRAMEWORK"}
    buying = found.call(500)
    assert list(buying.waiting) == ["ask_supplier"]
    buying.do("ask_supplier", "accept", delivery_days=10)
    assert found.room().promised == Rial(500 * PRICE), "kept for it until it is approved"
    buying.do("approve_call_off", "approve")

    assert (buying.state(), buying.request.state.value) == ("ORDERED", "ORDERED")
    [order] = ordered
    assert (order.contract_no, order.contractor_name) == (buying.purchase.order_no, ONE)
    assert [(each.title, each.unit_price) for each in order.bill] == [("آسفالت توپکا", Rial(PRICE))]
    assert [each.amount for each in committed] == [Rial(500 * PRICE)]
    assert (found.room().ordered, found.room().left) == (Rial(2 * BN), Rial(20 * BN))


def test_who_declines_gives_the_turn_to_the_next_and_after_the_last_nothing_is_bought(
    office: Office,
):
    found = framed(office)
    buying = found.call(100)
    buying.do("ask_supplier", "declined", decline_note="ظرفیت ندارد")
    assert buying.variables["supplier_name"] == TWO
    buying.do("ask_supplier", "accept").do("approve_call_off", "approve")
    chosen = buying.purchase.chosen
    assert chosen is not None
    assert chosen.firm.name == TWO

    other = found.call(100)
    for _ in range(2):
        other.do("ask_supplier", "declined", decline_note="ظرفیت ندارد")
    assert (other.state(), other.instance.state) == ("GIVEN_UP", InstanceState.FINISHED)
    assert other.request.state.value == "RESERVED", "it may be called off again, or cancelled"


def test_the_suppliers_compete_below_their_own_prices(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    found = framed(office, CallOffChoice.COMPETITION)
    buying = found.call(100)
    with pytest.raises(RulesBroken) as refused:
        buying.do("invite_offers", "submit", invitation="x",
                  deadline_on=local_date(office.clock()).isoformat())  # fmt: skip
    assert codes(refused) == [("PRC-008", "deadline_on")]
    with pytest.raises(RulesBroken) as refused:
        buying.compete(PRICE + 1, None)
    assert codes(refused) == [("FRM-005", "offers/0/unit_price")]
    officer, step = signed_in("proc_officer"), f"/tasks/{buying.waiting['take_prices'].id}"
    officer.post(f"{step}/claim")
    folded = re.compile(r'<details class="way rows"( open)?>.*?<bdi class="quoted">(.*?)</bdi>')
    assert folded.findall(officer.get(step).text) == [(" open", ONE), ("", TWO)]
    wrong = {"offers/0/unit_price": "3999000", "offers/1/unit_price": "5000000", "minute_no": "۱۲"}
    again = officer.post(step, data={**wrong, "outcome": "submit"})
    assert again.status_code == 422
    assert folded.findall(again.text) == [(" open", ONE), (" open", TWO)], "where it is wrong"
    for typed in ("3999000", "5000000"):
        assert f'value="{typed}"' in again.text.replace(",", ""), "nothing typed is lost"
    rows = [{"unit_price": None}, {"unit_price": PRICE - 1_000}]
    buying.do("take_prices", "submit", offers=rows, minute_no="ص/۱۲")
    assert [each["name"] for each in buying.variables["ranked"]] == [
        TWO, ONE,
    ]  # fmt: skip
    buying.do("approve_call_off", "return", return_reason="RULE")
    assert found.room().promised == Rial.ZERO, "its room is free again"
    buying.compete(None, None)
    buying.do("approve_call_off", "approve")
    chosen = buying.purchase.chosen
    assert chosen is not None
    assert (chosen.firm.name, chosen.total) == (ONE, Rial(100 * PRICE)), "by rank"


def test_above_the_ceiling_outside_the_term_and_of_debarred_firms_nothing_is_called_off(
    office: Office,
):
    found = framed(office)
    everything = 22 * BN // PRICE
    waits = found.call(1_000)
    with pytest.raises(RulesBroken) as refused:
        found.ask(everything + 1)
    assert codes(refused) == [("FRM-001", "estimate")]
    for wrong, at in (
        ({"code": "999"}, "items/0/code"),
        ({"code": "", "description": "قیر"}, "items/0/description"),
    ):
        with pytest.raises(RulesBroken) as refused:
            found.ask(1, items=[{**ASPHALT, "quantity": "1", **wrong}])
        assert codes(refused) == [("FRM-004", at)]
    buying = found.call(everything)
    buying.ordered()
    with pytest.raises(RulesBroken) as refused:
        waits.do("ask_supplier", "accept")
    assert codes(refused) == [("FRM-001", "outcome")], "the other was faster"
    waits.do("ask_supplier", "give_up", give_up_note="جا نیست")


def test_a_supplier_that_is_debarred_or_over_is_passed_by(office: Office):
    found = framed(office)
    buying = found.call(100)
    buying.do("ask_supplier", "accept")
    today = local_date(office.clock())
    office.add(
        Debarment(
            firm_id=office.firm_id(ONE), reason="تأخیر", letter_no="۱۲", since=today,
            until=today + timedelta(days=9), entered_at=office.clock(), entered_by="unit_head",
        )
    )  # fmt: skip
    with pytest.raises(RulesBroken) as refused:
        buying.do("approve_call_off", "approve")
    assert codes(refused) == [("PRC-006", "outcome")], "since it was chosen"
    buying.do("approve_call_off", "return", return_reason="RULE")
    with pytest.raises(RulesBroken) as refused:
        buying.do("ask_supplier", "accept")
    assert codes(refused) == [("PRC-006", "outcome")]
    buying.do("ask_supplier", "declined", decline_note="محروم شد")
    assert buying.variables["supplier_name"] == TWO
    assert found.call(100).variables["supplier_name"] == TWO

    office.clock.pass_time(timedelta(days=121))
    with pytest.raises(RulesBroken) as refused:
        buying.do("ask_supplier", "accept")
    assert codes(refused) == [("FRM-002", "outcome")]
    with pytest.raises(RulesBroken) as refused:
        found.ask(1)
    assert codes(refused) == [("FRM-002", "framework_id")]


def test_call_offs_look_split_to_nobody(office: Office):
    found = framed(office)
    small = [found.ask(tons) for tons in (225, 175, 150)]  # 900, 700 and 600 millions
    assert [each.request.split_sum for each in small] == [None, None, None]
    alone = office.asked(600_000_000, item_group="ASPHALT")
    assert alone.request.split_sum is None, "what is called off is no part of such a sum"


@pytest.mark.both_databases
def test_of_call_offs_that_ask_at_once_none_goes_beyond_the_ceiling(office: Office):
    found = framed(office)
    found.call(4_000).ordered()  # 1,500 tons are left
    waiting = [found.call(1_000) for _ in range(4)]

    def take(each: CallingOff) -> list[tuple[str, str | None]]:
        try:
            each.do("ask_supplier", "accept")
        except RulesBroken as refused:
            return [(one.code, one.field) for one in refused.problems]
        return []

    with ThreadPoolExecutor(4) as people:
        told = list(people.map(take, waiting))
    assert sorted(told) == [[], *[[("FRM-001", "outcome")]] * 3]
    room = found.room()
    assert (room.promised, room.left) == (Rial(1_000 * PRICE), Rial(500 * PRICE))


@given(
    ceiling=st.integers(1, 10**15),
    asked=st.lists(st.tuples(st.integers(1, 10**14), st.booleans()), max_size=30),
)
def test_whatever_is_asked_for_and_sent_back_the_ceiling_holds(
    ceiling: int, asked: list[tuple[int, bool]]
):
    room = Room(Rial(ceiling))
    for amount, is_sent_back in asked:
        before, wanted = room, Rial(amount)
        if not room.problems(wanted, "total"):
            room = replace(room, promised=room.promised + wanted)
            room = before if is_sent_back else Room(room.ceiling, room.ordered + wanted)
        else:
            assert wanted > room.left
        assert Rial.ZERO <= room.left <= room.ceiling
