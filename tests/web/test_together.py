"""Several tasks at once: what is done to each, what is not and why, and all of it taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.catalogue import config
from engine.catalogue.handlers import REGISTRY
from engine.storage.database import Database
from tests.kit.sites import PASSWORD
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def three(a_purchase: Purchase) -> list[str]:
    """Three purchases waiting to be described."""
    return [str(a_purchase(f"P-{number}")[1]) for number in (1, 2, 3)]


@pytest.fixture
def waiting_for_the_head(a_purchase: Purchase) -> list[str]:
    """Two purchases waiting for approval, of steps that may be answered together."""
    return [str(a_purchase(f"P-{number}", sent=True)[1]) for number in (1, 2)]


@pytest.fixture
def together_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The approval may be given to many at once."""
    declared = config.ProcessConfig.step

    def step(self: config.ProcessConfig, element_id: str) -> config.Step:
        found = declared(self, element_id)
        return config.Step(found.due, found.escalate, found.confirm, bulk=element_id == "approve")

    monkeypatch.setattr(config.ProcessConfig, "step", step)


def _undo(client: FlaskClient, page: str) -> str:
    """Press the button that takes all of it back."""
    done = re.findall(r'name="done" value="([^"]*)"', page)
    act = re.search(r'name="act" value="(\w+)"', page)
    assert act is not None
    answer = client.post("/inbox/together/undo", data={"act": act[1], "done": done})
    assert answer.status_code == 200
    return text_of(answer.text)


def _holders(site: Database, ids: list[str]) -> list[str | None]:
    with site.unit_of_work() as uow:
        return [uow.cases.of_task(UUID(each))[1].holder for each in ids]


def test_what_the_filter_finds_is_listed_and_ticked(three: list[str], signed_in: Browser):
    page = signed_in("buyer").get("/inbox/together").text

    assert [f'value="{each}"' in page for each in three] == [True, True, True]
    assert page.count('type="checkbox"') == page.count(" checked>") == 3
    assert "همهٔ ۳ کار این پالایش" in text_of(page)


def test_what_is_searched_for_is_all_that_is_listed(three: list[str], signed_in: Browser):
    page = signed_in("buyer").get("/inbox/together?q=P-2").text

    assert [each in page for each in three] == [False, True, False]


def test_a_filter_that_cannot_be_read_lists_nothing_and_says_why(
    three: list[str], signed_in: Browser
):
    page = signed_in("buyer").get("/inbox/together?amount-from=abc")

    assert page.status_code == 422
    assert not any(each in page.text for each in three)
    assert 'href="#amount-from"' in page.text


def test_the_ticks_are_taken_off_all_at_once(three: list[str], signed_in: Browser):
    page = signed_in("buyer").get("/inbox/together?tick=none").text

    assert [f'value="{each}"' in page for each in three] == [True, True, True]
    assert " checked>" not in page


def test_rows_show_the_values_that_tell_cases_apart(three: list[str], signed_in: Browser):
    page = text_of(signed_in("buyer").get("/inbox/together").text)

    assert [f"P-{number}" in page for number in (1, 2, 3)] == [True, True, True]


def test_what_was_ones_own_before_is_not_put_back_by_undoing(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")
    client.post(f"/tasks/{three[0]}/claim")

    done = client.post("/inbox/together", data={"act": "claim", "task": three[:2]})
    assert "از پیش نزد شماست" in text_of(done.text)
    _undo(client, done.text)

    assert _holders(site, three) == ["buyer", None, None]


def test_what_cannot_be_found_does_not_stop_the_rest_from_being_undone(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")
    client.post("/inbox/together", data={"act": "claim", "task": three[:1]})
    nobodys = "00000000-0000-0000-0000-000000000001"

    undone = client.post(
        "/inbox/together/undo", data={"act": "claim", "done": [f"{nobodys}=", f"{three[0]}="]}
    )

    assert undone.status_code == 200
    assert _holders(site, three) == [None, None, None]


def test_tasks_are_taken_together_and_given_back_with_one_button(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")

    done = client.post("/inbox/together", data={"act": "claim", "task": three[:2]})

    assert _holders(site, three) == ["buyer", "buyer", None]
    assert _undo(client, done.text).startswith("چند کار با هم")
    assert _holders(site, three) == [None, None, None]


def test_what_somebody_else_took_meanwhile_is_told_and_the_rest_is_done(
    three: list[str], signed_in: Browser, site: Database
):
    signed_in("buyer2").post(f"/tasks/{three[0]}/claim")

    done = signed_in("buyer").post("/inbox/together", data={"act": "claim", "task": three})

    assert _holders(site, three) == ["buyer2", "buyer", "buyer"]
    assert "انجام‌نشده: ۱" in text_of(done.text)
    assert done.text.count('name="done"') == 2


def test_priorities_are_changed_together_and_each_is_given_its_own_again(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")

    def priorities() -> list[int]:
        with site.unit_of_work() as uow:
            return [uow.cases.of_task(UUID(each))[1].priority for each in three]

    client.post(f"/tasks/{three[0]}/priority", data={"priority": "20"})
    done = client.post("/inbox/together", data={"act": "priority", "priority": "80", "task": three})
    assert priorities() == [80, 80, 80]

    _undo(client, done.text)

    assert priorities() == [20, 50, 50]


def test_the_rows_of_the_list_have_ticks_and_a_bar_that_takes_all_of_them(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")
    page = client.get("/inbox?q=P-").text
    [bar] = re.findall(r'<form id="bulk".*?</form>', page, re.DOTALL)
    assert re.findall(r'form="bulk" name="task" value="([^"]+)"', page) == three
    assert "همهٔ این پالایش: ۳" in text_of(bar)
    assert 'action="/inbox/together?q=P-"' in bar

    done = client.post("/inbox/together?q=P-", data={"act": "claim", "task": three, "ticked": "1"})

    assert _holders(site, three) == ["buyer", "buyer", "buyer"]
    assert 'href="/inbox?q=P-"' in done.text


def test_only_what_was_ticked_is_listed_to_choose_what_else_is_done(
    three: list[str], signed_in: Browser
):
    client = signed_in("buyer")
    ticked = {"ticked": "1", "task": three[1:]}

    page = client.post("/inbox/together/choose", data={**ticked, "act": "priority"}).text

    assert [each in page for each in three] == [False, True, True]
    assert re.search(r'value="priority" checked', page)
    assert client.post("/inbox/together", data=ticked).text.count('name="task"') == 2
    assert client.post("/inbox/together/choose").status_code == 422


def test_amounts_stand_in_the_list_that_is_ticked(
    waiting_for_the_head: list[str], signed_in: Browser
):
    assert "۱٬۲۵۰٬۰۰۰" in signed_in("head").get("/inbox/together").text


def test_tasks_given_to_a_colleague_together_are_as_before_with_one_button(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")
    client.post("/inbox/together", data={"act": "claim", "task": three[:2]})
    to_other = {"act": "assign", "to": "buyer2", "task": three}

    done = client.post("/inbox/together", data=to_other)

    assert _holders(site, three) == ["buyer2", "buyer2", None]  # the third is not the buyer's
    _undo(client, done.text)
    assert _holders(site, three) == ["buyer", "buyer", None]


def test_only_who_sits_at_the_desk_of_a_task_is_offered_it(three: list[str], signed_in: Browser):
    assert _offered(signed_in("buyer").get("/inbox/together").text) == ["both", "buyer2"]


def test_of_whom_a_rule_keeps_from_a_task_is_said_from_which(
    a_purchase: Purchase, signed_in: Browser
):
    for number, by in (("P-1", "buyer"), ("P-2", "both")):
        a_purchase(number, by=by, sent=True)

    page = signed_in("head").get("/inbox/together").text

    assert _offered(page) == ["head2", "mayor", "both"]
    assert "همه‌کاره (۱ از ۲)" in page
    [not_theirs] = re.findall(r"<li>(همه‌کاره: .*?)</li>", page)
    assert "P-2" in not_theirs
    assert "P-1" not in not_theirs


def _offered(page: str) -> list[str]:
    """Return to whom tasks may be given."""
    [whom] = re.findall(r'<select id="to".*?</select>', page, re.DOTALL)
    return re.findall(r'value="(\w+)"', whom)


def test_what_the_colleague_has_put_back_meanwhile_is_not_given_again(
    three: list[str], signed_in: Browser, site: Database
):
    client = signed_in("buyer")
    client.post("/inbox/together", data={"act": "claim", "task": three[:2]})
    done = client.post("/inbox/together", data={"act": "assign", "to": "buyer2", "task": three[:2]})
    signed_in("buyer2").post(f"/tasks/{three[0]}/unclaim")

    _undo(client, done.text)

    assert _holders(site, three) == [None, "buyer", None]


def test_tasks_are_put_off_together(three: list[str], signed_in: Browser):
    client = signed_in("buyer")

    client.post("/inbox/together", data={"act": "snooze", "later": "next_week", "task": three})

    assert "همهٔ" not in text_of(client.get("/inbox/together").text)


def test_an_approval_is_given_to_all_listed_with_one_password_and_taken_back(
    waiting_for_the_head: list[str], together_allowed: None, signed_in: Browser, site: Database
):
    client = signed_in("head")
    asked = {"act": "complete", "outcome": "approve", "task": waiting_for_the_head}
    assert client.post("/inbox/together", data={**asked, "password": "x"}).status_code == 422
    without = client.post("/inbox/together", data=asked)
    assert "انجام‌نشده: ۲" in text_of(without.text)
    assert _holders(site, waiting_for_the_head) == [None, None]  # nor kept from colleagues

    done = client.post("/inbox/together", data={**asked, "password": PASSWORD})

    assert done.text.count('name="done"') == 2
    _undo(client, done.text)
    assert _holders(site, waiting_for_the_head) == ["head", "head"]
    assert "تأیید خرید" in client.get("/inbox").text


def test_a_step_that_is_not_declared_so_is_not_answered_with_others(
    waiting_for_the_head: list[str], signed_in: Browser
):
    asked = {"act": "complete", "outcome": "approve", "password": PASSWORD}

    done = signed_in("head").post("/inbox/together", data={**asked, "task": waiting_for_the_head})

    assert "این مرحله جداگانه پاسخ داده می‌شود" in text_of(done.text)
    assert 'name="done"' not in done.text


def test_what_has_an_unanswered_question_stays_open(
    three: list[str], signed_in: Browser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(config.ProcessConfig, "step", lambda self, _: config.Step(bulk=True))
    monkeypatch.setitem(REGISTRY.recalls, ("purchase", "describe"), lambda request: {})

    done = signed_in("buyer").post(
        "/inbox/together", data={"act": "complete", "outcome": "send", "task": three[:1]}
    )

    assert "فرم آن پاسخ‌های دیگری می‌خواهد" in text_of(done.text)


@pytest.mark.parametrize("sent", [{}, {"act": "claim"}, {"act": "claim", "task": "x"}])
def test_nothing_is_done_without_an_act_and_a_task(sent: dict[str, str], signed_in: Browser):
    assert signed_in("buyer").post("/inbox/together", data=sent).status_code == 422


def test_what_one_may_not_see_is_not_found(three: list[str], signed_in: Browser):
    done = signed_in("head15").post("/inbox/together", data={"act": "claim", "task": three})

    assert 'name="done"' not in done.text
