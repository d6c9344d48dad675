"""The list of work asked for otherwise: filters in its address, kept ones, columns of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.commands import saved_filters
from engine.commands.saved_filters import FilterNotYours
from engine.errors import Forbidden, RulesBroken
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


def numbers(page: str) -> list[str]:
    """Return the numbers of the purchases listed, in their order."""
    found = re.findall(r"P-\d+", "".join(re.findall(r"<tbody>.*</tbody>", page, re.DOTALL)))
    return list(dict.fromkeys(found))


@pytest.fixture
def three(a_purchase: Purchase) -> None:
    for number in ("P-1", "P-22", "P-3"):
        a_purchase(number)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("q=p-22", ["P-22"]),
        ("value-request_no=P-3", ["P-3"]),
        ("sort=value:request_no&down=true", ["P-3", "P-22", "P-1"]),
        ("process=purchase&due=week&holder=nobody", ["P-1", "P-22", "P-3"]),
        ("holder=me", []),
        ("due=overdue", []),
        ("desk=PROC_OFFICER@D07&size=50", ["P-1", "P-22", "P-3"]),
        ("unit=D15", []),
        ("urgent=true", []),
        ("view=waiting&sort=amount", []),
        ("view=started&q=p-22", ["P-22"]),
        ("view=done&sort=closed", []),
        ("view=snoozed", []),
        ("view=late&sort=priority", []),
    ],
)
def test_what_is_asked_stands_in_the_address(
    three: None, signed_in: Browser, asked: str, shown: list[str]
):
    answer = signed_in("buyer").get(f"/inbox?{asked}")

    assert (answer.status_code, numbers(answer.text)) == (200, shown)


def test_a_filter_that_cannot_be_read_is_said_beside_its_field_and_lists_nothing(
    three: None, signed_in: Browser
):
    answer = signed_in("buyer").get("/inbox?amount-from=many&due=sometime")

    assert answer.status_code == 422
    assert 'id="amount-from-problem"' in answer.text
    assert 'value="many"' in answer.text
    assert numbers(answer.text) == []


def test_each_filter_can_be_taken_away_by_itself(three: None, signed_in: Browser):
    page = signed_in("buyer").get("/inbox?due=week&holder=nobody&q=p-3").text

    chips = re.findall(r'<a class="chip removes" href="([^"]+)"', page)
    assert [unquote(each).replace("&amp;", "&") for each in chips] == [
        "/inbox?holder=nobody&q=p-3",
        "/inbox?due=week&q=p-3",
    ]


def test_the_next_page_of_a_sorted_list_goes_on_where_it_ended(
    a_purchase: Purchase, signed_in: Browser
):
    for number in range(30):
        a_purchase(f"P-1{number:02}")
    client = signed_in("buyer")

    first = client.get("/inbox?sort=value:request_no&down=true").text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(following.replace("&amp;", "&")).text

    everything = [f"P-1{number:02}" for number in reversed(range(30))]
    assert numbers(first) + numbers(second) == everything


def test_a_kept_filter_stands_above_the_inbox_with_what_it_leaves(three: None, signed_in: Browser):
    client = signed_in("buyer")
    client.post("/inbox/filters", data={"name": "سه", "q": "p-3", "share": ""})

    page = client.get("/inbox").text
    [address] = re.findall(r'<a class="chip" href="([^"]+)"', page)
    assert "سه ۱" in text_of(page)
    assert numbers(client.get(address.replace("&amp;", "&")).text) == ["P-3"]


def test_a_shared_filter_is_seen_at_its_desk_and_nowhere_else(three: None, signed_in: Browser):
    shared = {"name": "ours", "due": "week", "share": "PROC_OFFICER@D07"}
    signed_in("head").post("/inbox/filters", data=shared)

    assert "ours" in signed_in("buyer2").get("/inbox").text
    assert "ours" not in signed_in("head15").get("/inbox").text


def test_only_who_heads_a_desk_is_offered_to_share_with_it(three: None, signed_in: Browser):
    def offered(username: str) -> list[str]:
        page = signed_in(username).get("/inbox?due=week").text
        return re.findall(r'<option value="(\w+@\w+)">', page.partition("keep-share")[2])

    assert offered("head") == ["PROC_OFFICER@D07", "UNIT_HEAD@D07"]
    assert offered("buyer") == []


def test_who_sits_at_a_desk_without_heading_it_shares_nothing_with_it(
    three: None, signed_in: Browser
):
    shared = {"name": "ours", "due": "week", "share": "PROC_OFFICER@D07"}

    assert signed_in("buyer").post("/inbox/filters", data=shared).status_code == 403
    assert "ours" not in signed_in("buyer2").get("/inbox").text


def test_only_who_kept_a_filter_forgets_it_and_nobody_shares_with_foreign_desks(
    site: Database, actor_of: ActorOf
):
    buyer, other = actor_of("buyer"), actor_of("buyer2")
    kept = saved_filters.save(site.unit_of_work(), "x", "q=1", actor=buyer, at=NOON)
    again = saved_filters.save(site.unit_of_work(), "x", "q=2", actor=buyer, at=NOON)

    assert again == kept
    with pytest.raises(FilterNotYours):
        saved_filters.forget(site.unit_of_work(), kept, actor=other, at=NOON)
    with pytest.raises(Forbidden):
        saved_filters.save(
            site.unit_of_work(), "y", "q=1", desk="UNIT_HEAD@D07", actor=buyer, at=NOON
        )
    with pytest.raises(RulesBroken):
        saved_filters.save(site.unit_of_work(), "  ", "q=1", actor=buyer, at=NOON)
    saved_filters.forget(site.unit_of_work(), kept, actor=buyer, at=NOON)


def headings(page: str) -> list[str]:
    [head] = re.findall(r"<thead>.*?</thead>", page, re.DOTALL)
    cells = re.findall(r"<th .*?</th>", head, re.DOTALL)
    return [text_of(each).strip(" ▲▼") for each in cells if 'class="tick"' not in each]


def test_columns_are_chosen_ordered_and_sized_by_buttons(three: None, signed_in: Browser):
    client = signed_in("buyer")
    assert len(headings(client.get("/inbox?columns=1").text)) > 4

    keys = ["due", "created", "value:request_no"]
    chosen = {"view": "inbox", "key": keys, "shown": keys, "width.due": "wide"}
    client.post("/inbox/columns", data={**chosen, "move": "earlier:created"})
    page = client.get("/inbox").text

    assert headings(page)[1:] == ["رسیده در", "مهلت", "شمارهٔ درخواست"]
    assert re.search(r'<th scope="col" class="wide"', page)
    client.post("/inbox/columns", data={"view": "inbox", "key": keys, "usual": "1"})
    assert headings(client.get("/inbox").text)[1:] != headings(page)[1:]


def test_deadlines_stand_under_headings_in_words(three: None, signed_in: Browser):
    assert "مهلت در روزهای بعد" in text_of(signed_in("buyer").get("/inbox").text)
