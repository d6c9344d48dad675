"""Demo accounts: one for each role of the domain guide, only ever on loopback.

User names are the role codes in lower case (`domain.md` §0.8); all share one password.
They act in district 7; a few act in district 15 to show the walls between units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.catalogue.handlers import REGISTRY
from engine.commands import calendars, offices, people, substitutions, tallying
from engine.model.person import ANYWHERE
from engine.queries.people import by_username, credentials
from engine.settings import Settings
from engine.storage import copies
from engine.storage.admin_events import has_any
from engine.storage.calendar import UnitChange
from engine.storage.database import Database
from engine.storage.people import usernames
from engine.storage.reach import alone
from engine.values import local_date
from webapp.accounts.passwords import hash_password, is_password

UNIT = "D07"
OTHER_UNIT = "D15"
CONTRACTOR_PARTY = "14007650912"  #: the sample contract's contractor


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account; ``place`` is a unit, ``*``, or ``party:<legal id>``."""

    username: str
    role: str
    name_fa: str
    name_en: str
    place: str = UNIT
    with_children: bool = False


def _bidders() -> Iterable[Account]:
    parties = ("10380284790", "10100456787", "14012345679", "10861234508")
    for number, party in enumerate(parties, 1):
        yield Account(
            f"bidder{number}",
            "BIDDER",
            f"پیشنهاددهنده {'۰۱۲۳۴'[number]}",
            f"Bidder {number}",
            f"party:{party}",
        )


ACCOUNTS: tuple[Account, ...] = (
    Account(
        "contractor", "CONTRACTOR", "پیمان رستمی", "Peyman Rostami", f"party:{CONTRACTOR_PARTY}"
    ),
    Account("supervisor", "SUPERVISOR", "سارا نظری", "Sara Nazari"),
    Account("consultant", "CONSULTANT", "مهدی مشیری", "Mehdi Moshiri"),
    Account("consultant2", "CONSULTANT", "پونه مشاوری", "Pouneh Moshaveri"),
    Account("tech_office", "TECH_OFFICE", "فرزانه دفتری", "Farzaneh Daftari"),
    Account("project_manager", "PROJECT_MANAGER", "کاوه مدیری", "Kaveh Modiri"),
    Account("unit_head", "UNIT_HEAD", "نسرین شهردار", "Nasrin Shahrdar"),
    Account("budget_officer", "BUDGET_OFFICER", "بهرام اعتباری", "Bahram Etebari"),
    Account("fin_expert", "FIN_EXPERT", "مریم حسابی", "Maryam Hesabi"),
    Account("fin_head", "FIN_HEAD", "رضا دفتردار", "Reza Daftardar"),
    Account("treasurer", "TREASURER", "ژاله خزانه", "Jaleh Khazaneh"),
    Account("proc_officer", "PROC_OFFICER", "امیر کارپرداز", "Amir Karpardaz"),
    Account("commission1", "COMMISSION", "عضو کمیسیون ۱", "Commission member 1"),
    Account("commission2", "COMMISSION", "عضو کمیسیون ۲", "Commission member 2"),
    Account("commission3", "COMMISSION", "عضو کمیسیون ۳", "Commission member 3"),
    Account("commission4", "COMMISSION", "عضو علی‌البدل کمیسیون", "Commission deputy member"),
    Account("tech_committee", "TECH_COMMITTEE", "کامران فنی", "Kamran Fanni"),
    Account("tech_committee2", "TECH_COMMITTEE", "رعنا سنجشی", "Rana Sanjeshi"),
    Account("complaint_board", "COMPLAINT_BOARD", "هاله داوری", "Haleh Davari"),
    Account("legal", "LEGAL", "مینا حقوقی", "Mina Hoghughi"),
    Account("waiver1", "WAIVER_BOARD", "عضو هیئت ترک تشریفات ۱", "Waiver board, member 1"),
    Account("waiver2", "WAIVER_BOARD", "عضو هیئت ترک تشریفات ۲", "Waiver board, member 2"),
    Account("waiver3", "WAIVER_BOARD", "عضو هیئت ترک تشریفات ۳", "Waiver board, member 3"),
    Account("mayor", "MAYOR", "یوسف شهردار", "Yousef Shahrdar", ANYWHERE),
    *_bidders(),
    Account("store_manager", "STORE_MANAGER", "ناصر فروشگاهی", "Naser Forushgahi"),
    Account("storekeeper", "STOREKEEPER", "اکبر انبار", "Akbar Anbar"),
    Account("counter_agent", "COUNTER_AGENT", "لیلا پیشخوان", "Leila Pishkhan"),
    Account("service_owner", "SERVICE_OWNER", "آرش خدمتی", "Arash Khedmati"),
    Account("agency_rep", "AGENCY_REP", "شیرین نماینده", "Shirin Namayandeh"),
    Account("records", "RECORDS", "پری بایگان", "Pari Baygan"),
    Account("records2", "RECORDS", "سیما دبیر", "Sima Dabir"),
    Account("auditor", "AUDITOR", "داود حسابرس", "Davoud Hesabras", ANYWHERE),
    Account("committee", "COMMITTEE", "شهلا شورایی", "Shahla Shorayi", ANYWHERE),
    Account("citizen", "CITIZEN", "گلناز شهروند", "Golnaz Shahrvand", "party:0013542419"),
    Account("business", "BUSINESS", "کسب‌وکار نمونه", "Sample business", "party:14000001232"),
    Account("analyst", "ANALYST", "نیما تحلیلی", "Nima Tahlili", ANYWHERE),
    Account("analyst2", "ANALYST", "رویا تحلیلی", "Roya Tahlili", ANYWHERE),
    Account("admin", "ADMIN", "راهبر سامانه", "System administrator", ANYWHERE),
    Account("central_tech", "TECH_OFFICE", "هوشنگ ستادی", "Houshang Setadi", "DEP-TECH"),
    Account("supervisor15", "SUPERVISOR", "ناظر منطقه ۱۵", "Supervisor, district 15", OTHER_UNIT),
    Account("consultant15", "CONSULTANT", "مشاور منطقه ۱۵", "Consultant, district 15", OTHER_UNIT),
    Account(
        "tech_office15",
        "TECH_OFFICE",
        "دفتر فنی منطقه ۱۵",
        "Technical office, district 15",
        OTHER_UNIT,
    ),
    Account("unit_head15", "UNIT_HEAD", "شهردار منطقه ۱۵", "Head of district 15", OTHER_UNIT),
)


def load_demo(database: Database, settings: Settings, at: datetime) -> None:
    """Make the demo accounts and every area's demo data; running again adds what is missing.

    Of several processes that start at once one does it, and the others find it done.
    """
    with alone(database):
        _load(database, settings, at)


def _load(database: Database, settings: Settings, at: datetime) -> None:
    with database.reader() as session:
        known = usernames(session)
    missing = [each for each in ACCOUNTS if each.username not in known]
    if missing:
        password_hash = hash_password(settings.demo_password)
        for account in missing:
            _make(database, account, password_hash)
    _lay_out_offices(database, at)
    _load_rows(database, at)


def multiply(database: Database, number: int, at: datetime) -> None:
    """Copy the cases there are into the units that nobody of the demonstration works in."""
    copies.multiply(database, number, at, but=(UNIT, OTHER_UNIT))
    tallying.count(database, at, every=timedelta())


def cast(database: Database, at: datetime) -> None:
    """Put the demo people and the areas' demo data into a database that nobody signs in to."""
    for account in ACCOUNTS:
        _make(database, account, None)
    _load_rows(database, at)


def _load_rows(database: Database, at: datetime) -> None:
    uow = database.unit_of_work()
    for load in REGISTRY.demo.values():
        with uow:
            load(uow.session, at)
            uow.commit()


def _lay_out_offices(database: Database, at: datetime) -> None:
    """Once: somebody on leave with a substitute, an acting head, a unit with its own calendar."""
    with database.reader() as session:
        admin = by_username(session, "admin", at)
        is_done = has_any(session)
    if admin is None or is_done:
        return
    today = local_date(at)
    leave = substitutions.Wish(
        "records", "counter_agent", today, today + timedelta(days=9), "مرخصی استحقاقی"
    )
    substitutions.enter(database.unit_of_work(), leave, actor=admin, at=at)
    acting = offices.Role(
        "UNIT_HEAD", "DEP-TECH", today, today + timedelta(days=60), is_acting=True
    )
    offices.give_role(database.unit_of_work(), "central_tech", acting, actor=admin, at=at)
    for change in (
        UnitChange(OTHER_UNIT, hours=(today, time(7, 30), time(14))),
        UnitChange(OTHER_UNIT, {today + timedelta(days=30): True}, "آلودگی هوا"),
    ):
        calendars.change(database.unit_of_work(), change, actor=admin, at=at)


def is_open_to_all(database: Database, settings: Settings) -> bool:
    """Tell whether the database has demo accounts with the password everybody knows."""
    with database.reader() as session:
        found = [credentials(session, each.username) for each in ACCOUNTS]
    kept = {each.password_hash for each in found if each is not None}
    return any(is_password(settings.demo_password, each) for each in kept)


def _make(database: Database, account: Account, password_hash: str | None) -> None:
    uow = database.unit_of_work()
    person_id = people.register(
        uow,
        account.username,
        name_fa=account.name_fa,
        name_en=account.name_en,
        password_hash=password_hash,
    )
    if account.place.startswith("party:"):
        people.represent(uow, person_id, account.role, account.place.removeprefix("party:"))
    else:
        people.grant(uow, person_id, account.role, account.place)
