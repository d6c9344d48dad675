"""Processes that begin with a message: which one, where, and in which unit."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from engine.commands import messages
from engine.errors import MessageAmbiguous, RulesBroken, UnitUnknown
from engine.model.instance import LONGEST_KEY, instance_table
from engine.model.message import MessageState
from engine.model.person import Unit
from engine.storage.database import Database
from tests.storage import events
from tests.storage.events import (
    END,
    NOON,
    case,
    catch,
    deploy,
    heard,
    listening,
    message,
    process,
)

pytestmark = pytest.mark.both_databases


OPENER = process(
    "opener",
    f'<startEvent id="signed">{message("opened")}</startEvent>',
    '<task id="file"/>',
    catch("await", message("paid")),
    END,
    more=f'<startEvent id="paid_first">{message("paid")}</startEvent>'
    '<sequenceFlow id="f" sourceRef="paid_first" targetRef="end"/>',
)


def _publish(database: Database, key: object, /, name: str = "paid", **given: Any) -> Any:
    told: dict[str, Any] = {"values": {"paid": 7}, "at": NOON} | given
    return messages.publish(database.unit_of_work(), name, key, **told)


def test_a_message_starts_a_case_of_the_process_that_begins_with_it(database):
    deploy(
        database,
        process(
            "opener",
            f'<startEvent id="start">{message("opened")}</startEvent>',
            catch("await", message("paid")),
            END,
        ),
        config="[opener]\ntitle = 'x'\n",
    )

    started = _publish(database, "k-1", name="opened", values={"contract": "12"}, by="gateway")
    duplicate = _publish(database, "k-1", name="opened", message_id="m", values={})
    again = _publish(database, "k-1", name="opened", message_id="m", values={})

    assert started.state is MessageState.DELIVERED
    row = case(database, started.instance_id)
    assert (row.business_key, row.started_by, row.unit) == ("k-1", "gateway", "*")
    assert row.variables == {"contract": "12"}
    assert duplicate == again != started
    assert _publish(database, "12").instance_id == started.instance_id


@pytest.mark.parametrize("first", ["!", "؀", "𐀀"], ids=["Latin", "Persian", "four bytes"])
def test_a_business_key_is_as_long_as_an_index_takes_and_no_longer(database, first):
    deploy(database, OPENER)
    letters = [chr(ord(first) + each) for each in range(90)]
    # drawn, for PostgreSQL packs what repeats before it looks at the size
    longest = "".join(Random(7).choices(letters, k=LONGEST_KEY))

    started = _publish(database, None, name="opened", values={"business_key": longest})

    assert case(database, started.instance_id).business_key == longest
    with pytest.raises(RulesBroken) as refused:
        _publish(database, None, name="opened", values={"business_key": longest + first})
    [problem] = refused.value.problems
    assert (problem.code, problem.field) == ("GEN-KEY", "business_key")
    assert problem.params == {"length": str(LONGEST_KEY + 1), "limit": str(LONGEST_KEY)}
    assert len(heard(database, "started")) == 1


def test_a_new_version_begins_in_place_of_the_old_one(database):
    for title in ("one", "two"):
        opener = process(
            "opener",
            f'<startEvent id="start">{message("opened")}</startEvent>',
            catch("await", message("paid")),
            END,
        )
        deploy(database, opener, config=f"[opener]\ntitle = '{title}'\n")

    started = _publish(database, None, name="opened", values={"contract": 1})

    assert case(database, started.instance_id).title == "two"
    assert len(listening(database, kind="message", name="opened")) == 1


@pytest.mark.parametrize(("values", "title"), [({"buyer": "Navid"}, "Navid"), ({}, "one")])
def test_a_case_that_a_message_starts_is_called_what_the_process_says(database, values, title):
    deploy(database, OPENER, config="[opener]\ntitle = 'one'\nsubject = 'buyer'\n")

    started = _publish(database, None, name="opened", values=values)

    assert case(database, started.instance_id).title == title


def test_a_process_with_several_starts_begins_at_the_one_the_message_is_for(database):
    deploy(database, OPENER)

    by_opening = _publish(database, None, name="opened", values={"contract": "1"})
    by_payment = _publish(database, "99")

    assert case(database, by_opening.instance_id).state == "running"
    assert case(database, by_payment.instance_id).state == "finished"
    started = {each.instance_id: each.element_id for each in heard(database, "started")}
    assert started == {by_opening.instance_id: "signed", by_payment.instance_id: "paid_first"}


@pytest.mark.parametrize(
    ("unit", "values", "found"),
    [
        ('"D07"', {}, "D07"),
        ('"variable:unit_code"', {"unit_code": "D15"}, "D15"),
        ('"D99"', {}, None),
        ('"variable:unit_code"', {"unit_code": "D99"}, None),
        ('"variable:unit_code"', {}, None),
    ],
)
def test_a_case_that_a_message_starts_belongs_to_the_unit_the_process_names(
    database, unit, values, found
):
    uow = database.unit_of_work()
    with uow:
        uow.session.add_all(
            [Unit(code=each, title_fa=each, title_en=each) for each in ("D07", "D15")]
        )
        uow.commit()
    deploy(database, OPENER, config=f"[opener]\nunit = {unit}\n")

    if found is None:
        with pytest.raises(UnitUnknown):
            _publish(database, None, name="opened", values=values)
        assert events.messages(database) == []
    else:
        started = _publish(database, None, name="opened", values={"contract": 1, **values})
        assert case(database, started.instance_id).unit == found


def test_a_message_that_two_processes_begin_with_is_a_refusal(database):
    begins = f'<startEvent id="start">{message("opened")}</startEvent>'
    deploy(database, process("one", begins, END), process("two", begins, END))

    with pytest.raises(MessageAmbiguous):
        _publish(database, None, name="opened")

    assert events.messages(database) == []


def test_a_message_starts_a_case_at_a_receive_task_or_behind_a_gateway(database):
    receives = '<receiveTask id="first" messageRef="opened" instantiate="true"/>'
    gateway = '<eventBasedGateway id="which" instantiate="true"/>'
    other = catch("other", '<signalEventDefinition signalRef="closing"/>')
    deploy(database, process("received", receives, END), config="[received]\ntitle = 'x'\n")
    flow = '<sequenceFlow id="which_other" sourceRef="which" targetRef="other"/>'
    chosen = process("chosen", gateway, catch("await", message("paid")), END, more=other + flow)
    deploy(database, chosen, config="[chosen]\ntitle = 'x'\n")

    _publish(database, "k-1", name="opened")
    _publish(database, "k-2", name="paid", values={"contract": "k-2"})

    begun = events.rows(database, instance_table)
    assert {(each.process_id, each.state) for each in begun} == {
        ("received", "finished"),
        ("chosen", "finished"),
    }
    assert {each.element_id for each in heard(database, "started")} == {"first", "await"}
