"""The officer's decision on a registration: from it on the bidder has an account, or a reason."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from engine.sdk import (
    Json,
    Outsider,
    Problem,
    TaskAnswer,
    let_in,
    plan_letter,
    sends_mail,
    takes_on,
    task_answer,
    tell_act,
    works_here,
)
from engine.values import local_date
from processes.transactions.answers.finding import AREA, refuse, said
from processes.transactions.queries import registrations as rows
from processes.transactions.queries.sealing import BIDDER
from processes.transactions.records import BidderRegistration, Firm
from processes.transactions.texts import AreaTexts

_ADMIT: Final = "admit"


@task_answer("bidder_registration", "decide_registration")
def decide_registration(answer: TaskAnswer) -> dict[str, Json]:
    """Let a bidder in, with the account and the row of the register it acts for, or refuse.

    Raises:
        RegistrationDecided: it was decided on.
        RulesBroken: ``REG-002`` an employee bids for nobody (R-TND-18); ``REG-003`` somebody
            acts for the bidder meanwhile; ``REG-015`` the account does not act for it any more.
    """
    number = UUID(str(answer.case_values["registration_id"]))
    found = rows.registration(answer.session, number, to_change=True)
    reason = said(answer.values, "refusal_reason")
    if answer.outcome == _ADMIT:
        _admit(answer, found)
    else:
        found.refuse(reason or "", answer.actor.username, answer.at)
    _write(answer, found)
    facts = {"registration": found.number, "bidder": found.identifier, "reason": found.reason}
    act = f"bidder_{found.state.value.lower()}"
    tell_act(
        answer.session, AREA, act, facts, actor=answer.actor, at=answer.at,
        case_id=answer.instance_id,
    )  # fmt: skip
    return {"refusal_reason": found.reason, "registered": answer.outcome == _ADMIT}


def _admit(answer: TaskAnswer, found: BidderRegistration) -> None:
    session, by = answer.session, answer.actor.username
    if works_here(session, found.representative_code, local_date(answer.at)):
        refuse([Problem("REG-002", "outcome")])
    if rows.has_account(session, found.identifier, answer.at, account=found.account):
        refuse([Problem("REG-003", "outcome")])
    if found.account is not None and not rows.acts_still(session, found, answer.at):
        refuse([Problem("REG-015", "outcome", {"account": found.account})])
    firm = rows.firm_of(session, found.identifier)
    if firm is None:
        firm = Firm(
            identifier=found.identifier, name=found.name, entered_at=answer.at, entered_by=by
        )
        session.add(firm)
        session.flush()
    password_hash = found.admit(firm, by, answer.at)
    if found.account is not None:
        takes_on(
            session, found.account, found.identifier, of=rows.CONTRACTOR, role=BIDDER, by=by,
            at=answer.at,
        )  # fmt: skip
        return
    assert password_hash is not None
    who = Outsider(
        username=found.identifier,
        name=found.representative,
        national_code=found.representative_code,
        password_hash=password_hash,
        role=BIDDER,
        party=found.identifier,
        locale=found.locale,
        email=found.email if found.confirmed_at else None,
        mobile=found.mobile,
    )
    let_in(session, who, by=by, at=answer.at)


def _write(answer: TaskAnswer, found: BidderRegistration) -> None:
    """Write the applicant what was decided, in the language he registered in."""
    if not sends_mail():
        return
    texts, state = AreaTexts(found.locale), found.state.value.lower()
    facts = {
        "number": found.number,
        "name": found.name,
        "username": found.account or found.identifier,
        "reason": found.reason or "",
        "page": found.page,
    }
    letter = {
        "to": found.email,
        "subject": texts.of("letters", f"registration_{state}_subject").format(**facts),
        "body": texts.of("letters", f"registration_{state}").format(**facts),
    }
    plan_letter(answer.session, f"registration/{found.id}/{state}", letter, at=answer.at)
