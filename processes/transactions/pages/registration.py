"""Registering as a bidder, by whoever wants to bid: no account, no more told than is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature

from engine.errors import NotFound, RulesBroken
from engine.sdk import Actor, Content, Entered, Session, new_id, sends_mail
from processes.transactions.commands import registering as commands
from processes.transactions.commands import registration_papers as attaching
from processes.transactions.commands.registering import CONFIRMED_WITHIN, Asked, Made
from processes.transactions.pages.blueprint import by_field
from processes.transactions.pages.receiving import received_papers
from processes.transactions.queries import registrations as rows
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.records import (
    BidderKind,
    BidderRegistration,
    RegistrationDecided,
    RegistrationState,
)
from webapp.sdk import (
    address,
    asks_too_often,
    current_actor,
    gettext,
    hash_password,
    is_signed_in,
    lazy_gettext,
    link_signer,
    locale,
    nav_entry,
    not_found,
    now,
    password_problems,
    public_blueprint,
    reader,
    render,
    see_other,
    takes_documents,
    unit_of_work,
    unit_title,
)

_l = lazy_gettext

bp = public_blueprint(
    "bidder_registration", "processes.transactions", "form", _l("Register as a bidder")
)

takes_documents("bidder_registration.hand_in")


def _may_bid_too(actor: Actor) -> bool:
    return bool(actor.parties_as(rows.CONTRACTOR) - actor.parties_as(BIDDER))


nav_entry("bidder_registration.form", _l("Register as a bidder"), is_for=_may_bid_too)

#: registrations tried from one address within a quarter of an hour
MOST: Final = 20
#: papers sent from one address within a quarter of an hour
OFTEN: Final = 30
_OWN: Final = "bidder registration"
_ADDRESS: Final = "address of a bidder registration"
KINDS: Final[Mapping[str, Any]] = {
    BidderKind.LEGAL.value: _l("A company (legal person)"),
    BidderKind.NATURAL.value: _l("A person who bids for himself"),
}
STATES: Final[Mapping[str, Any]] = {
    RegistrationState.UNCONFIRMED.value: _l("The address is to be confirmed"),
    RegistrationState.PAPERS.value: _l("Papers are awaited"),
    RegistrationState.SUBMITTED.value: _l("With the buying office"),
    RegistrationState.ADMITTED.value: _l("Accepted"),
    RegistrationState.REFUSED.value: _l("Refused"),
}


@bp.context_processor
def _names() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "states": STATES,
        "unit_title": unit_title,
        "layout": "base.html" if is_signed_in() else "public.html",
    }


@bp.get("")
def form() -> ResponseReturnValue:
    """Show what is asked of a bidder."""
    return _form()


@bp.post("")
def register() -> ResponseReturnValue:
    """Keep a registration, or say beside each field what is wrong with it."""
    if asks_too_often("bidder_registration", MOST):
        wait = gettext("Too many attempts. Wait a quarter of an hour and try again.")
        return _form({"": wait}), 429
    entered = Entered()
    asked = commands.read(request.form, entered)
    known, chosen = _known(), request.form.get("new", "")
    if known is None:
        names = (asked.identifier, asked.name, asked.representative, asked.email)
        unfit = password_problems(chosen, request.form.get("again", ""), names=names)
    else:
        wrong_so_far = {each.field for each in entered.problems}
        speaks = commands.check_account(asked, known)
        unfit = by_field([each for each in speaks if each.field not in wrong_so_far])
    wrong = {**by_field(entered.problems), **unfit}
    if wrong:
        return _form(wrong), 422
    registration_id = new_id()
    try:
        made = _made(registration_id, asked, None if known else hash_password(chosen))
        if known is not None:
            made = replace(made, account=known.username)
        commands.register(unit_of_work(), asked, made, at=now())
    except RulesBroken as refused:
        return _form(by_field(refused.problems)), 422
    return see_other("bidder_registration.own", token=_token(_OWN, registration_id))


@bp.get("/own/<token>")
def own(token: str) -> ResponseReturnValue:
    """Show an applicant where the registration stands, and the papers that it asks."""
    return _own(token)


@bp.post("/own/<token>")
def hand_in(token: str) -> ResponseReturnValue:
    """Keep the papers that came; send the registration on where that was pressed."""
    with reader() as session:
        found = _found(session, _OWN, token)
    if found is None:
        return not_found()
    if asks_too_often("registration_papers", OFTEN):
        wait = gettext("Too many attempts. Wait a quarter of an hour and try again.")
        return _own(token, {"": wait}, 429)
    papers, wrong = _papers(found)
    try:
        attaching.hand_in(unit_of_work(), found.id, papers, at=now())
        if "send" in request.form and not wrong:
            attaching.send(unit_of_work(), found.id, at=now())
    except RegistrationDecided:  # sent twice: the page says where it stands
        pass
    except RulesBroken as refused:
        wrong |= by_field(refused.problems)
    return _own(token, wrong) if wrong else see_other("bidder_registration.own", token=token)


def _own(
    token: str, wrong: Mapping[str, str] | None = None, status: int = 422
) -> ResponseReturnValue:
    with reader() as session:
        found = _found(session, _OWN, token)
        if found is None:
            return not_found()
        html = render(
            "registration/own.html",
            found=found,
            token=token,
            asked=rows.papers_asked(found),
            there={each.paper: each for each in found.papers},
            wrong=wrong or {},
            spoken=locale(),
            days=CONFIRMED_WITHIN.days,
            papers_until=rows.papers_until(found),
        )
    return html, status if wrong else 200


def _papers(found: BidderRegistration) -> tuple[dict[str, Content], dict[str, str]]:
    """Return what came for each paper that is asked, and what was refused, beside its field."""
    papers: dict[str, Content] = {}
    wrong: dict[str, str] = {}
    for each in rows.papers_asked(found):
        try:
            for came in received_papers(each.paper):
                papers[each.paper] = came
        except RulesBroken as refused:
            wrong |= by_field(refused.problems)
    return papers, wrong


@bp.get("/confirm/<token>")
def confirmation(token: str) -> ResponseReturnValue:
    """Ask whether the address is the applicant's; following a link alone changes nothing."""
    with reader() as session:
        found = _found(session, _ADDRESS, token)
        if found is None:
            return not_found()
        return render("registration/confirm.html", found=found, token=token, wrong="")


@bp.post("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Send the registration on: its address is the applicant's."""
    with reader() as session:
        found = _found(session, _ADDRESS, token)
    if found is None:
        return not_found()
    try:
        commands.confirm(unit_of_work(), found.id, at=now())
    except RegistrationDecided:  # asked twice: the page says where it stands
        pass
    except RulesBroken as refused:
        wrong = " ".join(by_field(refused.problems).values())
        page = render("registration/confirm.html", found=found, token=token, wrong=wrong)
        return page, 422
    return see_other("bidder_registration.own", token=_token(_OWN, found.id))


def _known() -> rows.Known | None:
    """Return what is known of a contractor who signed in and may bid with the same account."""
    if not is_signed_in():
        return None
    with reader() as session:
        return rows.contractor_known(session, current_actor())


def _form(wrong: Mapping[str, str] | None = None) -> str:
    known = _known()
    with reader() as session:
        units: Sequence[str] = rows.desks(session, now())
    return render(
        "registration/form.html",
        typed=request.form or (known.typed if known else {}),
        known=known,
        wrong=wrong or {},
        units=[(each, unit_title(each)) for each in units],
    )


def _made(registration_id: UUID, asked: Asked, password_hash: str | None) -> Made:
    """Return what the page adds: the applicant's own page, and the letter with its link."""
    page = address("bidder_registration.own", token=_token(_OWN, registration_id))
    letter = None
    if sends_mail():
        token = _token(_ADDRESS, registration_id)
        link = address("bidder_registration.confirmation", token=token)
        letter = {
            "to": asked.email,
            "subject": gettext("Confirm your registration as a bidder"),
            "body": gettext(
                "Somebody registered %(bidder)s as a bidder with this address. Was it you? Then"
                " open this page within two days. Else do nothing: it is forgotten.",
                bidder=asked.identifier,  # no words of a stranger go out in a letter of ours
            )
            + f"\n\n{link}\n",
        }
    return Made(registration_id, page, locale(), password_hash, letter)


def _token(kind: str, registration_id: UUID) -> str:
    return str(link_signer(kind).dumps(str(registration_id)))


def _found(session: Session, kind: str, token: str) -> BidderRegistration | None:
    """Return the registration of a link; ``None``: it is none of ours, too old, or forgotten."""
    try:
        found = rows.registration(session, UUID(str(link_signer(kind).loads(token))))
    except (BadSignature, NotFound):
        return None
    if kind == _ADDRESS:
        until = found.made_at + CONFIRMED_WITHIN
    elif found.state is RegistrationState.PAPERS:
        until = rows.papers_until(found)
    else:
        return found
    return found if now() <= until else None
