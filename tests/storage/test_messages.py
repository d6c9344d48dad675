"""Messages reach the one case that waits for them, once, whoever is first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, event

from engine import bpmn
from engine.commands import messages, tasks, upkeep
from engine.commands.mending import mend
from engine.errors import (
    Conflict,
    MessageAmbiguous,
    MessageIdTaken,
    MessageRefused,
    StaleVersion,
)
from engine.jobs import run_due
from engine.model.instance import task_table
from engine.model.message import MessageState
from engine.model.subscription import subscription_table
from engine.storage import subscriptions
from engine.storage.database import Database
from tests.storage import events
from tests.storage.events import (
    END,
    NOON,
    START,
    WAITER,
    begin,
    cancel,
    case,
    catch,
    deploy,
    heard,
    jobs,
    listening,
    message,
    process,
    rows,
)

pytestmark = pytest.mark.both_databases

LATER = NOON + timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture
def waiters(database: Database) -> Database:
    """A database with a process that waits for the payment of its contract."""
    deploy(database, WAITER)
    return database


def _publish(database: Database, key: object, /, name: str = "paid", **given: Any) -> Any:
    told: dict[str, Any] = {"values": {"paid": 7}, "at": NOON, "time_to_live": WEEK} | given
    return messages.publish(database.unit_of_work(), name, key, **told)


def _run(database: Database) -> int:
    return run_due(database, lambda: NOON)


def test_a_waiting_case_goes_on_with_the_message_at_once(waiters):
    waits, other = begin(waiters, "waiter", contract="12"), begin(waiters, "waiter", contract="13")

    published = _publish(waiters, "12", by="clerk")

    assert (published.state, published.instance_id) == (MessageState.DELIVERED, waits)
    assert (case(waiters, waits).state, case(waiters, waits).variables["paid"]) == ("finished", 7)
    assert case(waiters, other).state == "running"
    [told] = heard(waiters, "message")
    assert (told.name, told.actor, told.element_id) == ("paid", "clerk", "await")
    assert [each.instance_id for each in listening(waiters)] == [other]


def test_a_message_that_comes_first_is_kept_and_taken_by_the_case_that_comes_later(waiters):
    first = _publish(waiters, "12")
    _publish(waiters, "99")

    instance_id = begin(waiters, "waiter", contract="12", at=LATER)
    run_due(waiters, lambda: LATER)

    assert first.state is MessageState.BUFFERED
    assert case(waiters, instance_id).state == "finished"
    kept = {each.correlation: (each.state, each.instance_id) for each in events.messages(waiters)}
    assert kept == {"12": ("delivered", instance_id), "99": ("buffered", None)}
    assert _run(waiters) == 0


def test_a_message_for_a_case_that_is_cancelled_meanwhile_is_kept(waiters, monkeypatch):
    instance_id = begin(waiters, "waiter", contract="12")
    with waiters.reader() as session:
        seen = subscriptions.waiting_case(session, "paid", "12")
    cancel(waiters, instance_id)
    looks = iter([seen])
    monkeypatch.setattr(
        subscriptions, "waiting_case", lambda *_: next(looks, (None, False))
    )  # the first look came before the end

    published = _publish(waiters, "12")

    assert published.state is MessageState.BUFFERED
    assert case(waiters, instance_id).state == "cancelled"


def test_the_oldest_of_several_kept_messages_is_taken_and_a_new_one_waits_behind_them(waiters):
    for day in (3, 1, 2):
        _publish(waiters, "12", message_id=f"m{day}", at=NOON + timedelta(days=day))
    instance_id = begin(waiters, "waiter", contract="12", at=NOON + timedelta(days=4))

    newest = _publish(waiters, "12", message_id="m4", at=NOON + timedelta(days=4))
    run_due(waiters, lambda: NOON + timedelta(days=4))

    assert newest.state is MessageState.BUFFERED
    [taken] = events.messages(waiters, state="delivered")
    assert (taken.id, taken.instance_id) == ("m1", instance_id)


def test_the_same_message_again_returns_the_first_outcome_and_changes_nothing(waiters):
    begin(waiters, "waiter", contract="12")
    first = _publish(waiters, "12", message_id="p-1")
    second_case = begin(waiters, "waiter", contract="12")

    again = _publish(waiters, "12", message_id="p-1", at=LATER)

    assert again == first
    assert case(waiters, second_case).state == "running"
    assert len(events.messages(waiters)) == 1


@pytest.mark.parametrize(
    ("key", "name", "paid"), [("12", "paid", 8), ("13", "paid", 7), ("12", "opened", 7)]
)
def test_an_id_used_for_another_message_is_refused(waiters, key, name, paid):
    _publish(waiters, "12", message_id="p-1")

    with pytest.raises(MessageIdTaken, match="p-1"):
        _publish(waiters, key, name=name, message_id="p-1", values={"paid": paid})

    [kept] = events.messages(waiters)
    assert (kept.name, kept.correlation, kept.values) == ("paid", "12", {"paid": 7})


def test_two_cases_that_wait_for_the_same_message_are_a_refusal(waiters):
    begin(waiters, "waiter", contract="12")
    begin(waiters, "waiter", contract="12")

    with pytest.raises(MessageAmbiguous, match="paid"):
        _publish(waiters, "12")

    assert events.messages(waiters) == []
    assert len(listening(waiters)) == 2


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("قرارداد ۱۲/الف", "قرارداد ١٢/الف"),
        ("علي", "علی"),
        (12, "12"),
        (Decimal("12.50"), Decimal("12.5")),
        (1400_000_000_000_000_001, "1400000000000000001"),
        ("x" * 5_000, "x" * 5_000),
        ({"b": 1, "a": ["۲"]}, {"a": ["2"], "b": "1"}),
        (True, True),
    ],
    ids=["persian", "arabic letters", "number", "decimal", "big", "long", "several", "truth"],
)
def test_a_key_is_the_same_however_it_is_written(waiters, key, sent):
    instance_id = begin(waiters, "waiter", contract=key)
    begin(waiters, "waiter", contract="y" * 5_000)

    assert _publish(waiters, sent).instance_id == instance_id


@pytest.mark.parametrize("sent", ["1", "12 ", "0x0c", None, "", 1.5], ids=repr)
def test_another_key_finds_nobody(waiters, sent):
    begin(waiters, "waiter", contract="13")
    begin(waiters, "waiter", contract=None)

    if isinstance(sent, float):
        with pytest.raises(bpmn.NotJson, match="float"):
            _publish(waiters, sent)
    else:
        assert _publish(waiters, sent).instance_id is None


def test_a_message_without_a_key_finds_a_receiver_without_one(database):
    deploy(database, process("opener", START, catch("await", message("opened")), END))
    instance_id = begin(database, "opener")

    assert _publish(database, "12", name="opened").instance_id is None
    assert _publish(database, None, name="opened").instance_id == instance_id


def test_an_expired_message_is_taken_by_nobody_and_marked_by_the_round(waiters):
    _publish(waiters, "12", time_to_live=timedelta(minutes=5))
    kept = _publish(waiters, "12", time_to_live=timedelta(hours=2), at=NOON + timedelta(minutes=1))

    instance_id = begin(waiters, "waiter", contract="12", at=LATER)
    run_due(waiters, lambda: LATER)
    upkeep.make_round(waiters, LATER)

    assert kept.state is MessageState.BUFFERED
    assert case(waiters, instance_id).state == "finished"
    assert Counter(each.state for each in events.messages(waiters)) == {
        "expired": 1,
        "delivered": 1,
    }


def test_a_message_that_is_not_to_be_kept_expires_at_once(waiters):
    assert _publish(waiters, "12", time_to_live=timedelta()).state is MessageState.EXPIRED

    instance_id = begin(waiters, "waiter", contract="12")
    _run(waiters)

    assert case(waiters, instance_id).state == "running"


def test_a_case_that_ends_listens_no_more(waiters):
    ended, cancelled = (begin(waiters, "waiter", contract=each) for each in ("12", "13"))
    _publish(waiters, "12")
    cancel(waiters, cancelled)

    assert listening(waiters) == []
    assert _publish(waiters, "13").state is MessageState.BUFFERED
    assert case(waiters, ended).state == "finished"


def test_a_message_that_brings_too_much_or_no_plain_data_is_refused(waiters):
    with pytest.raises(bpmn.TooHeavy):
        _publish(waiters, "12", values={"x": "ا" * 1_000_000})
    with pytest.raises(bpmn.NotJson):
        _publish(waiters, "12", values={"x": object()})
    with pytest.raises(bpmn.NotJson, match="NUL"):
        _publish(waiters, "12", values={"x": "a\0b"})

    assert events.messages(waiters) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "pa\0id"},
        {"name": "ن" * 256},
        {"message_id": " "},
        {"message_id": "\ud800"},
        {"time_to_live": timedelta(seconds=-1)},
        {"time_to_live": timedelta.max},
    ],
    ids=str,
)
def test_a_message_with_a_name_id_or_life_that_cannot_be_is_refused(waiters, wrong):
    with pytest.raises(MessageRefused):
        _publish(waiters, "12", **wrong)

    assert events.messages(waiters) == []


def test_a_key_with_characters_nobody_sees_finds_the_one_without(waiters):
    instance_id = begin(waiters, "waiter", contract="1\u200e2")

    assert _publish(waiters, "12", message_id="پیام\u200cها").instance_id == instance_id


def test_a_message_the_case_cannot_go_on_with_changes_nothing(database):
    condition = (
        '<sequenceFlow id="f" sourceRef="which" targetRef="end"><conditionExpression '
        'xsi:type="tFormalExpression">=paid &gt; 100</conditionExpression></sequenceFlow>'
    )
    gateway = '<exclusiveGateway id="which"/>'
    waits = catch("await", message("paid"))
    deploy(database, process("waiter", START, waits, gateway, more=END + condition))
    instance_id = begin(database, "waiter", contract="12")

    with pytest.raises(bpmn.StepFailed):
        _publish(database, "12")

    assert events.messages(database) == []
    assert len(listening(database)) == 1
    assert _publish(database, "12", values={"paid": 101}).instance_id == instance_id


def test_three_hundred_messages_before_and_after_their_cases_are_taken_once_each(waiters):
    numbers = list(range(300))

    def work(number: int) -> None:
        """Half of the messages come first, half after; each is sent twice, at once."""
        steps: list[Callable[[], object]] = [
            lambda: begin(waiters, "waiter", contract=number),
            lambda: _patiently(lambda: _publish(waiters, number, message_id=f"m-{number}")),
            lambda: _patiently(lambda: _publish(waiters, str(number), message_id=f"m-{number}")),
        ]
        for step in steps if number % 2 else reversed(steps):
            step()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, numbers))
    _run(waiters)

    taken = Counter(each.instance_id for each in events.messages(waiters, state="delivered"))
    assert len(taken) == 300
    assert set(taken.values()) == {1}
    assert len(heard(waiters, "message")) == 300
    assert listening(waiters) == []


def test_a_message_and_its_receiver_that_come_at_the_same_moment_do_not_miss_each_other(waiters):
    for number in range(60):
        together = threading.Barrier(2)

        def publish(number: int = number, together: threading.Barrier = together) -> None:
            together.wait()
            _patiently(lambda: _publish(waiters, number))

        sender = threading.Thread(target=publish)
        sender.start()
        together.wait()
        begin(waiters, "waiter", contract=number)
        sender.join()
    _run(waiters)

    assert {each.state for each in events.messages(waiters)} == {"delivered"}
    assert listening(waiters) == []


def test_a_message_kept_for_a_case_that_went_another_way_is_there_for_the_next(waiters):
    _publish(waiters, "12")
    gone = begin(waiters, "waiter", contract="12")
    cancel(waiters, gone)
    following = begin(waiters, "waiter", contract="12")

    _run(waiters)

    assert [each.state for each in jobs(waiters, kind="message")].count("cancelled") == 1
    assert events.messages(waiters)[0].instance_id == following


def _patiently(act: Callable[[], object]) -> None:
    """Do what a sender does that is told of a conflict: the same again."""
    for _ in range(20):
        try:
            act()
        except (StaleVersion, Conflict):
            continue
        return
    raise AssertionError("twenty conflicts in a row")


@pytest.mark.parametrize(("waits_beside", "asked"), [(False, 0), (True, 1)])
def test_a_case_that_never_listens_asks_nothing_about_messages(database, waits_beside, asked):
    lanes = '<laneSet id="lanes"><lane id="clerk"><flowNodeRef>do</flowNodeRef></lane></laneSet>'
    beside = (
        f'<boundaryEvent id="off" attachedToRef="do">{message("opened")}</boundaryEvent>'
        '<sequenceFlow id="f" sourceRef="off" targetRef="end"/>'
    )
    more = lanes + (beside if waits_beside else "")
    deploy(database, process("desk", START, '<userTask id="do"/>', END, more=more))
    begin(database, "desk")
    [task] = rows(database, task_table)
    tasks.claim(database.unit_of_work(), task.id, actor=events.CLERK, at=NOON)
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    tasks.complete(database.unit_of_work(), task.id, {}, actor=events.CLERK, at=NOON)

    about = [each for each in sent if "subscription" in each or "message" in each]
    assert len(about) == asked, "\n".join(sent)
    assert listening(database) == []


def test_a_case_that_lost_what_it_listens_for_gets_a_kept_message_when_it_is_mended(waiters):
    waiting = begin(waiters, "waiter", contract="12")
    uow = waiters.unit_of_work()
    with uow:  # as a case stored before there were rows for what it waits for
        uow.session.execute(delete(subscription_table))
        uow.commit()
    kept = _publish(waiters, "12")
    assert kept.state is MessageState.BUFFERED

    mend(waiters.unit_of_work(), waiting, by="admin", at=NOON)
    run_due(waiters, lambda: NOON)

    assert case(waiters, waiting).state == "finished"
    assert [each.instance_id for each in events.messages(waiters)] == [waiting]
