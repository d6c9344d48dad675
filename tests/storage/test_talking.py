"""What people say about a case: kept, bounded, and told to whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.commands import notifying, preferences, talking
from engine.errors import CaseNotFound, RulesBroken, TaskNotFound
from engine.model.instance import instance_table
from engine.model.notice import Notice, NoticeKind
from engine.model.person import Actor, Grant, Person, Unit
from engine.model.talk import (
    EDITABLE,
    LONGEST,
    MOST_MENTIONED,
    CommentNotFound,
    CommentStands,
    NotYourComment,
)
from engine.queries import people, talk
from engine.queries.notices import told
from engine.queries.scope import visible_cases
from engine.storage.database import Database
from engine.storage.sight import sight_of
from tests.storage.conftest import NOON

pytestmark = pytest.mark.both_databases

#: user name -> names, role and unit
PEOPLE = {
    "clerk": ("کارمند یکم", "First clerk", "CLERK", "D07"),
    "other_clerk": ("کارمند دوم", "Second clerk", "CLERK", "D07"),
    "head": ("مدیر منطقه", "District head", "HEAD", "D07"),
    "auditor": ("حسابرس", "Auditor", "AUDITOR", "*"),
    "stranger": ("بیگانه", "Stranger", "CLERK", "D15"),
}


@pytest.fixture
def staff(order: Database) -> dict[str, Actor]:
    """The people of the process, with rows of their own."""
    with order.unit_of_work() as uow:
        for code in ("D07", "D15"):
            uow.session.add(Unit(code=code, title_fa=code, title_en=code))
        uow.session.flush()
        for username, (name_fa, name_en, role, unit) in PEOPLE.items():
            person = Person(username=username, name_fa=name_fa, name_en=name_en)
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(Grant(person_id=person.id, role=role, unit_code=unit))
        uow.commit()
    with order.reader() as session:
        found = {each: people.by_username(session, each, NOON) for each in PEOPLE}
    return {name: each for name, each in found.items() if each}


@pytest.fixture
def case(staff: dict[str, Actor], a_case) -> tuple[UUID, UUID]:
    """A case that the clerk began and has the first step of."""
    started: tuple[UUID, UUID] = a_case(by=staff["clerk"])
    return started


def _said(database: Database, case: UUID, line: str | None = None) -> list[str]:
    with database.reader() as session:
        return [each.text for each in talk.talk(session, case, line=line).comments]


def _notices(database: Database, actor: Actor) -> list[tuple[NoticeKind, str | None]]:
    with database.reader() as session:
        return [(each.kind, each.by) for each in told(session, actor)]


def test_what_was_said_is_read_in_order_the_newest_last(order, staff, case):
    uow, (instance, task) = order.unit_of_work(), case

    talking.say(uow, instance, "  یک\r\nدو  ", actor=staff["clerk"], at=NOON, task_id=task)
    talking.say(uow, instance, "three", actor=staff["head"], at=NOON + timedelta(minutes=1))

    assert _said(order, instance) == ["یک\nدو", "three"]


def test_a_line_has_a_thread_of_its_own(order, staff, case):
    uow, (instance, _) = order.unit_of_work(), case
    talking.say(uow, instance, "of the case", actor=staff["clerk"], at=NOON)
    talking.say(uow, instance, "of a line", actor=staff["clerk"], at=NOON, line="010604")

    assert _said(order, instance, line="010604") == ["of a line"]
    with order.reader() as session:
        assert talk.lines_talked(session, instance) == {"010604": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [(" \n ", "GEN-REQUIRED"), ("a" * (LONGEST + 1), "GEN-LENGTH")],
    ids=["nothing", "too much"],
)
def test_nothing_and_too_much_are_refused_beside_the_field(order, staff, case, text, code):
    with pytest.raises(RulesBroken) as refused:
        talking.say(order.unit_of_work(), case[0], text, actor=staff["clerk"], at=NOON)

    assert [(each.code, each.field) for each in refused.value.problems] == [(code, "text")]


def test_who_may_not_see_the_case_neither_speaks_nor_changes_anything(order, staff, case):
    uow, stranger = order.unit_of_work(), staff["stranger"]
    comment = talking.say(uow, case[0], "ours", actor=staff["clerk"], at=NOON)

    with pytest.raises(CaseNotFound):
        talking.say(uow, case[0], "theirs", actor=stranger, at=NOON)
    with pytest.raises(CommentNotFound):
        talking.change(uow, comment, "theirs", actor=stranger, at=NOON)
    with pytest.raises(CommentNotFound):
        talking.withdraw(uow, comment, actor=stranger, at=NOON)
    assert _said(order, case[0]) == ["ours"]


def test_a_step_of_another_case_is_none_of_this_one(order, staff, case):
    with pytest.raises(TaskNotFound):
        talking.say(
            order.unit_of_work(), case[0], "a", actor=staff["clerk"], at=NOON, task_id=uuid4()
        )


def test_its_author_puts_it_right_within_minutes_and_what_it_said_is_kept(order, staff, case):
    uow, clerk = order.unit_of_work(), staff["clerk"]
    comment = talking.say(uow, case[0], "rihgt", actor=clerk, at=NOON)

    talking.change(uow, comment, "right", actor=clerk, at=NOON + EDITABLE)

    with order.reader() as session:
        shown = talk.talk(session, case[0])
    assert [each.text for each in shown.comments] == ["right"]
    assert [each.text for each in shown.before[comment]] == ["rihgt"]
    late = NOON + EDITABLE + timedelta(seconds=1)
    with pytest.raises(CommentStands):
        talking.change(uow, comment, "late", actor=clerk, at=late)
    with pytest.raises(NotYourComment):
        talking.change(uow, comment, "mine", actor=staff["head"], at=NOON)


def test_what_was_withdrawn_stays_as_a_line_and_counts_no_more(order, staff, case):
    uow, clerk = order.unit_of_work(), staff["clerk"]
    comment = talking.say(uow, case[0], "wrong", actor=clerk, at=NOON, line="1")

    with pytest.raises(NotYourComment):
        talking.withdraw(uow, comment, actor=staff["head"], at=NOON)
    talking.withdraw(uow, comment, actor=clerk, at=NOON + timedelta(days=30))

    with order.reader() as session:
        [shown] = talk.talk(session, case[0]).comments
        assert shown.withdrawn_at == NOON + timedelta(days=30)
        assert talk.lines_talked(session, case[0]) == {}
    with pytest.raises(CommentStands):
        talking.withdraw(uow, comment, actor=clerk, at=NOON)


def test_a_mention_of_who_may_not_see_the_case_is_refused_as_one_of_nobody_is(order, staff, case):
    uow, clerk = order.unit_of_work(), staff["clerk"]

    with pytest.raises(RulesBroken) as refused:
        talking.say(uow, case[0], "@stranger @nobody @head", actor=clerk, at=NOON)

    problems = [(each.code, each.field, each.params["name"]) for each in refused.value.problems]
    assert problems == [("TALK-001", "text", "stranger"), ("TALK-001", "text", "nobody")]
    assert _said(order, case[0]) == []
    assert _notices(order, staff["stranger"]) == _notices(order, staff["head"]) == []


def test_more_people_than_a_comment_may_name_are_refused(order, staff, case):
    text = " ".join(f"@p{number}" for number in range(MOST_MENTIONED + 1))

    with pytest.raises(RulesBroken) as refused:
        talking.say(order.unit_of_work(), case[0], text, actor=staff["clerk"], at=NOON)

    assert refused.value.code == "TALK-002"


def test_who_is_named_is_told_once_and_who_began_the_case_hears_of_what_others_say(
    order, staff, case
):
    uow = order.unit_of_work()

    comment = talking.say(uow, case[0], "@other_clerk ببینید", actor=staff["head"], at=NOON)
    talking.change(uow, comment, "@other_clerk @auditor", actor=staff["head"], at=NOON)

    assert _notices(order, staff["other_clerk"]) == [(NoticeKind.MENTIONED, "head")]
    assert _notices(order, staff["auditor"]) == [(NoticeKind.MENTIONED, "head")]
    assert _notices(order, staff["clerk"]) == [(NoticeKind.COMMENTED, "head")]
    assert _notices(order, staff["head"]) == []


def test_who_wants_to_hear_nothing_of_it_is_told_nothing(order, staff, case):
    uow, other = order.unit_of_work(), staff["other_clerk"]
    preferences.keep(uow, "notify", {"mentioned": "none"}, actor=other, at=NOON)

    talking.say(uow, case[0], "@other_clerk", actor=staff["clerk"], at=NOON)

    assert _notices(order, other) == []


def test_what_is_read_is_read_by_its_owner_only(order, staff, case):
    uow, other = order.unit_of_work(), staff["other_clerk"]
    talking.say(uow, case[0], "@other_clerk", actor=staff["clerk"], at=NOON)
    with order.reader() as session:
        [notice] = told(session, other)

    notifying.read(uow, [notice.id], actor=staff["head"], at=NOON)
    with order.reader() as session:
        assert [each.id for each in told(session, other, unread=True)] == [notice.id]
    notifying.read_all(uow, actor=other, at=NOON)
    with order.reader() as session:
        assert told(session, other, unread=True) == ()


def test_notices_are_forgotten_when_their_time_is_over_and_never_when_none_is_set(
    order, staff, case
):
    talking.say(order.unit_of_work(), case[0], "@other_clerk", actor=staff["clerk"], at=NOON)
    later = NOON + timedelta(days=91)

    assert notifying.forget(order, later, days=0) == 0
    assert notifying.forget(order, NOON + timedelta(days=89), days=90) == 0
    assert notifying.forget(order, later, days=90) == 1
    assert _notices(order, staff["other_clerk"]) == []


@pytest.mark.parametrize("sought", ["دير", "دو", "CLERK", "second"])
def test_people_are_found_by_either_name_however_it_is_typed(order, staff, case, sought):
    expected = {"دير": "head", "دو": "other_clerk", "CLERK": "clerk", "second": "other_clerk"}
    with order.reader() as session:
        found = [each.username for each in talk.offered(session, case[0], sought, NOON)]

    assert expected[sought] in found
    assert "stranger" not in found


def test_one_rule_says_who_sees_a_case_whichever_way_it_is_asked(order, staff, case):
    with order.reader() as session:
        sight = sight_of(session, case[0])
        for each in staff.values():
            asked = select(instance_table.c.id).where(visible_cases(each))
            listed = case[0] in set(session.scalars(asked))
            assert sight.is_open_to(each) == listed, each.username
        assert not sight.is_open_to(staff["stranger"])
        assert session.scalars(select(Notice)).all() == []
