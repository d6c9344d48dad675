"""What analysts say about a diagram: at its elements, told to whom it concerns, kept for later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engine.catalogue.bundle import Bundle
from engine.commands import area_drafts, model_talk, people
from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.area_draft import DraftNotFound
from engine.model.model_comment import ThreadStands
from engine.model.notice import NoticeKind
from engine.model.person import Actor, Grant
from engine.model.talk import LONGEST, CommentNotFound, NotYourComment
from engine.queries import model_talk as queries
from engine.queries.notices import told
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

FILE = "order.bpmn"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def staff(order: Database) -> dict[str, Actor]:
    """Two analysts and somebody who is none."""
    found = {}
    for name, role in {"nima": "ANALYST", "roya": "ANALYST", "sara": "CLERK"}.items():
        uow = order.unit_of_work()
        kept = people.register(uow, name, name_fa="کارمند", name_en=name, password_hash=None)
        with uow:
            uow.session.add(Grant(person_id=kept, role=role, unit_code="*"))
            uow.commit()
        with order.reader() as session:
            actor = by_username(session, name, NOON)
        assert actor is not None
        found[name] = actor
    return found


@pytest.fixture
def draft(order: Database, staff: dict[str, Actor]) -> UUID:
    return _begun(order, staff["nima"])


def _begun(database: Database, actor: Actor) -> UUID:
    files = {FILE: ORDER.encode(), "process.toml": CONFIG.encode()}
    uow = database.unit_of_work()
    return area_drafts.begin(
        uow, "order", "Faster", actor=actor, at=NOON, bundle_id=Bundle(files).id
    )


@pytest.fixture
def say(order: Database, staff: dict[str, Actor], draft: UUID):
    def said(text: str, by: str = "roya", element: str = "pay") -> UUID:
        uow, actor = order.unit_of_work(), staff[by]
        return model_talk.say(uow, draft, FILE, element, text, actor=actor, at=NOON)

    return said


def _threads(database: Database, draft: UUID, actor: Actor) -> list[tuple[str, bool, list[str]]]:
    with database.reader() as session:
        found = queries.talk(session, draft, actor, FILE).threads
    return [
        (each.head.element_id, each.is_open, [one.text for one in (each.head, *each.answers)])
        for each in found
    ]


def _told(database: Database, actor: Actor) -> list[tuple[NoticeKind, str | None]]:
    with database.reader() as session:
        return [(each.kind, each.title) for each in told(session, actor)]


def test_a_thread_is_answered_settled_and_opened_again_by_an_answer(order, staff, draft, say):
    uow, nima, roya = order.unit_of_work(), staff["nima"], staff["roya"]
    thread = say("  چرا اینجا؟\r\n ")
    model_talk.answer(uow, draft, thread, "so", actor=nima, at=LATER)
    assert _threads(order, draft, nima) == [("pay", True, ["چرا اینجا؟", "so"])]

    model_talk.settle(uow, draft, thread, actor=nima, at=LATER)

    assert [each[1] for each in _threads(order, draft, nima)] == [False]
    with pytest.raises(ThreadStands):
        model_talk.settle(uow, draft, thread, actor=roya, at=LATER)
    model_talk.answer(uow, draft, thread, "but", actor=roya, at=LATER)
    assert [each[1] for each in _threads(order, draft, nima)] == [True]
    with order.reader() as session:
        assert queries.open_threads(session, draft) == 1


def test_what_was_said_is_seen_in_the_next_draft_of_the_area(order, staff, draft, say):
    thread = say("later")
    area_drafts.discard(order.unit_of_work(), draft, actor=staff["nima"], at=LATER)

    following = _begun(order, staff["roya"])

    assert [each[2] for each in _threads(order, following, staff["nima"])] == [["later"]]
    uow = order.unit_of_work()
    model_talk.settle(uow, following, thread, actor=staff["roya"], at=LATER)


def test_who_is_named_is_told_and_so_is_who_began_the_draft(order, staff, draft, say):
    say("@roya look", by="nima")
    assert _told(order, staff["roya"]) == [(NoticeKind.MENTIONED, "Faster")]
    assert _told(order, staff["nima"]) == []

    say("and this")

    assert _told(order, staff["nima"]) == [(NoticeKind.COMMENTED, "Faster")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n", "GEN-REQUIRED"),
        ("a" * (LONGEST + 1), "GEN-LENGTH"),
        ("@sara", "TALK-005"),  # she is no analyst
        ("@nobody", "TALK-005"),
        (" ".join(f"@p{each}" for each in range(11)), "TALK-002"),
    ],
)
def test_what_cannot_be_said_is_refused_and_leaves_nothing(order, staff, draft, say, text, code):
    with pytest.raises(RulesBroken) as refused:
        say(text)

    assert [each.code for each in refused.value.problems][:1] == [code]
    assert _threads(order, draft, staff["nima"]) == []


def test_only_its_author_withdraws_and_only_analysts_speak(order, staff, draft, say):
    uow, nima, roya = order.unit_of_work(), staff["nima"], staff["roya"]
    thread = say("mine")
    with pytest.raises(NotYourComment):
        model_talk.withdraw(uow, draft, thread, actor=nima, at=LATER)
    with pytest.raises(NotAtThisDesk):
        say("I too", by="sara")

    model_talk.withdraw(uow, draft, thread, actor=roya, at=LATER)

    assert _threads(order, draft, nima) == []
    with pytest.raises(ThreadStands):
        model_talk.withdraw(uow, draft, thread, actor=roya, at=LATER)


def test_a_thread_of_nothing_is_none(order, staff, draft, say):
    uow, nima = order.unit_of_work(), staff["nima"]
    with pytest.raises(CommentNotFound):
        model_talk.answer(uow, draft, uuid4(), "so", actor=nima, at=LATER)
    with pytest.raises(DraftNotFound):
        model_talk.say(uow, draft, "other.bpmn", "pay", "so", actor=nima, at=LATER)
    with pytest.raises(RulesBroken):
        say("where?", element="")


def test_analysts_are_found_by_any_name_and_nobody_else_is(order, staff, draft):
    with order.reader() as session:
        found = queries.offered(session, draft, staff["nima"], "کارمند", NOON)
        assert [each.username for each in found] == ["nima", "roya"]
        assert queries.offered(session, draft, staff["nima"], "sara", NOON) == ()
