"""The service tasks of a pre-qualification: published, closed, worked out, announced."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task
from engine.values import local_date
from processes.transactions.publication.prequalifications import (
    publish_call_of,
    publish_no_list,
    publish_short_list,
)
from processes.transactions.queries import prequalifying as rows
from processes.transactions.records import Prequalification, PrequalificationState
from processes.transactions.telling_bidders import tell_applicants
from processes.transactions.texts import in_each_language


@record_task("publish_call")
def publish_call(records: Records, _: Answers) -> Mapping[str, Json]:
    """Publish the call; who applied to an earlier one of it hears that papers are taken again."""
    found = _held(records)
    found.come_to(PrequalificationState.PUBLISHED)
    found.published_at = found.published_at or records.at
    publish_call_of(records.session, found, records.at)
    tell_applicants(records.session, found, "prequalification_again", records.at)
    return {}


@record_task("close_call")
def close_call(records: Records, _: Answers) -> Mapping[str, Json]:
    """Take no more papers, and count who has applied; without anybody nothing is scored."""
    found = _held(records)
    found.come_to(PrequalificationState.SCORING)
    count = len(found.applicants)
    names = "\n".join(each.firm.name for each in found.applicants) or None
    told: dict[str, Json] = {"applicants_count": count, "applicant_names": names}
    return told if count else {**told, **_few(records, found)}


@record_task("work_out_list", replaced=True)
def work_out_list(records: Records, _: Answers) -> Mapping[str, Json]:
    """Work the scores out of the marks that count, and who reaches the least score.

    Where a declared interest leaves too few evaluators, others are named.
    """
    found = _held(records)
    counting = rows.counting(found)
    if len(counting) < rows.least_evaluators(found, local_date(records.at)):
        return {"list_found": "EVALUATORS"}
    scale, marks = rows.scale_of(found, records.at), rows.marks_of(records.session, found)
    table: list[Json] = []
    for each in found.applicants:
        given = [mark for mark in marks if mark.applicant_id == each.id]
        result = rows.score_of(scale, given, counting).result
        each.score, each.passes = result.value, result.passes
    for each in sorted(found.applicants, key=lambda one: (-(one.score or 0), one.position)):
        result_said = "list.passes" if each.passes else "list.below"
        table.append(
            {
                "firm": each.firm.name,
                "score": each.score,
                "result": in_each_language("computation", result_said),
            }
        )
    told: dict[str, Json] = {"scored": table}
    least = rows.least_firms(found, local_date(records.at))
    if len(found.short_list) < least:
        return {**told, "list_found": "FEW", **_few(records, found)}
    return {**told, "list_found": "ENOUGH", "few_told": None}


@record_task("announce_list")
def announce_list(records: Records, _: Answers) -> Mapping[str, Json]:
    """Announce the short list: every applicant is told what became of its papers."""
    found = _held(records)
    found.come_to(PrequalificationState.LISTED)
    found.listed_at = records.at
    publish_short_list(records.session, found, records.at)
    listed = {each.firm.identifier for each in found.short_list}
    others = {each.firm.identifier for each in found.applicants} - listed
    tell_applicants(records.session, found, "short_listed", records.at, only=listed)
    tell_applicants(records.session, found, "not_short_listed", records.at, only=others)
    names = "\n".join(each.firm.name for each in found.short_list)
    return {"short_list": names, "listed_on": local_date(records.at).isoformat()}


@record_task("announce_failure")
def announce_failure(records: Records, _: Answers) -> Mapping[str, Json]:
    """Tell applicants that it came to nothing."""
    found = _held(records)
    publish_no_list(records.session, found, records.at)
    tell_applicants(records.session, found, "prequalification_failed", records.at)
    return {}


def _held(records: Records) -> Prequalification:
    return rows.prequalification_of_case(records.session, records.instance_id)


def _few(records: Records, found: Prequalification) -> dict[str, Json]:
    least = rows.least_firms(found, local_date(records.at))
    told = in_each_language(
        "computation", "list.few", left=len(found.short_list), least=least, call=found.call
    )
    return {"few_told": told, "scored": []} if not found.applicants else {"few_told": told}
