from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, tasks
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.queries import tasks as queries
from engine.storage.database import Database
from tests.kit.sites import NOON, PASSWORD
from tests.web.conftest import PURCHASE, described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, str]:
    """A buyer's browser and the address of the step he has taken."""
    _, task = a_purchase()
    client, url = signed_in("buyer"), f"/tasks/{task}"
    assert client.post(f"{url}/claim").status_code == 303
    return client, url


def test_a_step_is_taken_filled_in_and_sent(taken: tuple[FlaskClient, str], signed_in: Browser):
    client, url = taken

    sent = client.post(url, data=described())

    assert (sent.status_code, sent.location) == (303, "/inbox")
    assert "پاسخ «شرح خرید» داده شد: ارسال به مدیر" in text_of(client.get("/inbox").text)
    assert "تأیید خرید" in signed_in("head").get("/inbox").text


def test_a_step_that_is_done_shows_what_was_answered_under_the_labels_of_its_form(
    taken: tuple[FlaskClient, str], signed_in: Browser
):
    client, url = taken
    assert client.post(url, data=described(note="فوری")).status_code == 303

    for reader in (client, signed_in("buyer2")):
        page = reader.get(url).text
        given = text_of(page.partition('id="given"')[2].partition("</section>")[0])
        assert "کالا کاغذ" in given
        assert "۱٬۲۵۰٬۰۰۰" in given
        assert "۱۴۰۵/۰۶/۰۱" in given
        assert "فوری" in given
        assert 'name="goods"' not in page


def test_a_step_that_is_open_shows_no_answers_given(taken: tuple[FlaskClient, str]):
    client, url = taken

    assert 'id="given"' not in client.get(url).text


def test_all_that_is_wrong_stands_on_top_and_beside_the_fields(taken: tuple[FlaskClient, str]):
    client, url = taken

    answer = client.post(
        url, data=described(quantity="12.3456", amount="-1", goods="", needed_on="فردا")
    )

    assert answer.status_code == 422
    text = text_of(answer.text)
    assert "کالا: پاسخ لازم است." in text
    assert "مقدار: مقدار حداکثر سه رقم اعشار دارد." in text
    for path in ("goods", "quantity", "amount", "needed_on"):
        assert f'<a href="#{path}">' in answer.text
        assert f'id="{path}-problem"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_was_refused_is_shown_again_as_it_was_typed(taken: tuple[FlaskClient, str]):
    client, url = taken

    page = client.post(url, data=described(amount="هزار", note="<b>یادداشت</b>")).text

    assert 'value="هزار"' in page
    assert 'value="۱۲٫۵"' in page
    assert "&lt;b&gt;یادداشت&lt;/b&gt;" in page


def test_a_rule_of_the_area_is_said_beside_its_field_in_both_languages(
    taken: tuple[FlaskClient, str],
):
    client, url = taken
    too_much = described(amount="4000000000")

    assert "خرید بیش از ۳۰۰۰۰۰۰۰۰۰ ریال" in text_of(client.post(url, data=too_much).text)
    client.post("/language", data={"locale": "en"})
    answer = client.post(url, data=too_much)

    assert answer.status_code == 422
    assert "More than 3000000000 rials cannot be bought this way." in text_of(answer.text)


def test_a_read_only_field_cannot_be_posted(
    taken: tuple[FlaskClient, str], site: Database, actor_of: ActorOf
):
    client, url = taken
    client.post(url, data=described(budget="1", admin="yes"))

    with site.reader() as session:
        task = queries.page(session, UUID(url[-36:]), actor_of("buyer"))
    assert task.variables["budget"] == 9_000_000_000
    assert "admin" not in task.variables


def test_nobody_answers_a_step_he_has_not_taken(a_purchase: Purchase, signed_in: Browser):
    _, task = a_purchase()

    assert signed_in("buyer").post(f"/tasks/{task}", data=described()).status_code == 403


@pytest.mark.parametrize("what", ["claim", "unclaim"])
def test_who_may_not_see_a_case_learns_nothing_by_taking_its_step(
    what: str, a_purchase: Purchase, signed_in: Browser
):
    _, task = a_purchase()

    assert signed_in("head15").post(f"/tasks/{task}/{what}").status_code == 404
    assert signed_in("head15").post(f"/tasks/{uuid4()}/{what}").status_code == 404
    assert signed_in("head").post(f"/tasks/{task}/{what}").status_code == 403


def test_one_of_two_who_decide_wins_and_the_other_keeps_what_he_typed(
    a_purchase: Purchase, signed_in: Browser, site: Database, actor_of: ActorOf
):
    _, approval = a_purchase(sent=True)
    loser = signed_in("head")
    assert loser.post(f"/tasks/{approval}/claim").status_code == 303
    head = actor_of("head")
    tasks.unclaim(site.unit_of_work(), approval, actor=head, at=NOON)
    winner = actor_of("head2")
    tasks.claim(site.unit_of_work(), approval, actor=winner, at=NOON)
    tasks.complete(
        site.unit_of_work(),
        approval,
        {"outcome": "approve"},
        actor=winner,
        at=NOON,
        confirmed_by=Method.PASSWORD,
    )

    answer = loser.post(
        f"/tasks/{approval}",
        data={"outcome": "return", "return_reason": "گران است", "password": PASSWORD},
    )

    assert answer.status_code == 409
    text = text_of(answer.text)
    assert "جانشین مدیر" in text
    assert "۱۴۰۵/۰۵/۰۳" in text
    assert "علت عودت: گران است" in text
    assert PASSWORD not in text


def test_who_lost_the_step_meanwhile_sees_who_has_it_and_keeps_what_he_typed(
    taken: tuple[FlaskClient, str], signed_in: Browser
):
    client, url = taken
    client.post(f"{url}/unclaim")
    assert signed_in("buyer2").post(f"{url}/claim").status_code == 303

    answer = client.post(url, data=described(note="مهم است"))

    assert answer.status_code == 409
    assert "کارپرداز دوم" in text_of(answer.text)
    assert "مهم است" in answer.text


def test_a_step_somebody_holds_shows_who(a_purchase: Purchase, signed_in: Browser):
    _, task = a_purchase()
    signed_in("buyer2").post(f"/tasks/{task}/claim")

    page = signed_in("buyer").get(f"/tasks/{task}").text

    assert "کارپرداز دوم روی این کار می‌کند" in page
    assert 'name="outcome"' not in page
    assert signed_in("buyer").post(f"/tasks/{task}/claim").status_code == 409


def test_a_step_is_put_back_for_others(taken: tuple[FlaskClient, str], signed_in: Browser):
    client, url = taken

    assert client.post(f"{url}/unclaim").status_code == 303

    assert signed_in("buyer2").post(f"{url}/claim").status_code == 303


def test_one_person_may_not_approve_his_own_request(a_purchase: Purchase, signed_in: Browser):
    _, approval = a_purchase(by="both", sent=True)

    answer = signed_in("both").post(f"/tasks/{approval}/claim")

    assert answer.status_code == 403
    assert "یک نفر نمی‌تواند هر دو مرحله" in answer.text
    assert "«شرح خرید» را در این پرونده همه‌کاره انجام داده است" in answer.text


class TestAnApproval:
    @pytest.fixture
    def head(self, signed_in: Browser) -> FlaskClient:
        return signed_in("head")

    @pytest.fixture
    def url(self, a_purchase: Purchase, head: FlaskClient) -> str:
        _, approval = a_purchase(sent=True)
        head.post(f"/tasks/{approval}/claim")
        return f"/tasks/{approval}"

    def test_is_refused_without_the_password(self, head: FlaskClient, url: str):
        answer = head.post(url, data={"outcome": "approve", "password": ""})

        assert answer.status_code == 422
        assert "با گذرواژه‌تان تصدیق کنید" in answer.text

    def test_says_that_a_wrong_password_was_wrong(self, head: FlaskClient, url: str):
        answer = head.post(url, data={"outcome": "approve", "password": "wrong"})

        assert answer.status_code == 422
        assert "گذرواژه یا رمز درست نیست" in text_of(answer.text)
        assert "با گذرواژه‌تان تصدیق کنید" not in answer.text

    def test_says_who_guessed_too_often_has_to_wait(self, head: FlaskClient, url: str):
        for _ in range(20):
            answer = head.post(url, data={"outcome": "approve", "password": "wrong"})

        assert answer.status_code == 422
        assert "یک ربع" in text_of(answer.text)

    def test_that_is_sent_back_is_not_called_approved(self, head: FlaskClient, url: str):
        data = {"outcome": "return", "return_reason": "گران است", "password": PASSWORD}
        assert head.post(url, data=data).status_code == 303

        assert "پاسخ «تأیید خرید» داده شد: عودت" in text_of(head.get("/inbox").text)

    def test_is_taken_with_the_password(self, head: FlaskClient, url: str):
        assert head.post(url, data={"outcome": "approve", "password": PASSWORD}).status_code == 303

    def test_that_returns_needs_its_reason_and_shows_the_folded_part(
        self, head: FlaskClient, url: str
    ):
        answer = head.post(url, data={"outcome": "return", "password": PASSWORD})

        assert answer.status_code == 422
        assert '<details class="way" id="way-return" open>' in answer.text
        assert 'id="return_reason-problem"' in answer.text

    def test_shows_what_the_case_knows(self, head: FlaskClient, url: str):
        text = text_of(head.get(url).text)

        assert "مبلغ ۱٬۲۵۰٬۰۰۰ ریال" in text
        assert "کاغذ" in text


class TestADraft:
    def test_keeps_what_is_typed_valid_or_not(self, taken: tuple[FlaskClient, str]):
        client, url = taken

        saved = client.post(f"{url}/draft", json={"changes": {"amount": "ده", "goods": "میز"}})

        assert saved.status_code == 200
        assert saved.get_json()["problems"].keys() == {"amount"}
        page = client.get(url).text
        assert 'value="ده"' in page
        assert 'value="میز"' in page

    def test_is_saved_by_a_button_where_no_script_runs(self, taken: tuple[FlaskClient, str]):
        client, url = taken

        assert client.post(f"{url}/draft", data=described(goods="صندلی")).status_code == 303

        page = client.get(url).text
        assert 'value="صندلی"' in page
        assert 'value="goods" checked' in page

    def test_takes_no_field_the_form_does_not_ask(
        self, taken: tuple[FlaskClient, str], site: Database, actor_of: ActorOf
    ):
        client, url = taken
        strange = {"budget": "1", "other": "x", "lines/1/quantity": "2", "goods": 5}

        client.post(f"{url}/draft", json={"changes": strange})

        with site.reader() as session:
            assert queries.page(session, UUID(url[-36:]), actor_of("buyer")).drafts == {}

    def test_is_only_for_who_holds_the_step(
        self, taken: tuple[FlaskClient, str], signed_in: Browser
    ):
        _, url = taken

        answer = signed_in("buyer2").post(f"{url}/draft", json={"changes": {"goods": "x"}})

        assert answer.status_code == 403
        assert answer.get_json()["code"] == "GEN-403"

    @pytest.mark.parametrize("body", [{}, {"changes": []}, {"changes": "x"}])
    def test_that_is_no_list_of_changes_is_refused(
        self, taken: tuple[FlaskClient, str], body: dict[str, object]
    ):
        client, url = taken

        assert client.post(f"{url}/draft", json=body).status_code == 422


@pytest.mark.parametrize("tab", ["form", "file", "trail", "map", "nonsense"])
def test_every_tab_of_a_step_can_be_read(taken: tuple[FlaskClient, str], tab: str):
    client, url = taken

    assert client.get(f"{url}?tab={tab}").status_code == 200


def test_enter_in_a_field_saves_and_never_decides(taken: tuple[FlaskClient, str]):
    client, url = taken

    first = client.get(url).text.split("novalidate", 1)[1].split("<button", 2)[1]

    assert f'formaction="{url}/draft"' in first


def test_a_form_shows_what_its_step_alone_sees_and_when_to_follow_up(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    files = Bundle.read(PURCHASE).files
    before = '<userTask id="describe" name="شرح خرید">\n      <extensionElements>'
    after = (
        '<userTask id="describe" name="شرح خرید"><extensionElements>'
        '<zeebe:taskSchedule followUpDate="2026-12-01T10:00:00+03:30"/><zeebe:ioMapping>'
        '<zeebe:input source="=budget / 2" target="budget"/></zeebe:ioMapping>'
    )
    drawn = files["purchase.bpmn"].decode()
    assert before in drawn
    changed = {**files, "purchase.bpmn": drawn.replace(before, after).encode()}
    deployments.deploy(site.unit_of_work(), Bundle(changed), at=NOON)
    _, task = a_purchase()

    text = text_of(signed_in("buyer").get(f"/tasks/{task}").text)

    assert "۴٬۵۰۰٬۰۰۰٬۰۰۰" in text
    assert "۹٬۰۰۰٬۰۰۰٬۰۰۰" not in text
    assert "پیگیری" in text
