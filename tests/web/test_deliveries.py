"""What the pages say when a step sends a case back, warns, is late or was never needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import case_suspension, holding_jobs, instances, tasks
from engine.jobs import run_due
from engine.model.person import Actor
from engine.queries import inbox
from engine.storage.case_state import case_state
from engine.storage.database import Database
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


@pytest.fixture
def delivery(site: Database, actor_of: ActorOf) -> tuple[UUID, UUID]:
    """A delivery to be counted: its case and the open task, held by the buyer."""

    uow, buyer = site.unit_of_work(), actor_of("both")
    started = instances.start(uow, "delivery", {}, actor=buyer, at=NOON)
    [task] = started.opened
    tasks.claim(uow, task, actor=buyer, at=NOON)
    return started.instance_id, task


@pytest.fixture
def counted(
    delivery: tuple[UUID, UUID], site: Database, actor_of: ActorOf, clock: Clock
) -> Callable[[int], UUID]:
    """Return a function that sends a count and gives the task this leads to."""

    def count(quantity: int) -> UUID:
        case, task = delivery
        uow, buyer = site.unit_of_work(), actor_of("both")
        values = {"quantity": quantity, "store": "north", "outcome": "send"}
        tasks.complete(uow, task, values, actor=buyer, at=clock())
        clock.pass_time(timedelta(seconds=1))
        run_due(site, clock)
        with site.reader() as session:
            [step] = inbox.next_of(session, buyer, case)
        assert step.task_id is not None
        return step.task_id

    return count


class TestAHeldStep:
    def test_is_where_the_case_stands_and_says_that_it_is_held(
        self, delivery: tuple[UUID, UUID], site: Database, actor_of: ActorOf, signed_in: Browser
    ):
        case, task = delivery
        uow, admin = site.unit_of_work(), actor_of("admin")
        values = {"quantity": 3, "store": "north", "outcome": "send"}
        tasks.complete(uow, task, values, actor=actor_of("both"), at=NOON)
        with site.reader() as session:
            [job] = case_state(session, case).jobs

        holding_jobs.hold(uow, [job.id], "سامانه در دسترس نیست", actor=admin, at=NOON)

        shown = text_of(signed_in("both").get(f"/cases/{case}?tab=map").text)
        assert "«تطبیق با سفارش» را راهبر نگه داشته است" in shown
        assert "اکنون تطبیق با سفارش راهبر نگه داشته است" in shown
        watched = text_of(signed_in("admin").get(f"/monitoring/cases/{case}").text)
        assert "برای کار سامانه نگه داشته" in watched
        assert "اکنون تطبیق با سفارش راهبر نگه داشته است" in watched

        holding_jobs.let_go(uow, [job.id], "درست شد", actor=admin, at=NOON)

        assert "نگه داشته" not in text_of(signed_in("both").get(f"/cases/{case}?tab=map").text)

    def test_of_a_suspended_case_is_not_told_to_be_later(
        self, delivery: tuple[UUID, UUID], site: Database, actor_of: ActorOf, signed_in: Browser
    ):
        case, task = delivery
        uow, admin = site.unit_of_work(), actor_of("admin")
        values = {"quantity": 3, "store": "north", "outcome": "send"}
        tasks.complete(uow, task, values, actor=actor_of("both"), at=NOON)

        case_suspension.suspend(uow, case, "بازرسی", actor=admin, at=NOON)

        shown = text_of(signed_in("both").get(f"/cases/{case}?tab=map").text)
        assert "این پرونده معلق است" in shown
        assert "اکنون تطبیق با سفارش راهبر نگه داشته است" in shown


class TestAStepSentBack:
    def test_says_at_once_what_was_refused_on_top_and_beside_its_field(
        self, counted: Callable[[int], UUID], signed_in: Browser
    ):
        page = signed_in("both").get(f"/tasks/{counted(9)}").text

        assert "«تطبیق با سفارش» این کار را برگرداند" in page
        assert "تعداد رسیده: بیش از ۵ عددِ سفارش رسیده است." in text_of(page)
        assert '<a href="#quantity">' in page
        assert 'id="quantity-problem"' in page

    def test_has_the_reason_in_the_trail(
        self, delivery: tuple[UUID, UUID], counted: Callable[[int], UUID], signed_in: Browser
    ):
        counted(9)

        text = text_of(signed_in("both").get(f"/cases/{delivery[0]}").text)

        assert "«تطبیق با سفارش» پذیرفته نشد" in text
        assert "بیش از ۵ عددِ سفارش رسیده است." in text

    def test_says_it_in_english_too(self, counted: Callable[[int], UUID], signed_in: Browser):
        client = signed_in("both")
        client.post("/language", data={"locale": "en"})

        text = text_of(client.get(f"/tasks/{counted(9)}").text)

        assert "“Compare with the order” sent this back" in text
        assert "More than the 5 ordered have come." in text

    def test_says_it_no_more_once_it_was_put_right(
        self, counted: Callable[[int], UUID], signed_in: Browser, clock: Clock
    ):
        client, again = signed_in("both"), counted(9)
        client.post(f"/tasks/{again}/claim")
        clock.pass_time(timedelta(seconds=1))
        client.post(f"/tasks/{again}", data={"quantity": "5", "store": "north", "outcome": "send"})

        assert "DEL-001" not in client.get(f"/tasks/{again}").text
        assert "برگرداند" not in client.get(f"/tasks/{again}").text

    def test_a_step_that_was_not_sent_back_says_nothing(
        self, counted: Callable[[int], UUID], signed_in: Browser
    ):
        assert "برگرداند" not in signed_in("both").get(f"/tasks/{counted(5)}").text


def test_warnings_are_sentences_in_the_language_of_the_page(
    counted: Callable[[int], UUID], signed_in: Browser
):
    client, task = signed_in("head"), counted(5)

    assert "<li>کالا ۳ روز دیر رسیده است.</li>" in client.get(f"/tasks/{task}").text
    client.post("/language", data={"locale": "en"})
    assert "<li>The goods came 3 days late.</li>" in client.get(f"/tasks/{task}").text


def test_the_only_choice_of_a_question_that_needs_an_answer_is_chosen(
    delivery: tuple[UUID, UUID], signed_in: Browser
):
    page = signed_in("both").get(f"/tasks/{delivery[1]}").text

    assert re.search(r'value="north" selected', page)
    assert not re.search(r'value="first" selected', page)


def test_a_finished_case_says_what_was_passed_and_what_was_not_needed(
    delivery: tuple[UUID, UUID],
    counted: Callable[[int], UUID],
    site: Database,
    actor_of: ActorOf,
    signed_in: Browser,
):
    client, approval = signed_in("both"), counted(5)
    address = f"/cases/{delivery[0]}?tab=map"
    assert "بعداً شکایت شد" in text_of(client.get(address).text)

    head = actor_of("head")
    tasks.claim(site.unit_of_work(), approval, actor=head, at=NOON)
    tasks.complete(site.unit_of_work(), approval, {"outcome": "accept"}, actor=head, at=NOON)

    text = text_of(client.get(address).text)
    assert "گذشته بررسی" in text
    assert "لازم نشد شکایت از فروشنده" in text
    assert "بعداً" not in text


class TestALateStep:
    @pytest.fixture
    def late(self, delivery: tuple[UUID, UUID], site: Database, clock: Clock) -> UUID:
        clock.pass_time(timedelta(days=12))
        run_due(site, clock)
        return delivery[1]

    def test_is_shown_to_those_who_answer_for_it_with_who_has_it(
        self, late: UUID, signed_in: Browser
    ):
        head = signed_in("head")

        assert "دیرکرد نزد دیگران: ۱" in text_of(head.get("/inbox").text)
        text = text_of(head.get("/inbox?view=late").text)
        assert "شمارش" in text
        assert "همه‌کاره از ۱۴۰۵/۰۵/۰۳" in text
        assert head.get(f"/tasks/{late}").status_code == 200

    @pytest.mark.parametrize("other", ["head15", "buyer", "both"])
    def test_is_not_shown_to_others_or_to_who_holds_it(
        self, late: UUID, signed_in: Browser, other: str
    ):
        assert "چیزی نزد دیگران دیر نشده" in signed_in(other).get("/inbox?view=late").text

    def test_says_to_its_holder_that_those_responsible_know(self, late: UUID, signed_in: Browser):
        assert "به مسئولان خبر داده شد" in signed_in("both").get("/inbox").text

    def test_its_trail_says_who_was_reminded_and_told(
        self, late: UUID, delivery: tuple[UUID, UUID], signed_in: Browser
    ):
        text = text_of(signed_in("head").get(f"/cases/{delivery[0]}").text)

        assert "یادآوری: مهلت «شمارش» نزدیک است" in text
        assert "خبر به: کارپرداز" in text
        assert "خبر به: رئیس واحد" in text


def test_a_step_whose_deadline_is_near_is_marked_for_its_holder(
    delivery: tuple[UUID, UUID], site: Database, clock: Clock, signed_in: Browser
):
    assert "یادآوری شد" not in signed_in("both").get("/inbox").text
    clock.pass_time(timedelta(days=9))
    run_due(site, clock)

    assert "یادآوری شد" in signed_in("both").get("/inbox").text


def test_after_an_answer_the_next_step_is_offered_to_who_has_it(
    delivery: tuple[UUID, UUID], signed_in: Browser, site: Database, clock: Clock
):
    client = signed_in("both")
    answer = {"quantity": "5", "store": "north", "outcome": "send"}
    client.post(f"/tasks/{delivery[1]}", data=answer)
    run_due(site, clock)

    assert "گام بعدی این پرونده با شماست: پذیرش کالا" in client.get("/inbox").text
    assert "گام بعدی این پرونده با شماست" not in client.get("/inbox").text
