"""A letter each working morning: what waits for one, once, when the office opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from engine.commands import digests, preferences, snoozing, tasks
from engine.jobs import run_due
from engine.model.calendar import UnitDay, UnitHours
from engine.model.job import job_table
from engine.model.person import Actor, Grant, Person
from engine.model.substitution import Substitution
from engine.storage.database import Database
from tests.kit.post import Post, page_of, plain_of
from tests.kit.sites import NOON, Clock
from tests.web.conftest import PEOPLE

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
Purchase = Callable[..., tuple[UUID, UUID]]
Morning = Callable[..., list[str]]

OPENS = timedelta(hours=20)  #: from noon to eight o'clock of the next day
DAY = timedelta(days=1)


@pytest.fixture
def wishing(site: Database, actor_of: ActorOf) -> Callable[..., None]:
    """Give people an address, and their wish for a letter each morning."""

    def wish(*usernames: str, digest: str = "with", **more: Any) -> None:
        for each in usernames:
            with site.unit_of_work() as uow:
                row = update(Person).where(Person.username == each)
                uow.session.execute(row.values(email=f"{each}@city.example"))
                uow.commit()
            kept = {"digest": digest, **more}
            preferences.keep_all(site.unit_of_work(), kept, actor=actor_of(each), at=NOON)

    return wish


@pytest.fixture
def morning(site: Database, post: Post, clock: Clock) -> Morning:
    """Let a moment come and the workers do what is due; return who got letters."""

    def come(at: datetime) -> list[str]:
        clock.at = at
        before = len(post.letters)
        digests.plan_openings(site, at)
        run_due(site, clock)
        return sorted(str(each["To"]).partition("@")[0] for each in post.letters[before:])

    return come


def _jobs(site: Database, kind: str) -> list[str]:
    with site.reader() as session:
        asked = select(job_table.c.state).where(job_table.c.kind == kind)
        return list(session.scalars(asked.order_by(job_table.c.id)))


def _add(site: Database, *rows: object) -> None:
    with site.unit_of_work() as uow:
        uow.session.add_all(rows)
        uow.commit()


def test_tells_what_is_overdue_due_today_and_new_and_who_named_one(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    signed_in: Browser,
    post: Post,
    clock: Clock,
):
    wishing("buyer")
    a_purchase("P-1", at=NOON - 3 * DAY)  # was to be done within two days
    a_purchase("P-2", at=NOON - DAY)
    clock.at = NOON + timedelta(hours=1)
    case, task = a_purchase("P-3", at=clock.at)
    talked = {"text": "@buyer ببینید"}
    assert signed_in("head").post(f"/cases/{case}/talk", data=talked).status_code == 303

    assert morning(NOON + OPENS) == ["buyer"]

    [letter] = post.letters
    day, said = "۱۴۰۵/۰۵/۰۴", "۱ مهلت‌گذشته، ۱ با مهلت امروز، ۱ تازه، ۱ خوانده‌نشده"
    assert letter["Subject"] == f"کار شما در {day}: {said}"
    assert letter["List-Unsubscribe"] == "<https://divan.city.example/profile#told>"
    parts = plain_of(letter).replace("\r\n", "\n").split("\n\n")
    assert parts[0] == "یکشنبه ۴ مرداد ۱۴۰۵"
    assert parts[1].startswith("مهلت‌گذشته (۱)\n- شرح خرید: خرید P-1 (مهلت ۱۴۰۵/۰۵/۰۲)")
    assert parts[2].startswith("مهلت امروز (۱)\n- شرح خرید: خرید P-2")
    assert parts[3].startswith("تازه از نامهٔ پیش (۱)\n- شرح خرید: خرید P-3")
    assert f"https://divan.city.example/tasks/{task}" in parts[3]
    assert parts[4].startswith("خوانده‌نشده (۱)\n- مدیر منطقه در یادداشتی از شما نام برد.")
    assert '<html lang="fa" dir="rtl">' in page_of(letter)
    assert f'<a href="https://divan.city.example/tasks/{task}">' in page_of(letter)


def test_a_case_number_keeps_its_order_in_a_persian_letter(
    wishing: Callable[..., None], morning: Morning, a_purchase: Purchase, post: Post
):
    wishing("buyer")
    a_purchase("1404-D07-0417")

    morning(NOON + OPENS)

    [letter] = post.letters
    assert "خرید \u200e1404-D07-0417 (مهلت" in plain_of(letter)
    assert ">1404-D07-0417</bdi></a>" in page_of(letter)


def test_speaks_the_readers_language_and_calendar(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    signed_in: Browser,
    post: Post,
):
    wishing("buyer", calendar="gregorian")
    signed_in("buyer").post("/language", data={"locale": "en"})
    a_purchase("P-1")

    morning(NOON + OPENS)

    [letter] = post.letters
    assert letter["Subject"] == "Your work on 2026/07/26: 1 new"
    assert "- Describe the purchase: خرید P-1 (due 2026/07/27)" in plain_of(letter)
    assert '<html lang="en" dir="ltr">' in page_of(letter)
    assert 'dir="auto"' not in page_of(letter)  # a Persian title would turn the line around


def test_a_day_has_one_letter_whatever_dies_and_is_asked_again(
    site: Database, wishing: Callable[..., None], morning: Morning, a_purchase: Purchase
):
    wishing("buyer")
    a_purchase()
    first = morning(NOON + OPENS)
    with site.unit_of_work() as uow:  # as if its worker had died before it closed the job
        of_round = job_table.c.kind == "digest"
        uow.session.execute(update(job_table).where(of_round).values(state="ready"))
        uow.commit()

    again = [morning(NOON + OPENS + each * timedelta(hours=1)) for each in (0, 1, 2)]

    assert (first, again) == (["buyer"], [[], [], []])
    assert morning(NOON + OPENS + DAY) == ["buyer"]


def test_a_worker_that_was_down_in_the_morning_sends_it_later_that_day_and_not_at_night(
    wishing: Callable[..., None], morning: Morning, a_purchase: Purchase
):
    wishing("buyer")
    a_purchase()

    assert morning(NOON + OPENS - timedelta(hours=1)) == []  # planned, not yet due
    assert morning(NOON + OPENS + timedelta(hours=3)) == ["buyer"]
    assert morning(NOON + 2 * DAY + timedelta(hours=9)) == []  # nobody looked before it closed


def test_with_the_mail_server_down_it_waits_and_goes_later_once_without_what_was_done_meanwhile(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    actor_of: ActorOf,
    post: Post,
    clock: Clock,
):
    wishing("buyer")
    _, done = a_purchase("P-1")
    a_purchase("P-2")
    post.stop()
    assert morning(NOON + OPENS) == []
    buyer, uow = actor_of("buyer"), site.unit_of_work()
    tasks.claim(uow, done, actor=buyer, at=clock())
    answer = {"goods": "کاغذ", "quantity": 5, "amount": 1_250_000, "outcome": "send"}
    tasks.complete(uow, done, answer, actor=buyer, at=clock())

    post.start()
    sent = [morning(clock.pass_time(timedelta(minutes=16))) for _ in range(3)]

    assert sent == [["buyer"], [], []]
    assert "P-1" not in plain_of(post.letters[0])
    assert str(post.letters[0]["Subject"]).endswith("۱ تازه")
    assert set(_jobs(site, "mail")) == {"done"}


def test_nothing_to_tell_makes_no_letter(
    site: Database, wishing: Callable[..., None], morning: Morning, a_purchase: Purchase
):
    wishing("head", "auditor")
    a_purchase()  # waits for a buyer

    assert morning(NOON + OPENS) == []
    assert _jobs(site, "mail") == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"digest": "none"}, id="does not wish"),
        pytest.param({"email": None}, id="no address"),
        pytest.param({"disabled": True}, id="works here no more"),
    ],
)
def test_who_wants_none_or_gets_no_mail_has_none(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    actor_of: ActorOf,
    change: Mapping[str, Any],
):
    a_purchase()
    wishing("buyer", "buyer2")
    if "digest" in change:
        preferences.keep_all(site.unit_of_work(), change, actor=actor_of("buyer"), at=NOON)
    else:
        with site.unit_of_work() as uow:
            row = update(Person).where(Person.username == "buyer")
            uow.session.execute(row.values(**change))
            uow.commit()

    assert morning(NOON + OPENS) == ["buyer2"]


def test_each_office_has_its_own_morning_and_a_day_off_has_none(
    site: Database, wishing: Callable[..., None], morning: Morning, a_purchase: Purchase
):
    wishing("buyer", "head15")
    a_purchase("P-1")
    a_purchase("P-2", by="head15")
    since = date(2026, 7, 1)
    _add(
        site,
        UnitHours(unit_code="D07", valid_from=since, opens=time(7), closes=time(14)),
        UnitHours(unit_code="D15", valid_from=since, opens=time(9), closes=time(16)),
        UnitDay(
            unit_code="D15",
            on=date(2026, 7, 27),
            is_off=True,
            title="",
            source="",
            entered_by="admin",
            entered_at=NOON,
        ),
    )

    hours = [morning(NOON + OPENS + timedelta(hours=each)) for each in (-1, 0, 1)]

    assert hours == [["buyer"], [], ["head15"]]
    assert morning(NOON + OPENS + DAY + timedelta(hours=2)) == ["buyer"]


def test_a_substitute_is_told_of_the_others_work_with_the_name(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    actor_of: ActorOf,
    post: Post,
):
    wishing("head2")
    _, task = a_purchase()
    tasks.claim(site.unit_of_work(), task, actor=actor_of("buyer"), at=NOON)
    tomorrow = date(2026, 7, 26)
    _add(
        site,
        Substitution(
            person_id=actor_of("buyer").person_id,
            substitute_id=actor_of("head2").person_id,
            valid_from=tomorrow,
            valid_to=tomorrow,
            reason="مرخصی",
            entered_by="buyer",
            entered_at=NOON,
        ),
    )

    assert morning(NOON + OPENS) == ["head2"]

    assert "(مهلت ۱۴۰۵/۰۵/۰۵ · به جای کارپرداز یکم)" in plain_of(post.letters[0])


def test_what_was_put_off_is_not_told_before_its_time(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    actor_of: ActorOf,
):
    wishing("buyer", "buyer2")
    _, task = a_purchase()
    until = NOON + 3 * DAY
    snoozing.snooze(site.unit_of_work(), task, until, actor=actor_of("buyer"), at=NOON)

    assert morning(NOON + OPENS) == ["buyer2"]


def test_letters_at_once_are_kept_back_for_the_morning_where_that_is_wished(
    site: Database,
    wishing: Callable[..., None],
    morning: Morning,
    a_purchase: Purchase,
    actor_of: ActorOf,
    signed_in: Browser,
    post: Post,
    clock: Clock,
):
    wishing("buyer2", digest="only", notify={"assigned": "mail"})
    wishing("head2", digest="with", notify={"assigned": "mail"})
    for number, to in (("P-1", "buyer2"), ("P-2", "head2")):
        _, task = a_purchase(number)
        browser = signed_in("buyer")
        browser.post(f"/tasks/{task}/claim")
        sent = browser.post(f"/tasks/{task}/delegate", data={"to": to, "note": ""})
        assert sent.status_code == 303
    run_due(site, clock)
    at_once = [str(each["To"]) for each in post.letters]

    letters = morning(NOON + OPENS)

    assert at_once == ["head2@city.example"]
    assert letters == ["buyer2", "head2"]
    kept_back, _ = sorted(post.letters[1:], key=lambda each: str(each["To"]))
    assert "کارپرداز یکم از شما می‌خواهد روی این کار کار کنید." in plain_of(kept_back)


def test_a_long_list_names_the_first_and_says_how_many_more_there_are(
    wishing: Callable[..., None], morning: Morning, a_purchase: Purchase, post: Post
):
    wishing("buyer")
    for number in range(9):
        a_purchase(f"P-2{number}")

    morning(NOON + OPENS)

    said = plain_of(post.letters[0])
    assert said.count("- شرح خرید: ") == 7
    assert "- و ۲ کار دیگر در کارتابل" in said


def test_gathering_asks_as_often_for_many_people_with_much_work_as_for_one(
    site: Database, wishing: Callable[..., None], a_purchase: Purchase, clock: Clock
):
    sent: list[str] = []
    event.listen(site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    def asked(on: int) -> int:
        clock.at = NOON + OPENS + on * DAY
        digests.plan_openings(site, clock.at)
        with site.reader() as session:
            rows = session.execute(select(job_table).where(job_table.c.kind == "digest"))
            last = max(each.run_at for each in rows)
        opens = datetime.fromisoformat(last.isoformat())
        sent.clear()
        digests._gather_some(site.unit_of_work(), opens, None, clock.at)
        return len([each for each in sent if not each.startswith(("BEGIN", "SAVEPOINT"))])

    wishing("buyer", "mayor")  # whose units below are looked up
    a_purchase()
    asked(0)
    few = asked(1)
    _add(site, *(_colleague(number) for number in range(30)))
    with site.unit_of_work() as uow:
        for each in uow.session.scalars(select(Person).where(Person.username.like("colleague%"))):
            uow.session.add(Grant(person_id=each.id, role="PROC_OFFICER", unit_code="D07"))
        uow.commit()
    wishing(*PEOPLE)
    for number in range(20):
        a_purchase(f"Q-{number}")

    assert asked(2) == few


def _colleague(number: int) -> Person:
    return Person(
        username=f"colleague{number}",
        name_fa="همکار",
        name_en="Colleague",
        email=f"colleague{number}@city.example",
        preferences='{"digest": "only"}',
    )
