"""Publishing: a release is made of what happened and kept as it is, in the same transaction."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from engine.sdk import Session, Unit
from engine.values import Rial, fold
from engine.values.exact_json import written
from processes.transactions.publication.events import (
    BidsOpened,
    Called,
    Cancelled,
    Changed,
    Decided,
    Event,
    Failed,
    Finished,
    Method,
    Noticed,
    Paid,
    Party,
    Planned,
    Process,
    Refused,
    Relation,
    ShortListed,
    Signed,
    Supplemented,
    WindowEnded,
)
from processes.transactions.publication.releases import release
from processes.transactions.queries.published import releases_of
from processes.transactions.records.published import (
    PublishedContract,
    PublishedProcess,
    PublishedRelease,
    Stage,
)

#: Where the public knows a process to be after an event.
STAGES: Final[Mapping[type, Stage]] = {
    Planned: Stage.PLANNED,
    Called: Stage.CALLED,
    ShortListed: Stage.CALLED,
    Noticed: Stage.OPEN,
    Changed: Stage.OPEN,
    Cancelled: Stage.CANCELLED,
    Failed: Stage.UNSUCCESSFUL,
    BidsOpened: Stage.OPENED,
    Decided: Stage.DECIDED,
    WindowEnded: Stage.AWARDED,
    Refused: Stage.AWARDED,
    Signed: Stage.CONTRACT,
    Supplemented: Stage.CONTRACT,
    Paid: Stage.CONTRACT,
    Finished: Stage.FINISHED,
}


@cache
def publisher() -> Mapping[str, str]:
    """Return who publishes: ``prefix``, ``name``, ``license``."""
    text = files(__package__).joinpath("publisher.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def process_of(
    session: Session, number: str, unit: str, related: tuple[Relation, ...] = ()
) -> Process:
    """Return a transaction as the public knows it: its number, and the unit that buys."""
    found = session.get_one(Unit, unit)
    return Process(number, publisher()["prefix"], Party(found.code, found.title_fa), related)


def publish(session: Session, process: Process, event: Event) -> PublishedRelease:
    """Keep the release of an event; it is public when the transaction commits.

    An event told late is published at the moment of the newest release: what was published
    before is never older than what follows.

    Raises:
        ValueError: it tells of an award or a contract that was never published.
    """
    known = session.get(PublishedProcess, process.ocid, with_for_update=True)
    before = releases_of(session, process.ocid)
    if known is not None:
        event = replace(event, at=max(event.at, known.last_at))
    made = release(process, event, before)
    kept = known or _begun(session, process)
    content = written(made)
    row = PublishedRelease(
        ocid=process.ocid,
        no=len(before) + 1,
        at=event.at,
        tag=made["tag"][0],
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    _bring_up_to_date(session, kept, event, made)
    session.flush()
    session.add(row)
    session.flush()
    return row


def _begun(session: Session, process: Process) -> PublishedProcess:
    begun = PublishedProcess(
        ocid=process.ocid,
        number=process.number,
        buyer_id=process.buyer.id,
        buyer_name=process.buyer.name,
        title="",
        releases=0,
    )
    session.add(begun)
    return begun


def _bring_up_to_date(
    session: Session, row: PublishedProcess, event: Event, made: Mapping[str, Any]
) -> None:
    """Let lists show what the event told."""
    row.stage, row.last_at, row.releases = STAGES[type(event)], event.at, row.releases + 1
    match event:
        case Decided(is_final=True):
            row.stage = Stage.AWARDED
        case Refused(successor=None):  # nobody has won: it is decided anew, or ends
            row.stage = Stage.OPENED
        case Planned():
            row.title, row.value = event.budget_description, event.amount
        case Called():
            row.title, row.method = event.title, Method.PREQUALIFIED.name
        case Noticed():
            row.title, row.method = event.title, event.method.name
            row.value = event.estimate if event.estimate is not None else row.value
        case Signed():
            row.value = event.value
            _keep_contract(session, row, event)
    awards = [each for each in made.get("awards", []) if "suppliers" in each]
    if awards:
        row.supplier = awards[-1]["suppliers"][0]["name"]
        row.value = Rial(awards[-1]["value"]["amount"])
    told = (row.number, row.title, row.buyer_name, row.supplier or "")
    row.sought = fold(" ".join(told))


def _keep_contract(session: Session, row: PublishedProcess, event: Signed) -> None:
    award = next(
        each
        for one in reversed(releases_of(session, row.ocid))
        for each in one.get("awards", [])
        if each["id"] == f"{row.number}-A{event.award_no}" and "suppliers" in each
    )
    [supplier] = award["suppliers"]
    session.add(
        PublishedContract(
            contract_no=event.contract_no,
            ocid=row.ocid,
            supplier_id=supplier["id"],
            supplier_name=supplier["name"],
        )
    )


def contract_published(
    session: Session, contract_no: str
) -> tuple[Process, PublishedContract] | None:
    """Return a contract that was published, with its process; ``None``: nothing is known of it."""
    contract = session.get(PublishedContract, contract_no)
    if contract is None:
        return None
    row = session.get_one(PublishedProcess, contract.ocid)
    prefix = row.ocid.removesuffix(f"-{row.number}")
    return Process(row.number, prefix, Party(row.buyer_id, row.buyer_name)), contract
