"""What people are told by mail: to an address they confirmed, and once if the server was down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from engine.commands import preferences
from engine.jobs import run_due
from engine.model.job import job_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.post import Post, plain_of
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
Purchase = Callable[..., tuple[UUID, UUID]]


@pytest.fixture
def head(site: Database, actor_of: ActorOf, signed_in: Browser, post: Post, clock: Clock) -> Actor:
    """The head, who has confirmed an address and wants mentions mailed."""
    client = signed_in("head")
    assert client.post("/profile/mail", data={"email": "head@city.example"}).status_code == 303
    run_due(site, clock)
    [letter] = post.letters
    link = re.search(r"/profile/mail/\S+", plain_of(letter))
    assert link is not None
    assert signed_in("buyer").post(link[0]).status_code == 404  # somebody else's
    assert client.get(link[0]).status_code == 200
    assert client.post(link[0]).status_code == 303
    post.letters.clear()
    wish = {"mentioned": "mail"}
    preferences.keep(site.unit_of_work(), "notify", wish, actor=actor_of("head"), at=clock())
    return actor_of("head")


def _mention(signed_in: Browser, case: UUID, text: str = "@head ببینید") -> None:
    answer = signed_in("buyer").post(f"/cases/{case}/talk", data={"text": text})
    assert answer.status_code == 303


def _states(site: Database) -> list[str]:
    with site.reader() as session:
        asked = select(job_table.c.state).where(job_table.c.kind == "mail")
        return list(session.scalars(asked.order_by(job_table.c.id)))


def test_a_mention_goes_out_in_the_readers_language_plain_and_as_a_page(
    head, a_purchase: Purchase, signed_in: Browser, site: Database, post: Post, clock: Clock
):
    case, _ = a_purchase()

    _mention(signed_in, case)
    run_due(site, clock)

    [letter] = post.letters
    assert letter["To"] == "head@city.example"
    assert letter["Subject"] == "کارپرداز یکم در یادداشتی از شما نام برد: خرید P-1 · P-1"
    assert letter["List-Unsubscribe"] == "<https://divan.city.example/profile#told>"
    assert f"https://divan.city.example/cases/{case}?tab=talk#comment-" in plain_of(letter)
    page = letter.get_body(("html",))
    assert page is not None
    assert '<html lang="fa" dir="rtl">' in page.get_content()


def test_with_the_server_down_a_letter_waits_and_goes_later_once(
    head, a_purchase: Purchase, signed_in: Browser, site: Database, post: Post, clock: Clock
):
    case, _ = a_purchase()
    post.stop()
    _mention(signed_in, case)
    for _ in range(3):
        run_due(site, clock)
        clock.pass_time(timedelta(minutes=16))
    assert _states(site) == ["done", "ready"]

    post.start()
    for _ in range(2):
        run_due(site, clock)
        clock.pass_time(timedelta(minutes=16))

    assert len(post.letters) == 1
    assert _states(site) == ["done", "done"]


def test_what_was_read_meanwhile_is_not_sent(
    head, a_purchase: Purchase, signed_in: Browser, site: Database, post: Post, clock: Clock
):
    _mention(signed_in, a_purchase()[0])
    signed_in("head").post("/notices/read")

    run_due(site, clock)

    assert post.letters == []
    assert _states(site) == ["done", "done"]


def test_who_has_no_address_or_wants_no_mail_makes_no_letter(
    head, a_purchase: Purchase, signed_in: Browser, site: Database, actor_of: ActorOf, clock: Clock
):
    wish = {"mentioned": "mail"}
    preferences.keep(site.unit_of_work(), "notify", wish, actor=actor_of("buyer2"), at=clock())
    signed_in("head").post("/profile/mail/none")

    _mention(signed_in, a_purchase()[0], "@head @buyer2")

    assert _states(site) == ["done"]  # that of the address


def test_what_is_no_address_is_refused_and_no_letter_goes(
    signed_in: Browser, site: Database, post: Post
):
    for wrong in ("", "head", "a@b\r\nBcc: c@d.example", "سلام@city.example"):
        answer = signed_in("head").post("/profile/mail", data={"email": wrong})

        assert answer.status_code == 422
        assert 'href="#email"' in answer.text  # the summary leads to the field
        assert str(escape(wrong.replace("\r", ""))) in answer.text.replace("\r", "")  # as typed
    assert _states(site) == []


def test_an_address_put_right_at_once_is_not_said_to_be_written_to(
    signed_in: Browser, site: Database, post: Post, clock: Clock
):
    client = signed_in("head")
    client.post("/profile/mail", data={"email": "haed@city.example"})

    again = client.post("/profile/mail", data={"email": "haed@city.example"})
    right = client.post("/profile/mail", data={"email": "head@city.example"})

    assert again.status_code == 303
    assert right.status_code == 429
    assert 'value="head@city.example"' in right.text
    clock.pass_time(timedelta(minutes=5))
    later = client.post("/profile/mail", data={"email": "head@city.example"})
    assert later.status_code == 303
    run_due(site, clock)
    assert [each["to"] for each in post.letters] == ["haed@city.example", "head@city.example"]


def test_a_link_that_is_none_of_ours_leads_nowhere(signed_in: Browser):
    assert signed_in("head").get("/profile/mail/made-up").status_code == 404
