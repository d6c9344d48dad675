"""What the register has to say before a step of a guarantee's watch is answered (§3.14)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from engine.sdk import Json, Problem, Session, TaskAnswer, task_answer
from engine.values import local_date
from processes.transactions.answers.finding import refuse, said
from processes.transactions.parameters import watch
from processes.transactions.records import Guarantee
from processes.transactions.rules.guarantee_register import Due, due

_PROCESS = "guarantee_watch"


def guarantee_of(session: Session, guarantee_id: str) -> Guarantee:
    """Return the guarantee that a case watches."""
    query = select(Guarantee).where(Guarantee.id == UUID(guarantee_id))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _calls_for(answer: TaskAnswer) -> Due:
    found = guarantee_of(answer.session, str(answer.case_values["guarantee_id"]))
    today = local_date(answer.at)
    return due(found.state, found.valid_until, today, watch(today))


@task_answer(_PROCESS, "extend_or_call")
def extend_or_call(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once the register says that it was extended, called or given back.

    Raises:
        RulesBroken: ``GUA-015`` it does not.
    """
    if _calls_for(answer) in {Due.CALL, Due.ENDED}:
        refuse([Problem("GUA-015")])
    return {}


@task_answer(_PROCESS, "settle_expired")
def settle_expired(answer: TaskAnswer) -> dict[str, Json]:
    """Keep what the head of the unit does about a guarantee that ended too early.

    Raises:
        RulesBroken: ``GUA-016`` the register does not say what became of it.
    """
    if _calls_for(answer) is Due.ENDED:
        refuse([Problem("GUA-016")])
    return {"settled_note": said(answer.values, "settled_note")}
