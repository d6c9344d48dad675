"""The register of guarantees: taken in, verified, extended, reduced, released, called (§3.14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotFound, Problem, RulesBroken
from engine.sdk import (
    Actor,
    Entered,
    Json,
    NotAtThisDesk,
    Session,
    UnitOfWork,
    new_id,
    retried,
    send_message,
    tell_act,
    unit_of,
)
from engine.values import local_date, normalise
from processes.transactions.queries.guarantees import (
    may_have_to_sign,
    payment_event,
    tender_state,
)
from processes.transactions.queries.people import persons
from processes.transactions.records import Done, Firm, Form, Guarantee, GuaranteeAct
from processes.transactions.rules import guarantee_register as rules
from processes.transactions.rules.guarantee_register import Kind, State
from processes.transactions.rules.guarantees import Given, Required
from processes.transactions.telling import tell_guarantee

KEEPERS: Final = ("PROC_OFFICER",)
VERIFIERS: Final = ("FIN_EXPERT",)
RELEASERS: Final = ("FIN_HEAD",)
#: who signs a call; two people of these
SIGNERS: Final = ("FIN_HEAD", "UNIT_HEAD")
_AREA: Final = "transactions"


@retried
def receive(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> UUID:
    """Take a guarantee in for a unit of the actor's; its id is returned.

    Raises:
        NotAtThisDesk: the actor keeps no register of that unit.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-CHOICE``, ``MON-001``, ``MON-002``, ``CAL-001``;
            of a bid's, whose it is: ``GEN-REQUIRED``, ``TND-110`` no firm of the register;
            ``GUA-001`` to ``003``, ``TND-027``; ``GUA-013`` it ends before it begins.
    """
    unit = unit_of(actor, *KEEPERS, named=typed.get("unit", ""))
    read = Entered()

    def text(field: str) -> str:
        return read.text(field, typed.get(field, ""))

    made = Guarantee(
        id=new_id(),
        kind=read.choice("kind", Kind, typed.get("kind", ""), Kind.BID),
        form=read.choice("form", Form, typed.get("form", ""), Form.BANK),
        number=text("number"),
        issuer=text("issuer"),
        branch=text("branch"),
        amount=read.money("amount", typed.get("amount", "")),
        unit=unit,
        concerns=text("concerns"),
        giver=typed.get("giver", "").strip() or None,
        valid_from=read.day("since", typed.get("since", "")),
        valid_until=read.day("until", typed.get("until", "")),
        state=State.RECEIVED,
    )
    least = read.money("required_amount", typed.get("required_amount", ""))
    held_until = read.day("required_until", typed.get("required_until", ""))
    named = text("beneficiary")
    if made.kind is Kind.BID and made.giver is None:
        read.problems.append(Problem("GEN-REQUIRED", "giver"))
    read.must_be_right()
    if made.valid_until < made.valid_from:
        read.problems.append(Problem("GUA-013", "until"))
    given = Given(made.number, made.issuer, made.amount, made.valid_until, named, made.concerns)
    required = Required(least, max(held_until, local_date(at)), unit, made.concerns)
    with uow:
        of_issuer = select(Guarantee.number).where(Guarantee.issuer == made.issuer)
        known = set(uow.session.scalars(of_issuer.where(Guarantee.number == made.number)))
        if made.giver is not None:
            made.giver = normalise(made.giver)
            if uow.session.scalar(select(Firm.id).where(Firm.identifier == made.giver)) is None:
                read.problems.append(Problem("TND-110", "giver"))
        read.problems += rules.check_received(given, required, known)
        read.must_be_right()
        uow.session.add(made)
        _done(uow.session, made, Done.RECEIVED, actor, at)
        uow.commit()
        return made.id


@retried
def verify(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep that the issuer has confirmed a guarantee, its amount and its end.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-008`` the issuer says something else, ``GUA-009``; what cannot be read.
    """
    with _changed(uow, guarantee_id, actor, VERIFIERS) as found:
        _may_become(found, State.VERIFIED)
        read = Entered()
        letter = read.text("reference", typed.get("reference", ""))
        amount = read.money("amount", typed.get("amount", ""))
        until = read.day("until", typed.get("until", ""))
        read.must_be_right()
        _must(rules.check_confirmed(found.amount, found.valid_until, amount, until))
        found.state = State.VERIFIED
        _done(uow.session, found, Done.VERIFIED, actor, at, reference=letter)


@retried
def put_in_force(
    uow: UnitOfWork, guarantee_id: UUID, _: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Let a verified guarantee stand for what it was given for, from its first day on.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-009``; ``GUA-014`` it has not begun.
    """
    with _changed(uow, guarantee_id, actor, VERIFIERS) as found:
        _may_become(found, State.ACTIVE)
        if local_date(at) < found.valid_from:
            since = {"since": found.valid_from.isoformat()}
            raise RulesBroken([Problem("GUA-014", None, since)])
        found.state = State.ACTIVE
        _done(uow.session, found, Done.ACTIVE, actor, at)


@retried
def extend(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep a later end; a call that waits for its second signature is no longer asked for.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-009``, ``GUA-010``; what cannot be read.
    """
    with _changed(uow, guarantee_id, actor, KEEPERS) as found:
        _may_become(found, State.EXTENDED)
        read = Entered()
        letter = read.text("reference", typed.get("reference", ""))
        until = read.day("until", typed.get("until", ""))
        read.must_be_right()
        _must(rules.check_extension(found.valid_until, until))
        found.valid_until, found.state = until, State.EXTENDED
        found.call_asked_by = found.call_reason = None
        _done(uow.session, found, Done.EXTENDED, actor, at, reference=letter)


@retried
def reduce(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Let an advance's guarantee fall to what is not yet recovered of the advance.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-009``, ``GUA-011``; what cannot be read.
    """
    with _changed(uow, guarantee_id, actor, KEEPERS) as found:
        _may_become(found, State.REDUCED)
        read = Entered()
        certificate = read.text("reference", typed.get("reference", ""))
        advance = read.money("advance", typed.get("advance", ""))
        recovered = read.money("recovered", typed.get("recovered", ""))
        read.must_be_right()
        reduced = rules.reduced_advance(advance, recovered)
        _must(rules.check_reduction(found.kind, found.amount, reduced))
        found.amount, found.state = reduced, State.REDUCED
        said = f"{advance.amount:,} − {recovered.amount:,}"
        _done(uow.session, found, Done.REDUCED, actor, at, reference=certificate, reason=said)


@retried
def release(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Give a guarantee back, for the event that is named and the document that shows it.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-004`` that event does not free it, or by the record of its tender has not
            happened; ``GEN-REQUIRED``.
    """
    with _changed(uow, guarantee_id, actor, RELEASERS) as found:
        read = Entered()
        event = read.text("event", typed.get("event", ""))
        shown = read.text("reference", typed.get("reference", ""))
        read.must_be_right()
        happened = {event} if _has_happened(uow.session, found, event) else set[str]()
        _must(rules.check_release(found.kind, found.state, happened))
        found.state, found.call_asked_by, found.call_reason = State.RELEASED, None, None
        _done(uow.session, found, Done.RELEASED, actor, at, reference=shown, event=event)


def _has_happened(session: Session, found: Guarantee, event: str) -> bool:
    """Tell whether what frees a guarantee of a bid or of instalments stands in the records.

    Who is still to sign, or stands in for one who is, owes it whatever the others have done. Of
    what no tender here is known, who gives it back answers for the document that shows it.
    """
    if found.kind is Kind.PAYMENT:
        return payment_event(session, found) == event
    if found.kind is not Kind.BID:
        return True
    state = tender_state(session, found)
    if state is None:
        return True
    return rules.has_happened(event, state.value) and not may_have_to_sign(session, found)


@retried
def call(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Sign that a guarantee is called: the first asks with the reason, another makes it so.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-005``, ``GUA-006``; ``GUA-007`` the same person twice.
    """
    with _changed(uow, guarantee_id, actor, SIGNERS) as found:
        if found.call_asked_by is None:
            read = Entered()
            reason = typed.get("reason", "")
            # the second signature is still to come
            found_wrong = rules.check_call(found.state, {actor.username}, reason)
            read.problems += [each for each in found_wrong if each.code != "GUA-007"]
            minute = read.text("reference", typed.get("reference", ""))
            read.must_be_right()
            found.call_asked_by = actor.username
            found.call_reason = read.text("reason", reason)
            _done(
                uow.session, found, Done.CALL_ASKED, actor, at,
                reference=minute, reason=found.call_reason,
            )  # fmt: skip
            return
        who = persons(uow.session, [found.call_asked_by, actor.username])
        _must(rules.check_call(found.state, who.values(), found.call_reason or ""))
        found.state, found.call_asked_by = State.CALLED, None
        _done(uow.session, found, Done.CALLED, actor, at, reason=found.call_reason)


@retried
def drop_call(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Take back, or refuse to sign, a call that waits for its second signature.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed, or no call waits.
        RulesBroken: ``GEN-REQUIRED`` no reason.
    """
    with _changed(uow, guarantee_id, actor, SIGNERS) as found:
        if found.call_asked_by is None:
            raise NotFound(f"no call of {guarantee_id} waits")
        read = Entered()
        reason = read.text("reason", typed.get("reason", ""))
        read.must_be_right()
        found.call_asked_by = found.call_reason = None
        _done(uow.session, found, Done.CALL_DROPPED, actor, at, reason=reason)


@retried
def expire(
    uow: UnitOfWork, guarantee_id: UUID, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Keep that a guarantee is over, and how what it stood for stands.

    Raises:
        NotAtThisDesk, NotFound: nothing was changed.
        RulesBroken: ``GUA-009``, ``GUA-012`` it holds still; ``GEN-REQUIRED`` no reason.
    """
    with _changed(uow, guarantee_id, actor, KEEPERS) as found:
        _may_become(found, State.EXPIRED)
        _must(rules.check_over(found.valid_until, local_date(at)))
        read = Entered()
        reason = read.text("reason", typed.get("reason", ""))
        read.must_be_right()
        found.state, found.call_asked_by, found.call_reason = State.EXPIRED, None, None
        _done(uow.session, found, Done.EXPIRED, actor, at, reason=reason)


@contextmanager
def _changed(
    uow: UnitOfWork, guarantee_id: UUID, actor: Actor, roles: tuple[str, ...]
) -> Iterator[Guarantee]:
    """Give a guarantee to be changed, and commit what was done to it."""
    with uow:
        found = uow.session.get(Guarantee, guarantee_id, with_for_update=True)
        if found is None:
            raise NotFound(f"no guarantee {guarantee_id}")
        if not any(found.unit in actor.units_of(role) for role in roles):
            raise NotAtThisDesk(f"{roles[0]}@{found.unit}")
        yield found
        uow.commit()


def _may_become(found: Guarantee, wanted: State) -> None:
    _must(rules.check_next(found.state, wanted))


def _must(problems: list[Problem]) -> None:
    if problems:
        raise RulesBroken(problems)


def _done(
    session: Session,
    found: Guarantee,
    done: Done,
    actor: Actor,
    at: datetime,
    *,
    reference: str | None = None,
    event: str | None = None,
    reason: str | None = None,
) -> None:
    """Write an act down beside its guarantee and in the journal, with what it now is."""
    found.acts.append(
        GuaranteeAct(
            no=len(found.acts) + 1,
            done=done,
            at=at,
            by=actor.username,
            reference=reference,
            event=event,
            reason=reason,
            amount=found.amount,
            valid_until=found.valid_until,
        )
    )
    facts = {
        "guarantee": str(found.id),
        "issuer": found.issuer,
        "number": found.number,
        "amount": str(found.amount.amount),
        "until": found.valid_until.isoformat(),
        "reference": reference,
        "event": event,
        "reason": reason,
    }
    told = {key: value for key, value in facts.items() if value is not None}
    tell_act(session, _AREA, f"guarantee_{done.value.lower()}", told, actor=actor, at=at)
    tell_guarantee(session, found, at, actor.username)
    _tell_watch(session, found, done, at)


def _tell_watch(session: Session, found: Guarantee, done: Done, at: datetime) -> None:
    """Let the case that watches the guarantee begin, or look at it anew (`guarantee_watch`)."""
    if done in {Done.RECEIVED, Done.VERIFIED}:
        return
    key, name = f"{found.id}/{len(found.acts)}", "guarantee_changed"
    told: dict[str, Json] = {}
    if done is Done.ACTIVE:
        name = "guarantee_in_force"
        told = {
            "guarantee_id": str(found.id), "guarantee_no": found.number,
            "unit_code": found.unit, "reminded": None,
        }  # fmt: skip
    send_message(session, name, "" if told else str(found.id), told, key=key, at=at)
