"""The files of a tender by kind: handed in with the step, or kept of an earlier tender."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import delete

from engine.sdk import Problem, TaskAnswer, documents_of, kind_named
from processes.transactions.records import DocumentKind, Tender, TenderDocument

#: field of the form -> what is handed in with it
FILED: Final = {
    "instructions": DocumentKind.INSTRUCTIONS,
    "specification": DocumentKind.SPECIFICATION,
    "price_schedule": DocumentKind.PRICE_SCHEDULE,
    "contract_draft": DocumentKind.CONTRACT_DRAFT,
    "notice": DocumentKind.NOTICE,
}
_NEEDED: Final = "instructions"


def keep_files(found: Tender, answer: TaskAnswer) -> list[Problem]:
    """Write down which files are the documents; new ones of a kind replace those kept of before.

    ``GEN-REQUIRED`` there are no instructions to bidders · ``GEN-FILE-GONE`` a file is not in the
    case any more.
    """
    handed_in: list[TenderDocument] = []
    problems: list[Problem] = []
    filed = documents_of(answer.session, answer.instance_id)
    for field, kind in FILED.items():
        ids = [UUID(str(each)) for each in answer.values.get(field) or []]
        versions = [filed[each] for each in ids if each in filed]
        if len(versions) < len(ids):
            problems.append(Problem("GEN-FILE-GONE", field))
        handed_in += [
            TenderDocument(
                kind=kind, name=each.name, media_type=kind_named(each.kind).media_type,
                size=each.size, sha256=each.sha256, version=found.version,
                added_at=each.added_at, added_by=each.added_by,
            )
            for each in versions
        ]  # fmt: skip
    kept = [_again(each) for each in kept_of(found, {each.kind for each in handed_in})]
    if DocumentKind.INSTRUCTIONS not in {each.kind for each in [*kept, *handed_in]}:
        problems.append(Problem("GEN-REQUIRED", _NEEDED))
    answer.session.execute(delete(TenderDocument).where(TenderDocument.tender_id == found.id))
    answer.session.expire(found, ["documents"])
    for number, each in enumerate([*kept, *handed_in], 1):
        each.tender_id, each.position = found.id, number
        answer.session.add(each)
    answer.session.flush()
    return problems


def kept_of(found: Tender, replaced: set[DocumentKind]) -> list[TenderDocument]:
    """Return the documents of the tender that this one repeats whose kinds are not replaced."""
    earlier = found.earlier
    if earlier is None:
        return []
    return [each for each in earlier.documents if each.kind not in replaced]


def _again(each: TenderDocument) -> TenderDocument:
    return TenderDocument(
        kind=each.kind, name=each.name, media_type=each.media_type, size=each.size,
        sha256=each.sha256, version=1, added_at=each.added_at, added_by=each.added_by,
    )  # fmt: skip
