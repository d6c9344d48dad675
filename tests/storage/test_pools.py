"""Pools of one file run each as its own case, and what flows between them finds the right one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.commands import messages, upkeep
from engine.model.incident import Incident
from engine.model.partner import addressed_to, partner_table
from engine.queries.invariants import broken
from engine.storage import partners
from tests.storage.events import NOON, begin, case, heard, listening, rows
from tests.storage.events import messages as kept
from tests.storage.pools import (
    ANSWERING,
    ASKING,
    AWAITS,
    PAIR,
    carrying,
    collaboration,
    deploy,
    event,
    pool,
    run,
    think,
)

pytestmark = pytest.mark.both_databases


def test_an_answer_finds_the_very_case_that_asked_without_a_key(database):
    deploy(database, PAIR, "asker")
    asking = {each: begin(database, "asker", question=each) for each in ("one", "two", "three")}
    run(database)

    answered = {each: think(database, each, f"to {each}") for each in ("two", "three", "one")}
    run(database)

    assert {case(database, each).variables["answer"] for each in asking.values()} == {
        "to one",
        "to two",
        "to three",
    }
    for question, asker in asking.items():
        assert case(database, asker).state == "finished"
        assert case(database, asker).variables["answer"] == f"to {question}"
        [pair] = rows(database, partner_table, instance_id=asker)
        assert pair.partner_id == answered[question]
    assert rows(database, Incident.__table__) == []
    assert [each.state for each in kept(database, name="asker/await")] == ["delivered"] * 3


def test_an_answer_that_comes_before_it_is_awaited_is_kept_for_the_one_who_asked(database):
    late = pool(
        "asker",
        '<startEvent id="a_start"/>',
        event("intermediateThrowEvent", "ask", carrying("question")),
        event("intermediateCatchEvent", "pause", '<messageEventDefinition messageRef="thought"/>'),
        event("intermediateCatchEvent", "await", AWAITS),
        '<endEvent id="a_end"/>',
    )
    quick = pool(
        "answerer",
        '<startEvent id="b_start"/>',
        '<scriptTask id="work" scriptFormat="feel" camunda:resultVariable="answer">'
        '<script>"to " + question</script></scriptTask>',
        event("endEvent", "reply", carrying("answer")),
    )
    deploy(database, PAIR.replace(ASKING, late).replace(ANSWERING, quick), "asker")
    one, two = (begin(database, "asker", question=each) for each in ("one", "two"))
    run(database)
    assert {each.correlation for each in kept(database, state="buffered")} == {
        addressed_to(each) for each in (one, two)
    }

    for each in ("two", "one"):
        messages.publish(database.unit_of_work(), "thought", each, {}, at=NOON)
    run(database)

    assert case(database, one).variables["answer"] == "to one"
    assert case(database, two).variables["answer"] == "to two"


def test_what_a_started_case_is_told_is_what_the_message_carries_and_no_more(database):
    deploy(database, PAIR, "asker")

    begin(database, "asker", question="one", secret="not for others")
    run(database)

    [waiting] = listening(database, name="thought")
    assert case(database, waiting.instance_id).variables == {"question": "one"}
    [started] = heard(database, "started", instance_id=waiting.instance_id)
    assert started.element_id == "b_start"


def test_two_partners_of_one_process_that_both_wait_are_an_incident_of_the_sender(database):
    asker = pool(
        "asker",
        '<startEvent id="a_start"/>',
        event("intermediateThrowEvent", "first", AWAITS),
        event("intermediateThrowEvent", "second", AWAITS),
        event("intermediateCatchEvent", "pause", '<messageEventDefinition messageRef="go"/>'),
        event("endEvent", "more", AWAITS),
    )
    other = pool(
        "other",
        '<startEvent id="b_start"/>',
        event("intermediateCatchEvent", "hear", AWAITS),
        '<endEvent id="b_end"/>',
    )
    flows = collaboration(
        {"pa": "asker", "pb": "other"},
        ("first", "b_start"),
        ("second", "b_start"),
        ("more", "hear"),
    )
    deploy(database, f'<message id="go" name="go"/>{flows}{asker}{other}', "asker")
    sender = begin(database, "asker")
    run(database)

    messages.publish(database.unit_of_work(), "go", None, {}, at=NOON)
    for hours in range(5):
        run(database, hours=hours)

    [incident] = rows(database, Incident.__table__)
    assert (incident.instance_id, incident.code) == (sender, "GEN-AMBIGUOUS")
    assert len(listening(database, name="other/hear")) == 2


def test_a_case_that_was_never_spoken_to_is_found_when_it_is_the_only_one(database):
    other = pool(
        "other",
        '<startEvent id="b_start"/>',
        event("intermediateCatchEvent", "hear", AWAITS),
        '<endEvent id="b_end"/>',
    )
    asker = pool("asker", '<startEvent id="a_start"/>', event("endEvent", "tell", AWAITS))
    flows = collaboration({"pa": "asker", "pb": "other"}, ("tell", "hear"))
    deploy(database, flows + asker + other, "asker", "other")
    waiting, sender = begin(database, "other"), begin(database, "asker")

    run(database)

    assert case(database, waiting).state == "finished"
    assert [each.partner_id for each in rows(database, partner_table, instance_id=sender)] == [
        waiting
    ]


def test_an_activity_sends_along_its_flows_when_it_has_ended_and_each_item_by_itself(database):
    asker = pool(
        "asker",
        '<startEvent id="a_start"/>',
        '<task id="tell"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
        "</multiInstanceLoopCharacteristics></task>",
        '<endEvent id="a_end"/>',
    )
    other = pool("other", '<startEvent id="b_start"/>', '<endEvent id="b_end"/>')
    flows = collaboration({"pa": "asker", "pb": "other"}, ("tell", "b_start"))
    deploy(database, flows + asker + other, "asker")

    sender = begin(database, "asker")
    run(database)

    assert len(rows(database, partner_table, instance_id=sender)) == 3


def test_what_goes_to_a_pool_without_a_process_is_kept_for_the_world_outside(database):
    asker = pool("asker", '<startEvent id="a_start"/>', event("endEvent", "tell", AWAITS))
    flows = collaboration({"pa": "asker", "world": None}, ("tell", "world"))
    deploy(database, flows + asker, "asker")

    begin(database, "asker")
    run(database)

    assert [(each.name, each.state) for each in kept(database)] == [("asker/tell", "buffered")]


def test_a_message_from_outside_may_be_for_one_case(database):
    deploy(database, PAIR, "asker")
    ids = [begin(database, "asker", question=each) for each in ("one", "two")]
    uow, told = database.unit_of_work(), {"answer": "by hand"}

    messages.publish(uow, "asker/await", addressed_to(ids[1]), told, at=NOON)

    assert [case(database, each).state for each in ids] == ["running", "finished"]


STANDARD = (
    '<message id="offer" name="offer"/>'
    '<collaboration id="c"><participant id="pa" processRef="bidder"/>'
    '<participant id="pb" processRef="buyer"/>'
    '<messageFlow id="m" sourceRef="tell" targetRef="hear"/>'
    '<correlationKey id="key"><correlationPropertyRef>tender</correlationPropertyRef>'
    "</correlationKey></collaboration>"
    '<correlationProperty id="tender"><correlationPropertyRetrievalExpression messageRef="offer">'
    "<messagePath>number</messagePath></correlationPropertyRetrievalExpression>"
    "</correlationProperty>"
    + pool(
        "bidder",
        '<startEvent id="a_start"/>',
        event("endEvent", "tell", carrying("number").replace(">", ' messageRef="offer">', 1)),
    )
    + pool(
        "buyer",
        '<startEvent id="b_start"/>',
        event("intermediateCatchEvent", "hear", '<messageEventDefinition messageRef="offer"/>'),
        '<endEvent id="b_end"/>',
        more='<correlationSubscription id="s" correlationKeyRef="key"><correlationPropertyBinding '
        'correlationPropertyRef="tender"><dataPath>tender_number</dataPath>'
        "</correlationPropertyBinding></correlationSubscription>",
    )
)


def test_a_correlation_of_the_standard_finds_the_case_by_what_the_message_says(database):
    deploy(database, STANDARD, "bidder", "buyer")
    buyers = {each: begin(database, "buyer", tender_number=each) for each in (11, 12)}

    begin(database, "bidder", number=12)
    run(database)

    assert case(database, buyers[12]).state == "finished"
    assert case(database, buyers[11]).state == "running"


def test_a_crash_between_taking_a_message_and_its_commit_leaves_neither_case_nor_partner(
    database, monkeypatch
):
    deploy(database, PAIR, "asker")
    asker = begin(database, "asker", question="one")
    meets = partners.meet

    def dies(*given: Any) -> None:
        meets(*given)
        raise ConnectionError("the database went away")

    monkeypatch.setattr(partners, "meet", dies)
    run(database)
    assert rows(database, partner_table) == []
    assert len(heard(database, "started")) == 1

    monkeypatch.undo()
    run(database, hours=1)

    [pair] = rows(database, partner_table, instance_id=asker)
    assert len(heard(database, "started", instance_id=pair.partner_id)) == 1
    with database.reader() as session:
        assert broken(session) == ()


def _teller(lives: str) -> str:
    tell = (
        '<intermediateThrowEvent id="tell"><extensionElements><camunda:properties>'
        f'<camunda:property name="timeToLive" value="{lives}"/></camunda:properties>'
        '</extensionElements><messageEventDefinition messageRef="thought"/>'
        "</intermediateThrowEvent>"
    )
    return '<message id="thought" name="thought"/>' + pool(
        "teller", '<startEvent id="s"/>', tell, '<endEvent id="e"/>'
    )


@pytest.mark.parametrize(
    ("lives", "kept_for"),
    [
        ("PT2H", timedelta(hours=2)),
        ('= duration("P" + string(days) + "D")', timedelta(days=3)),
        ("PT0S", timedelta()),
    ],
)
def test_a_thrown_message_waits_as_long_as_its_sender_says(database, lives, kept_for):
    deploy(database, _teller(lives.replace('"', "&quot;")), "teller")

    begin(database, "teller", days=3)
    run(database)

    [message] = kept(database)
    assert message.expires_at == NOON + kept_for
    assert message.state == ("buffered" if kept_for else "expired")


def test_messages_are_forgotten_with_their_ids_when_they_are_old_and_settled(database):
    publish, uow = messages.publish, database.unit_of_work
    publish(uow(), "old", None, {}, message_id="1", time_to_live=timedelta(0), at=NOON)
    publish(uow(), "waits", None, {}, message_id="2", time_to_live=timedelta(90), at=NOON)
    later = NOON + timedelta(days=31)
    publish(uow(), "new", None, {}, message_id="3", time_to_live=timedelta(0), at=later)

    assert upkeep.make_round(database, later)
    assert len(kept(database)) == 3
    assert upkeep.make_round(database, later + upkeep.EVERY, message_days=30)

    assert {each.name for each in kept(database)} == {"waits", "new"}


def test_an_event_of_several_definitions_speaks_and_hears_along_the_flow(database):
    both = '<messageEventDefinition/><signalEventDefinition signalRef="any"/>'
    asker = pool("asker", '<startEvent id="a_start"/>', event("endEvent", "tell", both))
    other = pool(
        "other",
        '<startEvent id="b_start"/>',
        event("intermediateCatchEvent", "hear", both.replace("any", "else")),
        '<endEvent id="b_end"/>',
    )
    signals = '<signal id="any" name="any"/><signal id="else" name="else"/>'
    flows = collaboration({"pa": "asker", "pb": "other"}, ("tell", "hear"))
    deploy(database, signals + flows + asker + other, "asker", "other")
    waiting = begin(database, "other")

    begin(database, "asker")
    run(database)

    assert case(database, waiting).state == "finished"
    assert [(each.name, each.state) for each in kept(database)] == [("other/hear", "delivered")]


TENDER = pool(
    "asker",
    '<startEvent id="t_start"/>',
    '<subProcess id="each"><multiInstanceLoopCharacteristics><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=bidders" inputElement="bidder" '
    'outputCollection="offers" outputElement="=bidder + answer"/></extensionElements>'
    '</multiInstanceLoopCharacteristics><startEvent id="e_start"/>'
    + event("intermediateThrowEvent", "invite", carrying("bidder"))
    + event("intermediateCatchEvent", "offer", AWAITS)
    + '<endEvent id="e_end"/><sequenceFlow id="e1" sourceRef="e_start" targetRef="invite"/>'
    '<sequenceFlow id="e2" sourceRef="invite" targetRef="offer"/>'
    '<sequenceFlow id="e3" sourceRef="offer" targetRef="e_end"/></subProcess>',
    '<endEvent id="t_end"/>',
)
BIDDER = pool(
    "bidder",
    '<startEvent id="b_start"/>',
    event("intermediateCatchEvent", "think", '<messageEventDefinition messageRef="thought"/>'),
    event("endEvent", "bid", carrying("answer")),
)


@pytest.mark.parametrize("order", [("c", "a", "b"), ("b", "c", "a")])
@pytest.mark.parametrize("at_once", [True, False])
def test_each_item_hears_the_answer_of_the_case_that_it_asked(database, order, at_once):
    thought = (
        '<message id="thought" name="thought"><extensionElements>'
        '<zeebe:subscription correlationKey="=bidder"/></extensionElements></message>'
    )
    flows = collaboration({"pt": "asker", "pb": "bidder"}, ("invite", "b_start"), ("bid", "offer"))
    deploy(database, thought + flows + TENDER + BIDDER, "asker")
    tender = begin(database, "asker", bidders=["a", "b", "c"])
    run(database)

    for each in order:
        messages.publish(
            database.unit_of_work(), "thought", each, {"answer": each.upper()}, at=NOON
        )
        if not at_once:
            run(database)
    run(database)

    assert case(database, tender).variables["offers"] == ["aA", "bB", "cC"]
    assert rows(database, Incident.__table__) == []
    assert {each.state for each in kept(database, name="asker/offer")} == {"delivered"}


def test_an_item_whose_answer_came_first_takes_its_own_and_leaves_the_others(database):
    slow = TENDER.replace(
        event("intermediateThrowEvent", "invite", carrying("bidder")),
        event("intermediateThrowEvent", "invite", carrying("bidder"))
        + event("intermediateCatchEvent", "open", '<messageEventDefinition messageRef="thought"/>'),
    ).replace(
        '<sequenceFlow id="e2" sourceRef="invite" targetRef="offer"/>',
        '<sequenceFlow id="e2" sourceRef="invite" targetRef="open"/>'
        '<sequenceFlow id="e4" sourceRef="open" targetRef="offer"/>',
    )
    quick = pool(
        "bidder",
        '<startEvent id="b_start"/>',
        '<scriptTask id="think" scriptFormat="feel" camunda:resultVariable="answer">'
        "<script>upper case(bidder)</script></scriptTask>",
        event("endEvent", "bid", carrying("answer")),
    )
    thought = (
        '<message id="thought" name="thought"><extensionElements>'
        '<zeebe:subscription correlationKey="=bidder"/></extensionElements></message>'
    )
    flows = collaboration({"pt": "asker", "pb": "bidder"}, ("invite", "b_start"), ("bid", "offer"))
    deploy(database, thought + flows + slow + quick, "asker")
    tender = begin(database, "asker", bidders=["a", "b", "c"])
    run(database)
    assert len(kept(database, state="buffered")) == 3

    for each in ("c", "b", "a"):
        messages.publish(database.unit_of_work(), "thought", each, {}, at=NOON)
        run(database)

    assert case(database, tender).variables["offers"] == ["aA", "bB", "cC"]
