"""The ceremony of a tender's key, as its members and its secretary see it live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import RulesBroken
from processes.transactions.commands import ceremony as commands
from processes.transactions.commands import tenders
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions, said
from processes.transactions.pages.live import live_page
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.ceremony import ceremony_page, seat_told
from webapp.sdk import current_actor, now, reader, see_other, unit_of_work

LEAST: Final = 14  #: characters of a passphrase, as the browser asks for (`sealing/member.js`)


@bp.get("/tenders/<number>/ceremony")
def ceremony(number: str) -> ResponseReturnValue:
    """Show the ceremony; ``?live`` is the part of it that scripts ask for again and again."""
    return _page(number)


def _page(number: str, broken: RulesBroken | None = None) -> ResponseReturnValue:
    with reader() as session:
        page = ceremony_page(session, number, current_actor())
    return live_page(
        "transactions/ceremony.html",
        422 if broken else 200,
        page=page,
        reads_tender=not page.is_auction and reads_transactions(current_actor()),
        least=LEAST,
        typed=request.form if broken else {},
        wrong=by_field(broken.problems) if broken else {},
    )


@bp.get("/tenders/<number>/seat")
def seat(number: str) -> ResponseReturnValue:
    """Tell a member's browser what it works with: public things, and what is closed to it."""
    with reader() as session:
        told = jsonify(seat_told(session, number, current_actor()))
    told.headers["Cache-Control"] = "private, no-store"
    return told


@bp.post("/tenders/<number>/ceremony/join")
def join_ceremony(number: str) -> ResponseReturnValue:
    """Take a member's public key, and the private one closed by the member's passphrase."""
    sent = _sent()
    key, wrapped = str(sent.get("public", "")), sent.get("wrapped")
    return answered(
        number,
        lambda uow, tender_id, **by: commands.join(
            uow, tender_id, key, wrapped if isinstance(wrapped, dict) else {}, **by
        ),
    )


@bp.post("/tenders/<number>/ceremony/deal")
def deal_in_ceremony(number: str) -> ResponseReturnValue:
    """Take what a member dealt."""
    dealt = _sent().get("dealings")
    given = dealt if isinstance(dealt, list) else []
    return answered(number, lambda uow, tender_id, **by: commands.deal(uow, tender_id, given, **by))


@bp.post("/tenders/<number>/ceremony/rehearse")
def rehearse_ceremony(number: str) -> ResponseReturnValue:
    """Take what a member released of the dummies."""
    released = _sent().get("released")
    given = released if isinstance(released, dict) else {}
    return answered(
        number, lambda uow, tender_id, **by: commands.rehearse(uow, tender_id, given, **by)
    )


@bp.post("/tenders/<number>/ceremony/start-over")
def start_ceremony_over(number: str) -> ResponseReturnValue:
    """Forget a ceremony that failed, with the secretary's reason."""
    tender_id, reason = id_of(number), request.form.get("reason", "")
    try:
        tenders.start_over(unit_of_work(), tender_id, reason, actor=current_actor(), at=now())
    except RulesBroken as broken:
        return _page(number, broken)
    return see_other("transactions.ceremony", number=number)


def id_of(number: str) -> Any:
    """Return the id of the sealed tender of a number."""
    with reader() as session:
        return rows.numbered(session, number).id


def answered(number: str, act: Callable[..., Any]) -> ResponseReturnValue:
    """Act for a script of the page; what is refused comes back in words."""
    tender_id = id_of(number)
    try:
        act(unit_of_work(), tender_id, actor=current_actor(), at=now())
    except RulesBroken as broken:
        told = [{"code": each.code, "message": said(each)} for each in broken.problems]
        return jsonify(problems=told), 422
    return jsonify(done=True)


def _sent() -> Mapping[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}
