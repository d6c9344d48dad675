"""The documents of a tender as its officer writes them: terms, dates, quality, who is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.sdk import Json, Problem, TaskAnswer, TaskRecall, task_answer, task_recall
from engine.values import local_date
from processes.transactions.answers.finding import HEEDED, refuse, said
from processes.transactions.answers.offers import typed
from processes.transactions.answers.purchases import is_requester
from processes.transactions.answers.tender_dates import Dates
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.answers.tender_files import FILED, keep_files, kept_of
from processes.transactions.answers.tender_terms import (
    Commission,
    commission_of,
    write_list,
    write_quality,
)
from processes.transactions.queries.tenders import pack_of, tender_of_case
from processes.transactions.records import Tender, TenderState
from processes.transactions.rules.frameworks import SEVERAL, CallOffChoice

_TYPED: Final = (
    "tender_title", "description", "is_international", "opening_place", "validity_days",
    "advance", "is_adjustable", "work_field", "least_grade", "list_reason", "choice_rule",
    "turn_note", "threshold", "chair", "framework",
)  # fmt: skip
_LISTS: Final = ("criteria", "invited", "deputies", *FILED)


@task_answer("tender", "draft_documents")
def draft_documents(answer: TaskAnswer) -> dict[str, Json]:
    """Take the documents as sent for approval, or give the tender up.

    Raises:
        RulesBroken: ``SOD-005``; dates: ``TND-003``, ``TND-008``, ``TND-073``, ``PRC-011``;
            a framework: ``FRM-008``; quality: ``TND-020``, ``TND-022``, ``TND-023``, ``TND-077``;
            commission: ``TND-052``, ``TND-071``, ``GEN-CHOICE``; a limited tender's list:
            ``TND-074``, ``TND-075``, ``TND-145``, ``TND-146``, ``PRQ-007``, ``PRQ-008``,
            ``PRC-006``, ``PRC-007``; files: ``GEN-FILE-GONE``; ``GEN-REQUIRED``.
    """
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.DRAFT)
    if is_requester(answer.session, found.request, answer.actor):
        refuse([Problem("SOD-005")])
    if answer.outcome == "give_up":
        note = said(answer.values, "give_up_note")
        end_tender(answer.session, found, TenderState.CANCELLED, note, answer.at)
        return {}
    _write_terms(found, answer.values)
    dates = Dates.read(answer.values)
    problems = dates.problems(answer.session, found, answer.at)
    problems += _write_framework(found, answer)
    problems += write_quality(found, answer) + write_list(found, answer)
    commission, wrong = commission_of(answer, found.unit)
    refuse(problems + wrong + keep_files(found, answer))
    dates.write(found)
    found.made_by = answer.actor.username
    found.members = [each.username for each in commission.members]
    found.deputies = {member: one.username for member, one in commission.deputies.items()}
    found.threshold = int(answer.values["threshold"])
    return {
        **HEEDED,
        **typed(answer, *_TYPED),
        **{each: answer.values.get(each) or [] for each in _LISTS},
        **dates.told,
        "subject": found.title,
        "suppliers": found.suppliers,
        "rates_quality": found.rates_quality,
        "minimum_score": None if found.minimum_score is None else str(found.minimum_score),
        "impact": str(found.impact) if found.criteria else None,
        "members": [each.username for each in commission.members],
        "member_names": "\n".join(_named(commission)),
        "invited_names": "\n".join(each.firm.name for each in found.invitations) or None,
        "kept_documents": _kept_names(found),
    }


def _write_terms(found: Tender, values: Mapping[str, Any]) -> None:
    found.title = str(values["tender_title"]).strip()
    found.description = said(values, "description")
    found.is_international = bool(values.get("is_international"))
    found.opening_place = said(values, "opening_place")
    found.validity_days = int(values["validity_days"])
    advance = values.get("advance")
    found.advance = None if advance is None else Decimal(str(advance))
    found.is_adjustable = bool(values.get("is_adjustable"))


def _write_framework(found: Tender, answer: TaskAnswer) -> list[Problem]:
    """Write down whether a framework is tendered, and with how many suppliers (§3.13).

    ``FRM-008`` fewer than two where there are several, or more than the pack lets it have.
    """
    chosen, typed = said(answer.values, "framework"), answer.values.get("suppliers")
    found.framework = None if chosen is None else CallOffChoice(chosen)
    found.suppliers = None
    if found.framework in {None, CallOffChoice.SINGLE}:
        return []
    found.suppliers = SEVERAL if typed is None else int(typed)
    on = local_date(answer.at)
    most = pack_of(found, on).whole("framework.suppliers.max", on)
    if SEVERAL <= found.suppliers <= most:
        return []
    return [Problem("FRM-008", "suppliers", {"least": str(SEVERAL), "most": str(most)})]


def _named(commission: Commission) -> Iterator[str]:
    for each in commission.members:
        deputy = commission.deputies.get(each.username)
        yield f"{each.name_fa} (علی‌البدل: {deputy.name_fa})" if deputy else each.name_fa


def _kept_names(found: Tender) -> str | None:
    own = {each.kind for each in found.documents if each.sha256 not in _earlier(found)}
    return "\n".join(each.name for each in kept_of(found, own)) or None


def _earlier(found: Tender) -> set[str]:
    return {each.sha256 for each in kept_of(found, set())}


@task_recall("tender", "draft_documents")
def take_back(_: TaskRecall) -> Mapping[str, str]:
    """The documents are a draft until they are published: nothing goes back with the answer."""
    return {}
