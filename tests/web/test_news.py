"""What an open page asks again and again: true, scoped, cheap, and silent while nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from engine.commands import snoozing, tasks
from engine.model.person import Actor, Grant, Person
from engine.model.substitution import Substitution
from engine.queries.news import MOST
from engine.storage.database import Database
from engine.values import local_date
from tests.kit.sites import NOON

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
Purchase = Callable[..., tuple[UUID, UUID]]


def open_steps(browser: FlaskClient) -> int:
    told = browser.get("/news").get_json()
    count: int = told["inbox"]["count"]
    return count


def test_it_counts_what_i_have_and_what_i_may_take(
    site: Database, a_purchase: Purchase, actor_of: Callable[[str], Actor], signed_in: Browser
):
    tasks.claim(site.unit_of_work(), a_purchase("P-1")[1], actor=actor_of("buyer"), at=NOON)
    tasks.claim(site.unit_of_work(), a_purchase("P-2")[1], actor=actor_of("buyer2"), at=NOON)
    a_purchase("P-3")

    assert open_steps(signed_in("buyer")) == 2
    assert open_steps(signed_in("buyer2")) == 2
    assert open_steps(signed_in("head")) == 0
    assert open_steps(signed_in("head15")) == 0


def test_what_is_put_off_is_no_news_to_whoever_put_it_off(
    site: Database, a_purchase: Purchase, actor_of: Callable[[str], Actor], signed_in: Browser
):
    _, task = a_purchase("P-1")
    snoozing.snooze(
        site.unit_of_work(), task, NOON + timedelta(hours=3), actor=actor_of("buyer"), at=NOON
    )

    assert open_steps(signed_in("buyer")) == 0
    assert open_steps(signed_in("buyer2")) == 1


def test_an_answer_that_is_known_is_not_sent_again(a_purchase: Purchase, signed_in: Browser):
    a_purchase("P-1")
    browser = signed_in("buyer")
    tag = browser.get("/news").headers["ETag"]

    again = browser.get("/news", headers={"If-None-Match": tag})
    a_purchase("P-2")
    changed = browser.get("/news", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_step_that_goes_as_another_comes_is_news(
    site: Database, a_purchase: Purchase, actor_of: Callable[[str], Actor], signed_in: Browser
):
    _, first = a_purchase("P-1")
    browser = signed_in("buyer2")
    tag = browser.get("/news").headers["ETag"]

    tasks.claim(site.unit_of_work(), first, actor=actor_of("buyer"), at=NOON)
    gone = browser.get("/news", headers={"If-None-Match": tag})

    assert gone.status_code == 200


def test_a_browser_that_is_signed_out_is_told_so_in_a_word(client: FlaskClient):
    answer = client.get("/news", headers={"Accept": "application/json"})

    assert answer.status_code == 401


def test_it_asks_the_database_thrice_however_much_there_is(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    for number in range(8):
        a_purchase(f"P-{number}")
    browser = signed_in("buyer")
    browser.get("/news")
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)

    browser.get("/news")

    event.remove(*listener)
    asked = [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) == 3, asked  # who asks; what waits; what was told


@pytest.mark.parametrize("who", ["buyer", "deputy", "everywhere"])
def test_nothing_comes_unseen_behind_the_most_urgent(
    site: Database, a_purchase: Purchase, signed_in: Browser, who: str
):
    """The first page is full of what is due sooner; what comes has no need to be on it."""
    name = {"buyer": "buyer2", "deputy": "head", "everywhere": "auditor"}[who]
    _let_work_as_a_buyer(site, who, name)
    for number in range(MOST + 2):
        a_purchase(f"N-{number}")
    browser = signed_in(name)
    first = browser.get("/news")

    again = browser.get("/news", headers={"If-None-Match": first.headers["ETag"]})
    a_purchase("P-LAST", at=NOON + timedelta(minutes=1))
    changed = browser.get("/news", headers={"If-None-Match": first.headers["ETag"]})

    told = first.get_json()["inbox"]
    assert (told["count"], told["more"]) == (MOST, True)
    assert (again.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("who", ["deputy", "everywhere"])
def test_who_works_for_others_or_everywhere_asks_the_database_thrice_as_well(
    site: Database, a_purchase: Purchase, signed_in: Browser, who: str
):
    name = {"deputy": "head", "everywhere": "auditor"}[who]
    _let_work_as_a_buyer(site, who, name)
    a_purchase("P-1")
    browser = signed_in(name)
    assert open_steps(browser) == 1
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)

    browser.get("/news")

    event.remove(*listener)
    asked = [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) == 3, asked


def _let_work_as_a_buyer(site: Database, who: str, name: str) -> None:
    """Give somebody the work of buyers: for one who is away, or in every unit."""
    with site.unit_of_work() as uow:
        ids = {each.username: each.id for each in uow.session.scalars(select(Person))}
        if who == "deputy":
            day = local_date(NOON)
            uow.session.add(
                Substitution(
                    person_id=ids["buyer"],
                    substitute_id=ids[name],
                    valid_from=day,
                    valid_to=day,
                    reason="leave",
                    entered_by="buyer",
                    entered_at=NOON,
                )
            )
        if who == "everywhere":
            grant = Grant(person_id=ids[name], role="PROC_OFFICER", unit_code="*")
            uow.session.add(grant)
        uow.commit()


def test_the_step_that_came_last_is_named_to_whom_it_waits_for_only(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase("P-1")

    assert signed_in("buyer").get("/news/newest").get_json() == {"step": "شرح خرید"}
    assert signed_in("head15").get("/news/newest").get_json() == {"step": ""}
