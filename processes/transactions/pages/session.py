"""The opening session: used live by the commission, watched by those who have a bid in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import NotFound, Scan, UnitOfWork, Verdict
from engine.values import local_date
from processes.transactions import parameters, registry
from processes.transactions.commands import minutes as minutes_commands
from processes.transactions.commands import opened_scans, opening, voting
from processes.transactions.commands import session as commands
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions, said
from processes.transactions.pages.ceremony import answered
from processes.transactions.pages.guarantees import FORMS
from processes.transactions.pages.live import live_page
from processes.transactions.pages.printing import print_minutes, reason_said, tie_said
from processes.transactions.queries.session import Looks, SessionPage, session_page
from processes.transactions.queries.session_files import file_of
from processes.transactions.records import OpenedFile
from processes.transactions.rules.voting import Body
from processes.transactions.sealing.envelope import Kind
from webapp.sdk import (
    current_actor,
    document_store,
    fresh,
    now,
    reader,
    recognised,
    see_other,
    stored_file,
    unit_of_work,
    virus_scanner,
)

#: does something to the sealed tender of an id
Act = Callable[[UUID], object]


@bp.get("/tenders/<number>/session")
def session(number: str) -> ResponseReturnValue:
    """Show the session; ``?live`` is the part of it that scripts ask for again and again."""
    return _page(number)


def _seen(number: str) -> SessionPage:
    with reader() as database:
        return session_page(database, number, current_actor(), document_store().open, now())


def _page(number: str, broken: RulesBroken | None = None) -> ResponseReturnValue:
    page = _seen(number)
    problems = broken.problems if broken else ()
    return live_page(
        "transactions/session.html",
        422 if broken else 200,
        page=page,
        reads_tender=not page.is_auction and reads_transactions(current_actor()),
        quorum=_quorum(page),
        tie_said=tie_said(page, _body(page).tie),
        said=said,
        reason_said=reason_said,
        guarantee_forms=FORMS,
        typed=request.form if broken else {},
        wrong=by_field(problems),
        tried=request.endpoint or "",
        site_scans=virus_scanner() is not None,
    )


def _quorum(page: SessionPage) -> int:
    return _body(page).quorum


def _body(page: SessionPage) -> Body:
    on = local_date(now())
    return parameters.commission(registry.pack_of(page.unit, on), on)


def _done(number: str, act: Act) -> ResponseReturnValue:
    """Act on the session and show it; what is refused stands beside its field."""
    page = _seen(number)
    if page.looks is Looks.BIDDER:
        raise NotFound(f"nothing to do in {number}")
    try:
        act(page.id)
    except RulesBroken as broken:
        return _page(number, broken)
    return see_other("transactions.session", number=number)


def _by() -> dict[str, Any]:
    return {"actor": current_actor(), "at": now()}


@bp.post("/tenders/<number>/session/attend")
def attend_session(number: str) -> ResponseReturnValue:
    """Be present, as a deputy with the reason, or declare an interest."""
    conflict = request.form.get("conflict", "") if "declare" in request.form else ""
    if "declare" in request.form and not conflict.strip():
        return _page(number, RulesBroken([Problem("GEN-REQUIRED", "conflict")]))
    reason = request.form.get("reason", "")
    return _done(
        number, lambda of: commands.attend(unit_of_work(), of, conflict, reason=reason, **_by())
    )


@bp.post("/tenders/<number>/session/begin")
def begin_session(number: str) -> ResponseReturnValue:
    """Begin, when the quorum is here."""
    quorum = _quorum(_seen(number))
    return _done(
        number, lambda of: commands.begin_session(unit_of_work(), of, quorum=quorum, **_by())
    )


@bp.post("/tenders/<number>/session/release")
def release_envelope(number: str) -> ResponseReturnValue:
    """Take what a member's browser released; the k-th release opens the envelope."""
    sent = request.get_json(silent=True)
    sent = sent if isinstance(sent, dict) else {}
    bid_id, kind = _envelope(sent)
    quorum = _quorum(_seen(number))

    def act(uow: UnitOfWork, tender_id: UUID, **by: Any) -> None:
        is_enough = opening.release(
            uow, tender_id, bid_id, kind, sent.get("released"), quorum=quorum, **by
        )
        if is_enough:
            _open(number, tender_id, bid_id, kind)

    return answered(number, act)


@bp.post("/tenders/<number>/session/open")
def open_envelope(number: str) -> ResponseReturnValue:
    """Open what enough members have released, where that was cut short."""
    bid_id, kind = _envelope(request.form)
    return _done(number, lambda of: _open(number, of, bid_id, kind))


def _open(number: str, tender_id: UUID, bid_id: UUID, kind: Kind) -> None:
    """Open an envelope; what of earlier ones could not be scanned then is scanned now."""
    scanner = virus_scanner()
    contents = opening.open_contents(
        unit_of_work(), document_store(), bid_id, kind, recognised, scanner
    )
    shut = [file for _, each in _seen(number).shut for file in each.shut]
    opening.keep_opened(unit_of_work(), tender_id, bid_id, kind, contents, **_by())
    for each in shut if scanner else ():
        if each.scan is Scan.UNSCANNED and _looked_again(each).is_away:
            break


def _envelope(sent: Mapping[str, Any]) -> tuple[UUID, Kind]:
    try:
        return UUID(str(sent.get("bid"))), Kind(str(sent.get("kind")))
    except ValueError:
        raise NotFound("no envelope") from None


@bp.post("/tenders/<number>/session/vote")
def vote_in_session(number: str) -> ResponseReturnValue:
    """Take a member's vote on the envelope that is open."""
    bid_id, kind = _envelope(request.form)
    given = _vote()
    if given is None:
        return _page(number, RulesBroken([Problem("GEN-REQUIRED", "vote")]))
    return _done(number, lambda _: voting.vote(unit_of_work(), bid_id, kind, **given, **_by()))


def _vote() -> dict[str, Any] | None:
    """Return what was voted, and why; nothing where no vote was given."""
    chosen = {"for": True, "against": False}.get(request.form.get("vote", ""))
    return None if chosen is None else {"is_for": chosen, "reason": request.form.get("reason", "")}


@bp.post("/tenders/<number>/session/unsuccessful")
def vote_to_end_session(number: str) -> ResponseReturnValue:
    """Take a member's vote that nothing more can be opened."""
    given, quorum = _vote(), _quorum(_seen(number))
    if given is None:
        return _page(number, RulesBroken([Problem("GEN-REQUIRED", "vote")]))
    return _done(
        number,
        lambda of: voting.vote_to_end(unit_of_work(), of, **given, quorum=quorum, **_by()),
    )


@bp.post("/tenders/<number>/session/end")
def end_session(number: str) -> ResponseReturnValue:
    """End the session, give back what is sealed still, and print the minutes."""

    def act(tender_id: UUID) -> None:
        commands.end_session(unit_of_work(), tender_id, **_by())
        _keep_minutes(number)

    return _done(number, act)


@bp.post("/tenders/<number>/session/minutes")
def make_minutes(number: str) -> ResponseReturnValue:
    """Print the minutes of the sitting that has ended."""
    return _done(number, lambda _: _keep_minutes(number))


def _keep_minutes(number: str) -> None:
    page = _seen(number)
    if not page.minutes_due:
        raise RulesBroken([Problem("TND-067", "minutes")])
    printed = print_minutes(page, _body(page))
    minutes_commands.keep_minutes(unit_of_work(), page.id, printed, **_by())


@bp.post("/tenders/<number>/session/minutes/<int:sitting>/sign")
@fresh
def sign_minutes(number: str, sitting: int) -> ResponseReturnValue:
    """Sign minutes, by a fresh proof of being the one signed in."""
    sha256 = request.form.get("sha256", "")
    return _done(
        number,
        lambda of: minutes_commands.sign_minutes(unit_of_work(), of, sitting, sha256, **_by()),
    )


@bp.get("/tenders/<number>/session/minutes/<int:sitting>.pdf")
def read_minutes(number: str, sitting: int) -> ResponseReturnValue:
    """Give minutes as they were printed, also to who has a bid in the session."""
    for each in _seen(number).minutes:
        if each.number == sitting:
            return stored_file(each.sha256, f"minutes-{number}-{sitting}.pdf")
    raise NotFound(f"no minutes {sitting} of {number}")


@bp.get("/tenders/<number>/session/files/<uuid:bid_id>/<kind>/<int:place>")
def opened_file(number: str, bid_id: UUID, kind: str, place: int) -> ResponseReturnValue:
    """Give a file that came out of an envelope, to the commission; none that may carry a virus."""
    found = file_of(_seen(number), bid_id, kind, place)
    if found.may_be_given(site_scans=virus_scanner() is not None):
        return stored_file(found.sha256, found.name)
    return _page(number, _kept_shut(found, Verdict(found.scan, found.virus)))


@bp.post("/tenders/<number>/session/files/<uuid:bid_id>/<kind>/<int:place>/scan")
def scan_opened_file(number: str, bid_id: UUID, kind: str, place: int) -> ResponseReturnValue:
    """Let the scanner look at a file that it has not looked at."""
    found = file_of(_seen(number), bid_id, kind, place)
    verdict = _looked_again(found)
    if verdict.scan is Scan.CLEAN:
        return see_other("transactions.session", number=number)
    return _page(number, _kept_shut(found, verdict))


def _looked_again(file: OpenedFile) -> Verdict:
    scanner = virus_scanner()
    if scanner is None:
        return Verdict(file.scan, file.virus)
    with document_store().open(file.sha256) as content:
        kind = recognised(content, file.size, file.name)
    place = file.bid_id, file.kind, file.position
    return opened_scans.look_again(unit_of_work(), document_store(), place, kind, scanner, **_by())


def _kept_shut(file: OpenedFile, verdict: Verdict) -> RulesBroken:
    code = "TND-147" if verdict.scan is Scan.INFECTED else "TND-148"
    facts = {"name": file.name, "found": verdict.virus or ""}
    return RulesBroken([Problem(code, "shut", facts)])
