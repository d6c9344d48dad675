"""The talk of a case in the pages: said, named, put right, withdrawn, and told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from engine.commands import assigning, tasks
from engine.model.person import Actor
from engine.queries import notices, talk
from engine.storage.database import Database
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


@pytest.fixture
def case(a_purchase: Purchase) -> UUID:
    return a_purchase()[0]


def _say(client: FlaskClient, case: UUID, text: str, query: str = "") -> str:
    answer = client.post(f"/cases/{case}/talk{query}", data={"text": text})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _comment(site: Database, case: UUID) -> UUID:
    with site.reader() as session:
        return talk.talk(session, case).comments[-1].id


def test_what_is_said_stands_on_both_pages_with_its_count_on_the_tab(
    a_purchase: Purchase, signed_in: Browser
):
    case, task = a_purchase()
    client = signed_in("buyer")

    place = _say(client, case, "سلام <b>\nخط دوم", f"?task={task}")

    assert place.startswith(f"/tasks/{task}?tab=talk#comment-")
    for page in (client.get(place).text, client.get(f"/cases/{case}?tab=talk").text):
        assert "سلام &lt;b&gt;\nخط دوم" in page
        assert "کارپرداز یکم" in page
        assert "گفتگو ۱ یادداشت" in text_of(page)


def test_a_named_person_stands_there_by_name_and_is_told(case, signed_in: Browser):
    _say(signed_in("buyer"), case, "@head لطفاً ببینید")

    client = signed_in("head")
    assert client.get("/news").get_json()["told"] == {"count": 1, "more": False}
    page = client.get("/notices")
    assert "کارپرداز یکم در یادداشتی از شما نام برد" in text_of(page.text)
    [link] = [each for each in page.text.split('"') if each.startswith("/notices/0")]
    leads = client.get(link)
    assert leads.status_code == 303
    assert '<bdi class="mention">@مدیر منطقه</bdi> لطفاً ببینید' in client.get(leads.location).text
    assert client.get("/news").get_json()["told"]["count"] == 0


@pytest.mark.parametrize("name", ["head15", "nobody"])
def test_who_may_not_see_the_case_is_named_beside_the_field_with_all_that_was_typed(
    case, signed_in: Browser, site: Database, name: str
):
    client = signed_in("buyer")

    answer = client.post(f"/cases/{case}/talk?tab=talk", data={"text": f"سلام @{name}"})

    assert answer.status_code == 422
    assert f"نام کاربری «{name}»" in text_of(answer.text)
    assert f"سلام @{name}</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    with site.reader() as session:
        assert talk.talk(session, case).comments == ()


def test_the_list_of_people_has_only_those_who_may_see_the_case(case, signed_in: Browser):
    told = signed_in("buyer").get(f"/cases/{case}/talk/people?q=head").get_json()

    assert [each["name"] for each in told["people"]] == ["head2", "head"]
    assert {each["says"] for each in told["people"]} == {"مدیر منطقه", "جانشین مدیر"}
    assert signed_in("head15").get(f"/cases/{case}/talk/people?q=a").status_code == 404


def test_a_comment_is_put_right_for_minutes_and_then_only_withdrawn(
    case, signed_in: Browser, site: Database, clock: Clock
):
    client = signed_in("buyer")
    _say(client, case, "غلط")
    comment = _comment(site, case)

    kept = client.post(f"/cases/{case}/talk/{comment}", data={"text": "درست"})
    page = client.get(f"/cases/{case}?tab=talk").text
    clock.pass_time(timedelta(hours=1))
    late = client.post(f"/cases/{case}/talk/{comment}", data={"text": "دیر"})
    gone = client.post(f"/cases/{case}/talk/{comment}/withdraw")

    assert (kept.status_code, late.status_code, gone.status_code) == (303, 409, 303)
    assert "درست" in page
    assert "پیشتر چه بود غلط" in text_of(page).replace("\u200c", "")
    after = client.get(f"/cases/{case}?tab=talk").text
    assert "درست" not in after
    assert "نویسنده‌اش آن را پس گرفته است" in text_of(after)


def test_nobody_changes_what_somebody_else_said(case, signed_in: Browser, site: Database):
    _say(signed_in("buyer"), case, "mine")
    comment = _comment(site, case)

    for who, status in (("buyer2", 403), ("head15", 404)):
        client = signed_in(who)
        answers = [
            client.post(f"/cases/{case}/talk/{comment}", data={"text": "b"}),
            client.post(f"/cases/{case}/talk/{comment}/withdraw"),
        ]
        assert [each.status_code for each in answers] == [status, status]


def test_the_thread_of_a_line_is_counted_and_shown_alone(case, signed_in: Browser):
    client = signed_in("buyer")
    _say(client, case, "of the whole")
    place = _say(client, case, "of one line", "?line=010604")

    page = client.get(place).text
    assert "of one line" in page
    assert "of the whole" not in page
    whole = client.get(f"/cases/{case}?tab=talk").text
    assert "ردیف 010604 ۱" in text_of(whole)
    assert "of the whole" in whole


def test_what_is_done_with_my_task_is_told_with_its_step(
    a_purchase: Purchase, signed_in: Browser, site: Database, actor_of: ActorOf
):
    _, task = a_purchase()
    uow = site.unit_of_work()
    tasks.claim(uow, task, actor=actor_of("buyer"), at=NOON)

    assigning.assign(uow, task, "buyer2", actor=actor_of("buyer"), at=NOON)
    assigning.delegate(uow, task, "buyer", actor=actor_of("buyer2"), at=NOON)
    assigning.hand_back(uow, task, actor=actor_of("buyer"), at=NOON)

    told = text_of(signed_in("buyer2").get("/notices").text)
    assert "کارپرداز یکم این کار را به شما سپرد" in told
    assert "کارپرداز یکم این کار را به شما پس داد" in told
    assert "شرح خرید" in told
    assert "از شما می‌خواهد روی این کار" in text_of(signed_in("buyer").get("/notices").text)


def test_all_is_marked_as_read_or_one(case, signed_in: Browser, site: Database, actor_of: ActorOf):
    for text in ("@head a", "@head b"):
        _say(signed_in("buyer"), case, text)
    client, head = signed_in("head"), actor_of("head")
    with site.reader() as session:
        first = notices.told(session, head)[0].id

    client.post("/notices/read", data={"notice": str(first)})
    assert client.get("/news").get_json()["told"]["count"] == 1
    client.post("/notices/read")
    assert client.get("/news").get_json()["told"]["count"] == 0
    assert "چیز تازه‌ای نیست" in text_of(client.get("/notices?show=unread").text)


def test_a_notice_of_somebody_else_leads_nowhere(
    case, signed_in: Browser, site: Database, actor_of
):
    _say(signed_in("buyer"), case, "@head")
    with site.reader() as session:
        [told] = notices.told(session, actor_of("head"))

    assert signed_in("buyer2").get(f"/notices/{told.id}").status_code == 404
    assert signed_in("buyer2").get(f"/notices/{uuid4()}").status_code == 404
    with site.reader() as session:
        assert notices.unread_count(session, actor_of("head")) == 1
