"""The demonstration: who signs in for the first time finds work, of all kinds, on any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.catalogue.demo import Story
from engine.catalogue.find import find_areas
from engine.catalogue.handlers import REGISTRY
from engine.connectors import SITE
from engine.errors import Problem, RulesBroken
from engine.model.document import DocumentVersion
from engine.model.event import EventKind, event_table
from engine.model.incident import Incident
from engine.model.instance import instance_table, task_table
from engine.model.person import Unit
from engine.model.signature import KeptSignature
from engine.queries.invariants import broken
from engine.queries.people import by_username
from engine.settings import Settings
from engine.signing import pdf_checks
from engine.signing.results import Result
from engine.signing.trust import Trust
from engine.storage import certificates
from engine.storage.calendar import working_calendar
from engine.storage.database import Database
from engine.values import local_date
from processes.contractor_statement.records import Contract
from processes.transactions.queries import published
from processes.transactions.records import (
    AuctionInstalment,
    Award,
    Firm,
    Prequalification,
    PropertyAuction,
    PublicContract,
    PublishedProcess,
    Stage,
    Tender,
    TenderComplaint,
)
from processes.transactions.records.sealing import SealMinutes
from tests.kit.databases import Databases
from tests.kit.languages import foreign_words
from webapp import demo_certificates
from webapp.demo_certificates import SIGNERS, give_certificates
from webapp.rehearsal import begun, tell_stories
from webapp.wiring import Site

FRIDAY = datetime(2026, 11, 27, 6, tzinfo=UTC)  #: a day off, 1405/09/06
AT_WORK = (
    "contractor",
    "supervisor",
    "consultant",
    "tech_office",
    "fin_expert",
    "budget_officer",
    "fin_head",
    "unit_head",
    "treasurer",
)
#: whose signatures stand on papers
SIGN = ("fin_head", "unit_head", "treasurer")


@dataclass(frozen=True)
class Told:
    """A site whose stories were told, and what was said meanwhile."""

    site: Site
    moments: int
    said: str


@pytest.fixture(scope="module")
def told(
    databases: Databases, prepared: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """A site with its stories told on a holiday, for all tests of this file."""
    url = databases.create("sqlite", prepared("sqlite", "demo"))  # type: ignore[operator]
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=url, demo=True)
    site = Site(settings, Database(url), find_areas())
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patched:  # a key takes a while to be made
        patched.setattr(demo_certificates, "SIGNERS", {each: SIGNERS[each] for each in SIGN})
        patched.setattr(SITE, "documents", site.documents)
        give_certificates(site.database, site.vault, settings, begun(FRIDAY))
        moments = tell_stories(site, FRIDAY, said.append)
    yield Told(site, moments, "".join(said))
    site.database.dispose()
    databases.drop(url)


@pytest.fixture
def database(told: Told) -> Database:
    return told.site.database


def test_progress_is_one_line(told: Told):
    assert told.moments > 100
    assert told.said.count("\n") == 1
    assert told.said.endswith("\n")


def test_nothing_went_wrong_on_the_way(database: Database):
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0
        assert list(broken(session)) == []


def test_its_papers_are_signed_by_its_people(told: Told):
    site, signed = told.site, KeptSignature.document_number == DocumentVersion.number
    of_paper = (KeptSignature.document_id == DocumentVersion.document_id) & signed
    papers: dict[UUID, tuple[str, list[str]]] = {}
    with site.database.reader() as session:
        trust = certificates.trust(session, site.vault, Trust(), FRIDAY)
        query = select(DocumentVersion, KeptSignature).join(KeptSignature, of_paper)
        for file, each in session.execute(query.order_by(KeptSignature.number)):
            assert (each.level, each.form, each.result) == ("L2", "B-B", "TOTAL-PASSED")
            _, signers = papers.get(file.document_id, ("", []))
            papers[file.document_id] = (file.sha256, [*signers, each.username])
    assert {who for _, signers in papers.values() for who in signers} == set(SIGN)
    assert max(len(signers) for _, signers in papers.values()) == len(SIGN)
    for digest, signers in papers.values():
        with site.documents.open(digest) as stored:
            found = pdf_checks.verify(stored.read(), trust, FRIDAY)
        assert [each.result for each in found] == [Result.PASSED] * len(signers)
        assert [each.signer and each.signer.national_code for each in found] == [
            SIGNERS[each] for each in signers
        ]
        assert all(each.signed_at and each.signed_at < FRIDAY for each in found), "as it was told"


@pytest.mark.parametrize("username", AT_WORK)
def test_each_finds_work_that_is_overdue_due_today_and_due_later(database: Database, username: str):
    with database.reader() as session:
        who = by_username(session, username, FRIDAY)
        assert who is not None
        open_ones = select(task_table.c.desk, task_table.c.due_at).where(
            task_table.c.closed_at.is_(None)
        )
        dues = [due for desk, due in session.execute(open_ones) if who.sits_at(desk)]
    assert {_kind(due) for due in dues} == {"overdue", "today", "later"}


def _kind(due: datetime) -> str:
    if due <= FRIDAY:
        return "overdue"
    return "today" if local_date(due - timedelta(seconds=1)) == local_date(FRIDAY) else "later"


def test_the_city_works_on_the_holiday_of_the_demonstration(database: Database):
    with database.reader() as session:
        assert working_calendar(session).is_working(local_date(FRIDAY))
        assert not working_calendar(session).is_working(local_date(FRIDAY) + timedelta(days=7))


def test_nothing_happened_after_the_demonstration_was_loaded_nor_backwards(database: Database):
    told = event_table.c
    events = select(told.instance_id, told.at).order_by(told.instance_id, told.seq)
    last: dict[object, datetime] = {}
    with database.reader() as session:
        for case, at in session.execute(events):
            assert last.get(case, at) <= at <= FRIDAY
            last[case] = at


def test_work_was_delegated_and_documents_handed_in(database: Database):
    with database.reader() as session:
        kinds = set(session.scalars(select(event_table.c.kind).distinct()))
    wanted = {EventKind.TASK_DELEGATED, EventKind.DOCUMENT_ADDED}
    assert {each.value for each in wanted} <= kinds


def test_statements_end_paid_requests_refused_orders_placed_and_alerts_told(database: Database):
    ended = select(instance_table.c.end_id).where(instance_table.c.end_id.is_not(None))
    with database.reader() as session:
        assert sorted(session.scalars(ended)) == [
            "bought", "bought", "contracted", "ordered", "paid", "posted", "rejected", "rejected",
            "signed", "sold", "told", "told", "told", "told",
        ]  # fmt: skip


def test_one_tender_is_signed_one_is_complained_of_and_one_is_to_be_opened(told: Told):
    """Issue 9: who sees the demonstration first finds how a tender ends."""
    with told.site.database.reader() as session:
        states = Counter(each.state.value for each in session.scalars(select(Tender)))
        signed = session.scalars(select(PublicContract.number).join(Award)).one()
        kept = session.scalars(select(Contract).where(Contract.contract_no == signed)).one()
        complaint = session.scalars(select(TenderComplaint)).one()
        minutes = session.scalars(select(SealMinutes)).all()
        process = session.scalars(
            select(PublishedProcess).where(PublishedProcess.stage == Stage.CONTRACT)
            .where(PublishedProcess.title == kept.subject)
        ).one()  # fmt: skip
        tags = [each["tag"][0] for each in published.releases_of(session, process.ocid)]
    assert states == {"DRAFT": 1, "PUBLISHED": 1, "OPENING": 1, "AWARDED": 1, "CONTRACTED": 1}
    assert (kept.initial_amount.amount, kept.contractor_id) == (19_200_000_000, "14007650912")
    assert (complaint.board_on is not None, complaint.outcome) == (True, None)
    assert [len(each.signed) for each in minutes] == [3, 3, 3], "two sittings and one"
    assert tags[-4:] == ["tenderUpdate", "award", "awardUpdate", "contract"]


def test_one_prequalification_takes_papers_and_of_one_the_short_list_is_to_be_approved(
    database: Database,
):
    """Who sees the demonstration first finds firms that applied, their papers and their scores."""
    with database.reader() as session:
        found = session.scalars(select(Prequalification).order_by(Prequalification.number)).all()
        applied = {
            each.state.value: [(len(one.papers), one.passes) for one in each.applicants]
            for each in found
        }
        steps = select(task_table.c.desk).where(
            task_table.c.element_id == "approve_list", task_table.c.closed_at.is_(None)
        )
        assert len(session.scalars(steps).all()) == 1
    assert applied == {
        "SCORING": [(2, True), (2, True), (2, True), (2, False)],
        "PUBLISHED": [(2, None)],
    }


def test_an_advance_that_was_paid_waits_for_what_it_was_spent_on(database: Database):
    """`domain.md` §2.8: who sees the demonstration first finds one, with its day to come."""
    with database.reader() as session:
        waiting = select(task_table.c.due_at).where(
            task_table.c.element_id == "enter_settlement", task_table.c.closed_at.is_(None)
        )
        [due] = session.scalars(waiting).all()
    assert due > FRIDAY


def test_of_a_shop_sold_in_instalments_one_is_received_and_one_is_late(database: Database):
    """Issue 9: who sees the demonstration first finds a schedule, a receipt and what is overdue."""
    with database.reader() as session:
        found = session.scalars(select(AuctionInstalment).order_by(AuctionInstalment.no)).all()
        received = [each.no for each in found if each.received_on is not None]
        late = [each.no for each in found if each.due_on < local_date(FRIDAY)]
    assert (len(found), received, late) == (5, [1], [1, 2])


def test_told_again_nothing_is_added(told: Told):
    count = select(func.count()).select_from(event_table)
    with told.site.database.reader() as session:
        before = session.scalar(count)
    again = tell_stories(told.site, FRIDAY + timedelta(days=9))
    with told.site.database.reader() as session:
        assert (again, session.scalar(count)) == (0, before)


def test_a_story_that_cannot_go_on_stops_alone(told: Told, monkeypatch: pytest.MonkeyPatch):
    lived: list[str] = []

    def life(name: str) -> Story:
        yield FRIDAY
        lived.append(name)
        if name == "short":
            raise RulesBroken([Problem("TND-003", "deadline")])
        yield FRIDAY
        lived.append(name)

    stories = {"of a test": lambda _: [life("short"), life("long")]}
    monkeypatch.setattr(REGISTRY, "stories", stories)
    stopped: list[Exception] = []
    tell_stories(told.site, FRIDAY, stopped=stopped.append)

    assert lived == ["short", "long", "long"]
    assert [type(each) for each in stopped] == [RulesBroken]
    with pytest.raises(RulesBroken):
        tell_stories(told.site, FRIDAY)


class TestPages:
    """What a first visitor meets."""

    @pytest.fixture
    def page(self, told: Told) -> object:
        app = told.site.application(lambda: FRIDAY)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)

        def of(username: str, path: str) -> str:
            browser: FlaskClient = app.test_client()
            browser.post("/sign-in", data={"username": username, "password": "divan"})
            return browser.get(path).text

        return of

    @pytest.mark.parametrize("locale", ["fa", "en"])
    def test_transactions_speak_one_language_but_for_what_people_wrote(
        self, told: Told, locale: str
    ):
        """Lists, each tender and auction with its key, firms, reports, notices, open steps."""
        app = told.site.application(lambda: FRIDAY)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with told.site.database.reader() as session:
            named = session.execute(select(Tender.number, Tender.title))
            tenders = {number: title for number, title in named}  # noqa: C416 - rows, no pairs
            auctions = session.scalars(select(PropertyAuction)).all()
            open_ones = session.execute(
                select(task_table.c.id, task_table.c.desk)
                .join(instance_table, instance_table.c.id == task_table.c.instance_id)
                .where(
                    task_table.c.closed_at.is_(None),
                    instance_table.c.process_id.in_(["tender", "property_auction", "waiver"]),
                )
            ).all()
            contracts = session.scalars(select(PublicContract.number)).all()
            in_parts = select(PropertyAuction.number).where(PropertyAuction.instalments.any())
            sold = session.scalars(in_parts).one()
            opened = select(Tender.number).where(Tender.opened_at.is_not(None))
            judged, judging = session.scalars(opened).all(), ("session", "prices", "winners")
            firms = session.scalars(select(Firm.name)).all()
            codes = ("OCDS", "JSON", *session.scalars(select(Unit.code)))
            known = (*codes, *firms, *tenders.values(), *(each.subject for each in auctions))
        area = "/areas/transactions"
        pages = [
            *(f"{area}/{each}" for each in ("", "tenders", "contracts", "auctions", "firms")),
            *(f"{area}/{each}" for each in ("guarantees", "reports", "instalments")),
            f"{area}/auctions/{sold}/instalments",
            *(f"{area}/tenders/{each}" for each in tenders),
            *(f"{area}/tenders/{each}/{of}" for each in judged for of in judging),
            *(f"{area}/contracts/{each}" for each in contracts),
            *(f"/tender-notices/{each}" for each in tenders),
            *(f"/auction-notices/{each.number}" for each in auctions),
            *("/tender-notices", "/auction-notices", "/open-data"),
            "/start/property_auction",
        ]
        assert (len(tenders), len(auctions)) == (5, 3)
        browser: FlaskClient = app.test_client()
        browser.post("/sign-in", data={"username": "proc_officer", "password": "divan"})
        browser.post("/language", data={"locale": locale})
        found = {page: foreign_words(browser.get(page).text, locale, known=known) for page in pages}
        found |= {
            str(task): foreign_words(browser.get(f"/tasks/{task}").text, locale, known=known)
            for task, desk in open_ones
            if desk == "PROC_OFFICER@D07"
        }
        assert {page: words for page, words in found.items() if words} == {}

    def test_a_saved_filter_leaves_some_of_the_list(self, page: object):
        shown = page("treasurer", "/inbox?amount-from=30000000000")  # type: ignore[operator]
        assert "0503" in shown
        assert "0512" not in shown

    def test_who_acts_for_several_organisations_is_told_the_role_once(self, page: object):
        assert "پیمانکار، پیمانکار" not in page("contractor", "/inbox")  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("username", "path", "seen"),
        [
            pytest.param("fin_head", "/inbox", "دیرکردها", id="a filter of one's own"),
            pytest.param("treasurer", "/inbox", "بالای سی میلیارد", id="one that a head shares"),
            pytest.param("fin_expert", "/inbox?view=snoozed", "0505", id="put off"),
            pytest.param("supervisor", "/inbox?view=waiting", "0506", id="delegated"),
            pytest.param("project_manager", "/inbox", "0506", id="worked on for another"),
            pytest.param("contractor", "/inbox", "0504", id="returned with a reason"),
            pytest.param("unit_head", "/notices", "رضا دفتردار", id="mentioned"),
        ],
    )
    def test_it_shows(self, page: object, username: str, path: str, seen: str):
        assert seen in page(username, path)  # type: ignore[operator]
