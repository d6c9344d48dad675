from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from engine.model.instance import instance_table
from engine.model.person import Actor, Person
from engine.model.substitution import Substitution
from engine.queries.related import related
from engine.storage import partners
from engine.storage.database import Database
from engine.storage.partners import Side
from tests.kit.sites import NOON, PASSWORD, Clock
from tests.web.conftest import described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
STRANGER = Actor(uuid4(), "stranger", "x", "x", desks=frozenset({"PROC_OFFICER@D15"}))


def test_a_case_says_in_one_line_who_has_it(a_purchase: Purchase, signed_in: Browser):
    case, approval = a_purchase(sent=True)

    assert "تأیید خرید در انتظار رئیس واحد" in text_of(
        signed_in("buyer").get(f"/cases/{case}").text
    )

    signed_in("head").post(f"/tasks/{approval}/claim")
    text = text_of(signed_in("buyer").get(f"/cases/{case}").text)
    assert "تأیید خرید نزد مدیر منطقه (رئیس واحد) از ۱۴۰۵/۰۵/۰۳" in text


def test_the_trail_says_who_did_what_and_why(a_purchase: Purchase, signed_in: Browser):
    case, approval = a_purchase(sent=True)
    head = signed_in("head")
    head.post(f"/tasks/{approval}/claim")
    returned = {"outcome": "return", "return_reason": "پیش‌فاکتور ندارد", "password": PASSWORD}
    assert head.post(f"/tasks/{approval}", data=returned).status_code == 303

    text = text_of(signed_in("buyer").get(f"/cases/{case}").text)

    assert "«تأیید خرید» را انجام داد: عودت مدیر منطقه (رئیس واحد)" in text
    assert "علت عودت: پیش‌فاکتور ندارد" in text
    assert "پذیرفته شد؟ خیر، عودت شد" in text
    assert "چون: نتیجه «عودت» است" in text
    assert "«بله» برای وقتی است که هیچ‌کدام برقرار نباشد" in text
    assert "آنچه دیده شد: نتیجه: عودت" in text


def test_a_task_says_why_it_came_to_whoever_looks_at_it(a_purchase: Purchase, signed_in: Browser):
    _, approval = a_purchase(sent=True)
    address = f"/tasks/{approval}?tab=trail"

    of_head = text_of(signed_in("head").get(address).text)
    of_buyer = text_of(signed_in("buyer").get(address).text)

    came = "چرا اینجاست پس از «شرح خرید» آمد (کارپرداز یکم) ·"
    assert came in of_head
    assert "روی میز «رئیس واحد» است که میز شماست" in of_head
    assert came in of_buyer
    assert "روی میز «رئیس واحد» است که میز شما نیست" in of_buyer


def test_the_trail_is_cut_down_to_what_people_did_or_tells_everything(
    a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    client = signed_in("buyer")

    people = client.get(f"/cases/{case}?show=people").text
    everything = client.get(f"/cases/{case}?show=everything").text

    assert people.count('<li class="by-person"') == people.count('id="line-') == 3
    assert "«تأیید خرید» باز شد" not in text_of(people)
    assert "«تأیید خرید» باز شد" in text_of(everything)
    assert 'href="#line-1"' in people
    assert client.get(f"/cases/{case}?show=nonsense").status_code == 200


def test_the_map_says_what_is_passed_now_and_next(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase()
    client = signed_in("buyer")

    text = text_of(client.get(f"/cases/{case}?tab=map").text)
    drawn = client.get(f"/cases/{case}?tab=map&view=drawing").text

    assert "اکنون شرح خرید کارپرداز" in text
    assert "گام بعدی تأیید خرید رئیس واحد" in text
    assert "&#34;describe&#34;: &#34;now&#34;" in drawn
    assert "data-diagram" not in text


class TestTheDrawing:
    @pytest.fixture
    def shown(self, a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, str]:
        """A browser, and the address of a drawing as a map gives it."""
        case, _ = a_purchase()
        client = signed_in("buyer")
        page = client.get(f"/cases/{case}?tab=map&view=drawing").text
        [address] = re.findall(f'data-diagram-url="(/cases/{case}/diagram.bpmn[^"]*)"', page)
        return client, address

    def test_is_the_file_the_case_runs_on(self, shown: tuple[FlaskClient, str]):
        client, address = shown

        assert b'<process id="purchase"' in client.get(address).data

    def test_is_packed_for_who_can_unpack_it(self, shown: tuple[FlaskClient, str]):
        client, address = shown

        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})

        assert packed.content_encoding == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        assert "Accept-Encoding" in packed.headers["Vary"]

    def test_asked_for_by_its_hash_is_kept_by_the_browser_alone(
        self, shown: tuple[FlaskClient, str]
    ):
        client, address = shown

        kept = client.get(address).cache_control

        assert (kept.private, kept.immutable, kept.max_age) == (True, True, 365 * 86_400)
        assert client.get(address.partition("?")[0]).cache_control.no_cache

    def test_is_not_sent_again_to_who_has_it(self, shown: tuple[FlaskClient, str]):
        client, address = shown
        etag = client.get(address).headers["ETag"]

        again = client.get(address.partition("?")[0], headers={"If-None-Match": etag})

        assert (again.status_code, again.data) == (304, b"")


def test_the_map_speaks_english_where_the_model_speaks_persian(
    a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase()
    client = signed_in("buyer")
    client.post("/language", data={"locale": "en"})

    words = text_of(client.get(f"/cases/{case}?tab=map").text)
    drawn = client.get(f"/cases/{case}?tab=map&view=drawing").text

    assert "may come next Approve the purchase Head of the unit" in words
    assert "&#34;accepted&#34;: &#34;yes&#34;" in drawn


class TestAWithdrawal:
    def test_is_offered_to_who_may_send_it_while_the_case_waits(
        self, a_purchase: Purchase, signed_in: Browser
    ):
        case, _ = a_purchase(sent=True)
        early, _ = a_purchase("P-2")

        offered = "پس گرفتن درخواست"
        assert offered in signed_in("buyer").get(f"/cases/{case}").text
        assert offered not in signed_in("head").get(f"/cases/{case}").text
        assert offered not in signed_in("buyer").get(f"/cases/{early}").text

    def test_ends_the_case_and_keeps_its_reason(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(sent=True)
        client = signed_in("buyer")

        sent = client.post(f"/cases/{case}/messages/withdraw", data={"reason": "لازم نیست"})

        assert sent.status_code == 303
        text = text_of(client.get(f"/cases/{case}").text)
        assert "پایان یافت: پس گرفته شد" in text
        assert "علت: لازم نیست" in text

    def test_needs_its_reason(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(sent=True)
        client = signed_in("buyer")

        client.post(f"/cases/{case}/messages/withdraw", data={"reason": " "})

        text = text_of(client.get(f"/cases/{case}").text)
        assert "علت را بنویسید" in text
        assert "تأیید خرید در انتظار" in text

    def test_that_comes_too_late_is_a_conflict(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase()

        answer = signed_in("buyer").post(
            f"/cases/{case}/messages/withdraw", data={"reason": "لازم نیست"}
        )

        assert answer.status_code == 409
        assert "پرونده اکنون منتظر این نیست" in answer.text
        assert "دیگری زودتر اقدام کرد" not in answer.text

    def test_of_a_case_that_has_ended_is_told_so(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(sent=True)
        client, url = signed_in("buyer"), f"/cases/{case}/messages/withdraw"
        client.post(url, data={"reason": "لازم نیست"})

        answer = client.post(url, data={"reason": "لازم نیست"})

        assert answer.status_code == 409
        assert "پرونده پایان یافته است" in answer.text
        assert "messages/withdraw" not in client.get(f"/cases/{case}").text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        pytest.param("buyer", 200, id="the starter"),
        pytest.param("head", 200, id="a desk in the unit"),
        pytest.param("mayor", 200, id="a desk above, granted with children"),
        pytest.param("auditor", 200, id="an auditor of everything"),
        pytest.param("head15", 404, id="the same role in another unit"),
    ],
)
def test_a_case_is_seen_by_its_unit_and_those_who_watch_it(
    a_purchase: Purchase, signed_in: Browser, who: str, status: int
):
    case, task = a_purchase()
    client = signed_in(who)

    for url in (f"/cases/{case}", f"/cases/{case}/diagram.bpmn", f"/tasks/{task}"):
        assert client.get(url).status_code == status


def test_what_does_not_exist_looks_like_what_is_not_mine(signed_in: Browser):
    client = signed_in("buyer")

    for url in (f"/cases/{uuid4()}", f"/tasks/{uuid4()}", "/start/unknown", "/nowhere"):
        answer = client.get(url)
        assert answer.status_code == 404
        assert "یافت نشد" in answer.text


def test_a_machine_gets_the_same_refusal_in_both_languages(signed_in: Browser):
    answer = signed_in("buyer").get(f"/cases/{uuid4()}", headers={"Accept": "application/json"})

    assert answer.status_code == 404
    body = answer.get_json()
    assert body["code"] == "GEN-404"
    assert body["message"] == "There is no such page, or it is not yours to see."
    assert body["messageFa"] == "چنین صفحه‌ای نیست یا دیدن آن با شما نیست."


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Count the SQL statements sent meanwhile."""
    sent: list[str] = []

    def keep(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database.engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    "address",
    [
        "/inbox",
        "/inbox?view=waiting",
        "/inbox?view=started",
        "/inbox?view=done",
        "/tasks/{task}",
    ],
)
def test_a_page_asks_the_database_at_most_six_questions_however_long_it_is(
    site: Database, a_purchase: Purchase, signed_in: Browser, address: str
):
    client = signed_in("buyer")
    for number in range(8):
        case, task = a_purchase(f"P-{number}", sent=number % 2 == 0)
    client.get(address.format(case=case, task=task))  # definitions are read once and kept

    with statements(site) as sent:
        assert client.get(address.format(case=case, task=task)).status_code == 200

    assert len(sent) <= 6, "\n".join(sent)


@pytest.mark.parametrize(
    "address",
    ["/tasks/{task}?tab=trail", "/tasks/{task}?tab=map", "/cases/{case}", "/cases/{case}?tab=map"],
)
def test_a_map_asks_besides_for_the_people_of_the_nearest_desks_and_no_more(
    site: Database, a_purchase: Purchase, signed_in: Browser, address: str
):
    client = signed_in("buyer")
    case, task = a_purchase(sent=True)
    client.get(address.format(case=case, task=task))  # definitions are read once and kept

    with statements(site) as sent:
        assert client.get(address.format(case=case, task=task)).status_code == 200

    # two for each of three desks, who did what, the calendar and its version, the events awaited,
    # what holds the steps up, and the four-eyes rules of the step
    assert len(sent) <= 6 + 3 * 2 + 1 + 2 + 1 + 1 + 1, "\n".join(sent)


class TestWhatCanComeNext:
    def test_is_told_with_its_desk_its_people_and_its_likely_deadline(
        self, a_purchase: Purchase, signed_in: Browser
    ):
        case, _ = a_purchase()

        text = text_of(signed_in("buyer").get(f"/cases/{case}?tab=map").text)

        assert "گام‌های بعدی ممکن در هر حال تأیید خرید · رئیس واحد" in text
        assert "مهلت احتمالی ۱۴۰۵/۰۵/۰۸" in text
        assert ": همه‌کاره، مدیر منطقه، جانشین مدیر" in text

    def test_names_who_is_kept_from_it_and_why(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(by="both", sent=True)
        head = signed_in("head")
        [approval] = re.findall(r"/tasks/([0-9a-f-]{36})", head.get(f"/cases/{case}").text)[:1]
        head.post(f"/tasks/{approval}/claim")
        returned = {"outcome": "return", "return_reason": "گران", "password": PASSWORD}
        assert head.post(f"/tasks/{approval}", data=returned).status_code == 303

        text = text_of(head.get(f"/cases/{case}?tab=map").text)

        assert "نه به همه‌کاره، که «شرح خرید» را در این پرونده انجام داده است (SOD-001)" in text
        assert ": مدیر منطقه (شما)، جانشین مدیر" in text

    def test_is_told_with_the_condition_of_each_way(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(sent=True)

        text = text_of(signed_in("buyer").get(f"/cases/{case}?tab=map").text)

        assert "وقتی: پذیرفته شد؟ بله پایان: خرید شد" in text
        assert "شرح خرید · کارپرداز" in text
        assert "وقتی: پذیرفته شد؟ خیر، عودت شد شرح خرید" in text
        assert "پذیرفته شد؟ خیر، عودت شد (نتیجه «عودت» است)" in text

    def test_is_nothing_in_a_case_that_is_over(self, a_purchase: Purchase, signed_in: Browser):
        case, _ = a_purchase(sent=True)
        client = signed_in("buyer")
        client.post(f"/cases/{case}/messages/withdraw", data={"reason": "لازم نیست"})

        assert "گام‌های بعدی ممکن" not in text_of(client.get(f"/cases/{case}?tab=map").text)


class TestWhoHoldsItUp:
    def test_is_told_to_who_began_the_case_in_working_days(
        self, a_purchase: Purchase, signed_in: Browser, clock: Clock
    ):
        a_purchase("P-0", by="buyer2", sent=True)
        clock.pass_time(timedelta(days=1))
        case, _ = a_purchase("P-1", sent=True, at=clock.at)
        clock.pass_time(timedelta(days=2))

        text = text_of(signed_in("buyer").get(f"/cases/{case}").text)
        of_others = text_of(signed_in("buyer2").get(f"/cases/{case}").text)

        assert "۲ روز کاری منتظر مانده است (مهلت ۵ روز)" in text
        assert "۱ کار زودتر روی همان میز منتظر است" in text
        assert "منتظر مانده است" not in of_others
        assert "/remind" not in of_others

    def test_may_be_reminded_once_a_day(
        self, a_purchase: Purchase, signed_in: Browser, clock: Clock
    ):
        case, approval = a_purchase(sent=True)
        client = signed_in("buyer")
        address = f"/cases/{case}/steps/{approval}/remind"

        assert client.post(address).status_code == 303

        text = text_of(client.get(f"/cases/{case}").text)
        assert "یادآوری شد" in text
        assert "«تأیید خرید» را پیگیری کرد کارپرداز یکم" in text
        assert address not in client.get(f"/cases/{case}").text
        again = client.post(address)
        assert again.status_code == 409
        assert "روزی یک بار بس است" in again.text
        clock.pass_time(timedelta(days=1))
        assert client.post(address).status_code == 303

    def test_is_nobodys_business_who_has_no_part_in_it(
        self, a_purchase: Purchase, signed_in: Browser
    ):
        case, approval = a_purchase(sent=True)
        address = f"/cases/{case}/steps/{approval}/remind"

        assert signed_in("buyer2").post(address).status_code == 403
        assert signed_in("head15").post(address).status_code == 404

    def test_says_who_is_away_and_who_stands_in(
        self, a_purchase: Purchase, signed_in: Browser, site: Database
    ):
        case, approval = a_purchase(sent=True)
        signed_in("head").post(f"/tasks/{approval}/claim")
        uow = site.unit_of_work()
        with uow:
            rows = uow.session.execute(select(Person.username, Person.id)).all()
            ids = {each.username: each.id for each in rows}
            uow.session.add(
                Substitution(
                    person_id=ids["head"],
                    substitute_id=ids["head2"],
                    valid_from=NOON.date(),
                    valid_to=NOON.date() + timedelta(days=7),
                    processes=None,
                    desks=None,
                    most=None,
                    reason="",
                    entered_by="head",
                    entered_at=NOON,
                    ended_by=None,
                    ended_at=None,
                )
            )
            uow.commit()

        text = text_of(signed_in("buyer").get(f"/cases/{case}").text)

        assert "تا ۱۴۰۵/۰۵/۱۰ در مرخصی؛ جانشین جانشین مدیر هنوز برنداشته است" in text


def test_a_step_that_was_done_twice_shows_both_visits(a_purchase: Purchase, signed_in: Browser):
    case, approval = a_purchase(sent=True)
    head, buyer = signed_in("head"), signed_in("buyer")
    head.post(f"/tasks/{approval}/claim")
    returned = {"outcome": "return", "return_reason": "گران", "password": PASSWORD}
    head.post(f"/tasks/{approval}", data=returned)
    [again] = re.findall(r"/tasks/([0-9a-f-]{36})", buyer.get(f"/cases/{case}").text)[:1]
    buyer.post(f"/tasks/{again}/claim")
    assert buyer.post(f"/tasks/{again}", data=described()).status_code == 303

    text = text_of(buyer.get(f"/cases/{case}?tab=map").text)

    assert "بار ۱: کارپرداز یکم" in text
    assert "بار ۲: کارپرداز یکم" in text


def test_a_case_ends_where_its_last_step_led(a_purchase: Purchase, signed_in: Browser):
    case, task = a_purchase()
    buyer, head = signed_in("buyer"), signed_in("head")
    buyer.post(f"/tasks/{task}/claim")
    buyer.post(f"/tasks/{task}", data=described())
    page = head.get("/inbox").text
    approval = page.split("/tasks/")[1][:36]
    head.post(f"/tasks/{approval}/claim")
    head.post(f"/tasks/{approval}", data={"outcome": "approve", "password": PASSWORD})

    assert "پایان یافت: خرید شد" in text_of(buyer.get(f"/cases/{case}").text)


def test_a_case_names_the_cases_it_spoke_with_and_those_it_called_as_far_as_one_may_see_them(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    (case, _), (partner, _), (caller, _) = a_purchase(), a_purchase(), a_purchase()
    uow = site.unit_of_work()
    with uow:
        partners.meet(uow.session, Side(case), Side(partner), "offer", NOON)
        uow.session.execute(
            update(instance_table).where(instance_table.c.id == case).values(called_by=caller)
        )
        uow.commit()

    page = signed_in("buyer").get(f"/cases/{case}").text
    of_caller = signed_in("buyer").get(f"/cases/{caller}").text

    assert f'href="/cases/{partner}"' in page
    assert "با این پرونده پیام داد و ستد کرده" in text_of(page)
    assert f'href="/cases/{caller}"' in page
    assert "منتظر این پرونده است" in text_of(page)
    assert f'href="/cases/{case}"' in of_caller
    with site.reader() as session:
        assert related(session, case, STRANGER) == ()
