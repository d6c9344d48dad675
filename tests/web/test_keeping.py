"""Nothing that was typed is lost: sign-out, expiry, an old token, a step done by somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import tasks
from engine.model.person import Actor
from engine.queries import kept as queries
from engine.queries import tasks as task_queries
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD, Clock
from tests.web.conftest import described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
HERE = {"Origin": "http://localhost"}
TYPED = {"goods": "صندلی", "amount": "هزار"}


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser, his case, and the step of it that he has taken."""
    case, task = a_purchase()
    client = signed_in("buyer")
    assert client.post(f"/tasks/{task}/claim").status_code == 303
    return client, case, task


def sign_in(client: FlaskClient, username: str, target: str = "") -> str:
    answer = client.post(
        "/sign-in", data={"username": username, "password": PASSWORD, "next": target}
    )
    assert answer.status_code == 303
    return str(answer.location)


def token_on(page: str) -> str:
    """Return the token that the forms of a page send along."""
    [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    return str(token)


def drafts(site: Database, task: UUID, actor: Actor) -> dict[str, str]:
    with site.reader() as session:
        return dict(task_queries.page(session, task, actor).drafts)


def notes(site: Database, case: UUID, actor: Actor) -> list[dict[str, str]]:
    with site.reader() as session:
        return [dict(each.typed) for each in queries.notes(session, case, actor)]


def test_an_answer_after_the_session_ended_is_the_form_again_at_the_next_sign_in(
    taken, site: Database, clock: Clock, actor_of: ActorOf
):
    client, _, task = taken
    clock.pass_time(timedelta(hours=13))

    sent = client.post(f"/tasks/{task}", data=described(**TYPED, password="divan"))

    assert sent.location.startswith("/sign-in?next=/tasks/")
    page = client.get(sent.location).text
    assert "آنچه نوشتید نگه داشته شد" in text_of(page)
    assert sign_in(client, "buyer", f"/tasks/{task}") == f"/tasks/{task}"
    shown = client.get(f"/tasks/{task}").text
    assert 'value="صندلی"' in shown
    assert 'value="هزار"' in shown
    assert "دوباره سر جایش است" in text_of(shown)
    kept = drafts(site, task, actor_of("buyer"))
    assert {"goods", "amount"} <= kept.keys()
    assert not {"csrf_token", "password", "outcome"} & kept.keys()


def test_what_one_person_typed_is_not_given_to_the_next(
    taken, site: Database, clock: Clock, actor_of: ActorOf
):
    client, case, task = taken
    clock.pass_time(timedelta(hours=13))
    client.post(f"/tasks/{task}", data=described(**TYPED))

    sign_in(client, "buyer2")

    for name in ("buyer", "buyer2"):
        assert drafts(site, task, actor_of(name)) == {}
        assert notes(site, case, actor_of(name)) == []
    client.post("/sign-out")
    sign_in(client, "buyer")
    assert drafts(site, task, actor_of("buyer"))["goods"] == "صندلی"


def test_what_was_kept_for_a_step_that_is_done_meanwhile_stays_as_a_note(
    taken, site: Database, clock: Clock, actor_of: ActorOf
):
    client, case, task = taken
    clock.pass_time(timedelta(hours=13))
    client.post(f"/tasks/{task}", data=described(**TYPED))
    values = {"goods": "کاغذ", "quantity": 5, "amount": 1_250_000, "outcome": "send"}
    tasks.complete(site.unit_of_work(), task, values, actor=actor_of("buyer"), at=clock())

    sign_in(client, "buyer")

    assert [each["goods"] for each in notes(site, case, actor_of("buyer"))] == ["صندلی"]
    page = text_of(client.get(f"/cases/{case}?tab=file").text)
    assert "یادداشت شما: آنچه در «شرح خرید» نوشته بودید" in page
    assert "صندلی" in page


def test_a_form_older_than_the_sign_in_is_kept_as_a_draft_and_shown_again(
    taken, app: Flask, site: Database, actor_of: ActorOf
):
    client, _, task = taken
    client.get(f"/tasks/{task}")
    app.config["WTF_CSRF_ENABLED"] = True

    sent = client.post(f"/tasks/{task}", data=described(**TYPED, csrf_token="old"), headers=HERE)

    assert sent.location == f"/tasks/{task}"
    assert drafts(site, task, actor_of("buyer"))["goods"] == "صندلی"
    assert "بیش از اندازه باز مانده بود" in text_of(client.get(sent.location).text)


def test_a_form_of_a_page_signed_out_in_another_tab_is_kept(
    taken, app: Flask, site: Database, actor_of: ActorOf
):
    client, _, task = taken
    client.post("/sign-out")
    app.config["WTF_CSRF_ENABLED"] = True

    sent = client.post(f"/tasks/{task}", data=described(**TYPED, csrf_token="old"), headers=HERE)

    assert sent.location.startswith("/sign-in?next=/tasks/")
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, "buyer")
    assert drafts(site, task, actor_of("buyer"))["goods"] == "صندلی"


def test_a_form_sent_after_a_sign_out_in_another_tab_is_kept_by_its_own_token(
    taken, app: Flask, site: Database, actor_of: ActorOf
):
    client, _, task = taken
    app.config["WTF_CSRF_ENABLED"] = True
    token = token_on(client.get(f"/tasks/{task}").text)
    client.post("/sign-out", data={"csrf_token": token})

    sent = client.post(f"/tasks/{task}", data=described(**TYPED, csrf_token=token))

    assert sent.location == f"/sign-in?next=/tasks/{task}"
    asked = client.get(sent.location).text
    assert "آنچه نوشتید نگه داشته شد" in text_of(asked)
    told = {"username": "buyer", "password": PASSWORD, "csrf_token": token_on(asked)}
    assert client.post("/sign-in", data=told).status_code == 303
    assert 'value="صندلی"' in client.get(f"/tasks/{task}").text
    assert drafts(site, task, actor_of("buyer"))["goods"] == "صندلی"


def test_the_token_of_one_sign_in_is_none_of_the_next(taken, app: Flask):
    client, _, task = taken
    app.config["WTF_CSRF_ENABLED"] = True
    token = token_on(client.get(f"/tasks/{task}").text)
    client.post("/sign-out", data={"csrf_token": token})
    told = {"username": "buyer2", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=told).status_code == 303

    sent = client.post("/language", data={"locale": "en", "csrf_token": token})

    assert sent.status_code == 400


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://elsewhere.example"}, {"Origin": "null"}]
)
def test_what_no_page_of_ours_sent_is_kept_nowhere(
    taken, app: Flask, site: Database, actor_of: ActorOf, headers: dict[str, str]
):
    client, case, task = taken
    app.config["WTF_CSRF_ENABLED"] = True

    sent = client.post(f"/tasks/{task}", data=described(**TYPED), headers=headers)

    assert sent.status_code == 400
    assert drafts(site, task, actor_of("buyer")) == {}
    assert notes(site, case, actor_of("buyer")) == []


def test_a_stranger_to_this_browser_keeps_nothing(client: FlaskClient, a_purchase: Purchase):
    _, task = a_purchase()

    sent = client.post(f"/tasks/{task}", data=described(**TYPED))

    assert sent.location == "/sign-in"


def test_an_answer_to_no_step_is_not_kept_and_breaks_nothing(taken, clock: Clock):
    client, _, _ = taken
    clock.pass_time(timedelta(hours=13))

    assert client.post(f"/tasks/{uuid4()}", data=described()).location.startswith("/sign-in")


def test_an_answer_that_comes_too_late_says_who_was_faster_and_stays_as_a_note(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken
    client.post(f"/tasks/{task}/unclaim")
    tasks.claim(site.unit_of_work(), task, actor=actor_of("buyer2"), at=NOON)
    values = {"goods": "کاغذ", "quantity": 5, "amount": 1_250_000, "outcome": "send"}
    tasks.complete(site.unit_of_work(), task, values, actor=actor_of("buyer2"), at=NOON)

    late = client.post(f"/tasks/{task}", data=described(**TYPED))

    assert late.status_code == 409
    assert "دیگری زودتر اقدام کرد" in text_of(late.text)
    assert "کارپرداز دوم" in text_of(late.text)
    assert [each["goods"] for each in notes(site, case, actor_of("buyer"))] == ["صندلی"]
    assert notes(site, case, actor_of("buyer2")) == []
    client.post(f"/tasks/{task}/kept/forget")
    assert notes(site, case, actor_of("buyer")) == []


def test_another_answer_from_ones_own_other_tab_is_not_called_somebody_faster(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken
    assert client.post(f"/tasks/{task}", data=described()).status_code == 303

    late = client.post(f"/tasks/{task}", data=described(**TYPED))

    assert late.status_code == 409
    said = text_of(late.text)
    assert "زودتر" not in said
    assert "این مرحله را پیش‌تر پاسخ داده‌اید" in said
    assert [each["goods"] for each in notes(site, case, actor_of("buyer"))] == ["صندلی"]


def test_an_answer_to_a_step_put_back_in_another_tab_stays_and_the_step_can_be_taken_again(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken
    client.post(f"/tasks/{task}/unclaim")

    late = client.post(f"/tasks/{task}", data=described(**TYPED))

    assert late.status_code == 403
    said = text_of(late.text)
    assert "این مرحله نزد شما نیست" in said
    assert "صندلی" in said
    assert f'href="/tasks/{task}"' in late.text
    assert [each["goods"] for each in notes(site, case, actor_of("buyer"))] == ["صندلی"]


def test_the_same_answer_twice_has_been_sent_once(taken, site: Database, actor_of: ActorOf):
    client, case, task = taken
    assert client.post(f"/tasks/{task}", data=described()).status_code == 303

    again = client.post(f"/tasks/{task}", data=described())

    assert again.status_code == 303
    assert "پیش‌تر فرستاده شده" in text_of(client.get(again.location).text)
    assert notes(site, case, actor_of("buyer")) == []


def test_the_head_of_a_closed_step_says_who_completed_it_and_when(taken, signed_in: Browser):
    client, _, task = taken
    assert client.post(f"/tasks/{task}", data=described()).status_code == 303

    own = text_of(client.get(f"/tasks/{task}").text)
    others = text_of(signed_in("buyer2").get(f"/tasks/{task}").text)

    assert "انجام‌دهنده شما · ۱۴۰۵/۰۵/۰۳" in own
    assert "انجام‌دهنده کارپرداز یکم · ۱۴۰۵/۰۵/۰۳" in others


def test_a_draft_that_comes_too_late_is_told_to_the_script_and_stays_as_a_note(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken
    values = {"goods": "کاغذ", "quantity": 5, "amount": 1_250_000, "outcome": "send"}
    tasks.complete(site.unit_of_work(), task, values, actor=actor_of("buyer"), at=NOON)

    late = client.post(f"/tasks/{task}/draft", json={"changes": {"goods": "صندلی", "x": "y"}})

    assert (late.status_code, late.get_json()["kept"]) == (409, True)
    assert "این مرحله را در" in late.get_json()["notice"]
    assert notes(site, case, actor_of("buyer")) == [{"goods": "صندلی"}]


def test_a_page_that_outlived_its_sign_in_learns_whose_the_browser_is_now(taken, clock: Clock):
    client, _, task = taken
    clock.pass_time(timedelta(hours=13))
    draft = f"/tasks/{task}/draft"
    json = {"Accept": "application/json"}

    assert client.post(draft, json={"changes": {"goods": "x"}}).status_code == 401
    assert client.get(draft, headers=json).status_code == 401
    sign_in(client, "buyer")
    told = client.get(draft, headers=json).get_json()
    assert told["person"] == "buyer"
    assert told["token"]


def test_a_colleague_who_has_the_step_open_is_named(taken, signed_in: Browser):
    client, _, task = taken
    colleague = signed_in("buyer2")

    assert colleague.post(f"/tasks/{task}/here", json={}).get_json() == {"others": []}
    [other] = client.post(f"/tasks/{task}/here", json={}).get_json()["others"]
    page = text_of(client.get(f"/tasks/{task}").text)
    colleague.post(f"/tasks/{task}/here", json={"leaves": True})

    assert other["name"] == "کارپرداز دوم"
    assert "کارپرداز دوم نیز این مرحله را باز کرده است" in page
    assert client.post(f"/tasks/{task}/here", json={}).get_json() == {"others": []}
    assert signed_in("head15").post(f"/tasks/{task}/here", json={}).status_code == 404
