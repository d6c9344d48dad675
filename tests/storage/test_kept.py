"""What is typed and cannot be sent is kept for its writer; who has a step open is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from engine.commands import kept, tasks
from engine.commands.drafts import MAX_TYPED
from engine.errors import RulesBroken
from engine.model.kept import WhyKept
from engine.model.person import Person
from engine.queries import kept as queries
from engine.queries import tasks as task_queries
from engine.storage.database import Database
from engine.storage.kept import GONE
from tests.storage.conftest import CLERK, NOON, OTHER_CLERK

pytestmark = pytest.mark.both_databases


@pytest.fixture
def known(order: Database) -> None:
    """The clerks have accounts."""
    with order.unit_of_work() as uow:
        uow.session.add_all(
            Person(id=each.person_id, username=each.username, name_fa=each.username, name_en="x")
            for each in (CLERK, OTHER_CLERK)
        )
        uow.commit()


def _keep(order: Database, task: UUID, why: WhyKept, **typed: str) -> None:
    uow = order.unit_of_work()
    kept.keep(uow, task, typed, why, person_id=CLERK.person_id, at=NOON)


def test_a_note_is_its_writers_alone_until_he_throws_it_away(order, known, a_case):
    case, task = a_case()
    _keep(order, task, WhyKept.TOO_LATE, amount="five", note="a\0b", empty=" ")
    _keep(order, task, WhyKept.TOO_LATE, amount="six")

    with order.reader() as session:
        [note] = queries.notes(session, case, CLERK)
        assert queries.notes(session, case, OTHER_CLERK) == ()
    assert (note.task_id, note.typed) == (task, {"amount": "six", "note": "ab"})
    kept.throw_away(order.unit_of_work(), task, actor=OTHER_CLERK)
    kept.throw_away(order.unit_of_work(), task, actor=CLERK)
    with order.reader() as session:
        assert queries.notes(session, case, CLERK) == ()


def test_what_a_sign_out_kept_is_the_draft_again(order, known, a_case):
    _, task = a_case()
    _keep(order, task, WhyKept.SIGNED_OUT, amount="five")

    with order.reader() as session:
        assert queries.signed_out(session, CLERK.person_id) == {task: {"amount": "five"}}
    assert kept.put_back(order.unit_of_work(), task, {"amount": "five"}, actor=CLERK, at=NOON)
    with order.reader() as session:
        assert task_queries.page(session, task, CLERK).drafts == {"amount": "five"}
        assert queries.signed_out(session, CLERK.person_id) == {}
    assert not kept.put_back(order.unit_of_work(), task, {}, actor=CLERK, at=NOON)


def test_what_comes_back_too_late_stays_as_a_note(order, known, a_case):
    case, task = a_case()
    _keep(order, task, WhyKept.SIGNED_OUT, amount="five")
    tasks.complete(order.unit_of_work(), task, {}, actor=CLERK, at=NOON)

    assert not kept.put_back(order.unit_of_work(), task, {"amount": "five"}, actor=CLERK, at=NOON)
    with order.reader() as session:
        [note] = queries.notes(session, case, CLERK)
    assert note.typed == {"amount": "five"}


def test_more_than_a_form_holds_is_not_kept(order, known, a_case):
    _, task = a_case()
    with pytest.raises(RulesBroken):
        _keep(order, task, WhyKept.TOO_LATE, amount="x" * (MAX_TYPED + 1))


def test_who_has_a_step_open_is_seen_by_the_others_until_he_leaves(order, known, a_case):
    _, task = a_case()
    later = NOON + timedelta(seconds=30)
    kept.is_here(order.unit_of_work(), task, actor=CLERK, at=NOON)
    kept.is_here(order.unit_of_work(), task, actor=CLERK, at=later)

    def seen(at) -> list[datetime]:
        with order.reader() as session:
            assert queries.colleagues(session, task, CLERK, at) == ()
            return [each.since for each in queries.colleagues(session, task, OTHER_CLERK, at)]

    assert seen(later) == [NOON]
    assert seen(later + GONE) == [NOON]
    assert seen(later + GONE + timedelta(seconds=1)) == []
    again = later + 2 * GONE
    kept.is_here(order.unit_of_work(), task, actor=CLERK, at=again)
    assert seen(again) == [again]
    kept.leave(order.unit_of_work(), task, actor=CLERK)
    assert seen(again) == []
