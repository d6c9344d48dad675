"""Bidders register themselves: what they say is checked, their address confirmed, then looked at.

Who asks has no account. What is refused says no more of others than that an id cannot be
registered: whether it is in use, waits, or is nobody's is not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, delete, or_, select

from engine.errors import Problem, RulesBroken
from engine.sdk import (
    Entered,
    Session,
    UnitOfWork,
    is_address,
    next_number,
    plan_letter,
    retried,
    send_message,
    tell_act,
)
from engine.values import (
    InvalidValue,
    JalaliDate,
    iban,
    is_economic_code,
    is_postal_code,
    legal_id,
    local_date,
    mobile,
    national_code,
    normalise,
)
from processes.transactions import registry
from processes.transactions.queries import registrations as rows
from processes.transactions.records import (
    BidderKind,
    BidderRegistration,
    RegistrationPaper,
    RegistrationState,
)

_AREA: Final = "transactions"
#: the link of the letter that confirms an address; then what was said is forgotten
CONFIRMED_WITHIN: Final = timedelta(days=2)
_UNCONFIRMED: Final = RegistrationState.UNCONFIRMED
_DIGITS: Final = 10  #: the most of a company's number in the register of companies


@dataclass(frozen=True, slots=True)
class Asked:
    """What an applicant said, as it is kept."""

    kind: BidderKind
    identifier: str
    name: str
    registration_no: str | None
    economic_code: str | None
    iban: str
    postal_code: str
    address: str
    representative: str
    representative_code: str
    mobile: str
    email: str
    unit: str


@dataclass(frozen=True, slots=True)
class Made:
    """What the page adds to what the applicant said."""

    id: UUID
    page: str  #: whole address of the applicant's own page
    locale: str
    password_hash: str | None  #: ``None``: the applicant bids with the account there is
    letter: Mapping[str, Any] | None  #: confirms the address; ``None``: this site sends no mail
    account: str | None = None  #: user name of who has one already


def read(typed: Mapping[str, str], entered: Entered) -> Asked:
    """Return what was typed; what is wrong with it stands in ``entered``, beside its field.

    A person who bids for himself is his own representative.
    """
    kind = entered.choice("kind", BidderKind, typed.get("kind", ""), BidderKind.LEGAL)
    is_company = kind is BidderKind.LEGAL
    identifier = entered.value(
        "identifier", legal_id if is_company else national_code, typed.get("identifier", ""), ""
    )
    name = entered.text("name", typed.get("name", ""))
    person, code = name, identifier
    if is_company:
        person = entered.text("representative", typed.get("representative", ""))
        typed_code = typed.get("representative_code", "")
        code = entered.value("representative_code", national_code, typed_code, "")
    return Asked(
        kind=kind,
        identifier=identifier,
        name=name,
        registration_no=_number(entered, typed) if is_company else None,
        economic_code=_economic_code(entered, typed, is_needed=is_company),
        iban=entered.value("iban", iban, typed.get("iban", ""), ""),
        postal_code=entered.value("postal_code", _postal_code, typed.get("postal_code", ""), ""),
        address=entered.text("address", typed.get("address", "")),
        representative=person,
        representative_code=code,
        mobile=entered.value("mobile", mobile, typed.get("mobile", ""), ""),
        email=entered.value("email", _address, typed.get("email", ""), ""),
        unit=entered.text("unit", typed.get("unit", "")),
    )


def check_account(asked: Asked, known: rows.Known) -> list[Problem]:
    """Return what speaks against bidding with an account: it is bound to ids that were checked."""
    problems = []
    if asked.identifier not in known.parties:
        problems.append(Problem("REG-013", "identifier"))
    if known.national_code is not None and asked.representative_code != known.national_code:
        is_company = asked.kind is BidderKind.LEGAL
        problems.append(Problem("REG-014", "representative_code" if is_company else "identifier"))
    return problems


@retried
def register(uow: UnitOfWork, asked: Asked, made: Made, *, at: datetime) -> None:
    """Keep a registration; it waits for its letter to be followed, then for its papers.

    Raises:
        RulesBroken: ``REG-001`` this id cannot be registered; ``GEN-CHOICE`` no such unit.
    """
    with uow:
        forget(uow.session, at)
        problems = []
        if not rows.takes(uow.session, asked.identifier, at, account=made.account):
            problems.append(Problem("REG-001", "identifier"))
        if asked.unit not in rows.desks(uow.session, at):
            problems.append(Problem("GEN-CHOICE", "unit"))
        if problems:
            raise RulesBroken(problems)
        year = JalaliDate.of(local_date(at)).year
        number = next_number(uow.session, f"bidder_registration/{year}")
        found = BidderRegistration(
            **{each: getattr(asked, each) for each in Asked.__slots__},
            id=made.id,
            number=f"REG-{year}-{number:04d}",
            page=made.page,
            locale=made.locale,
            password_hash=made.password_hash,
            account=made.account,
            state=RegistrationState.PAPERS if made.letter is None else _UNCONFIRMED,
            made_at=at,
            papers_sent=0,
        )
        uow.session.add(found)
        uow.session.flush()
        if made.letter is None:
            _await_papers(uow.session, found, at)
        else:
            plan_letter(uow.session, f"registration/{made.id}", made.letter, at=at)
        _tell(uow.session, found, "bidder_registered", at)
        uow.commit()


@retried
def confirm(uow: UnitOfWork, registration_id: UUID, *, at: datetime) -> None:
    """Go on with a registration: who made it reads the mail of its address.

    Raises:
        NotFound, RegistrationDecided: nothing was changed.
        RulesBroken: ``REG-001`` the id was registered meanwhile.
    """
    with uow:
        found = rows.registration(uow.session, registration_id, to_change=True)
        found.confirm(at)
        if not rows.takes(uow.session, found.identifier, at, but=found.id, account=found.account):
            raise RulesBroken([Problem("REG-001")])
        _await_papers(uow.session, found, at)
        _tell(uow.session, found, "bidder_address_confirmed", at)
        uow.commit()


def submit(session: Session, found: BidderRegistration, at: datetime) -> None:
    """Let the officer's case begin (`bidder_registration.bpmn`)."""
    found.submit()
    told = {
        "registration_id": str(found.id), "unit_code": found.unit, "applicant": found.name
    }  # fmt: skip
    send_message(session, "bidder_registered", "", told, key=str(found.id), at=at)


def forget(session: Session, at: datetime) -> None:
    """Forget whose address nobody confirmed, and whose papers did not come, in time.

    Nobody is kept waiting by them, and they name people; contents go with the store's next sweep.
    """
    papers_within = timedelta(days=registry.days("registration.papers.days", local_date(at)))
    of = BidderRegistration
    over = or_(
        and_(of.state == _UNCONFIRMED, of.made_at < at - CONFIRMED_WITHIN),
        and_(of.state == RegistrationState.PAPERS, of.made_at < at - papers_within),
    )
    gone = session.scalars(select(of.id).where(over).with_for_update()).all()
    session.execute(delete(RegistrationPaper).where(RegistrationPaper.registration_id.in_(gone)))
    session.execute(delete(of).where(of.id.in_(gone)))


def _await_papers(session: Session, found: BidderRegistration, at: datetime) -> None:
    if not rows.papers_asked(found):
        submit(session, found, at)


def _tell(session: Session, found: BidderRegistration, act: str, at: datetime) -> None:
    facts = {"registration": found.number, "bidder": found.identifier}
    tell_act(session, _AREA, act, facts, actor=None, at=at)


def _number(entered: Entered, typed: Mapping[str, str]) -> str | None:
    return entered.value("registration_no", _digits, typed.get("registration_no", ""), "")


def _digits(text: str) -> str:
    plain = normalise(text)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS):
        raise InvalidValue("REG-007", "not a number of the register of companies")
    return plain


def _economic_code(entered: Entered, typed: Mapping[str, str], *, is_needed: bool) -> str | None:
    """Return the taxpayer's code; a person who trades may have none."""
    text = typed.get("economic_code", "")
    if not is_needed and not text.strip():
        return None
    return entered.value("economic_code", _economic, text, "")


def _economic(text: str) -> str:
    if not is_economic_code(text):
        raise InvalidValue("REG-005", "not a taxpayer's code")
    return normalise(text)


def _postal_code(text: str) -> str:
    if not is_postal_code(text):
        raise InvalidValue("ID-004", "not a postal code")
    return normalise(text)


def _address(text: str) -> str:
    plain = text.strip()
    if not is_address(plain):
        raise InvalidValue("REG-006", "not an address for mail")
    return plain
