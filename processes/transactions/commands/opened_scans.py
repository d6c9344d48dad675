"""Files of opened envelopes and the virus scanner: kept as they come out, and looked at again.

Until one is found clean nobody gets it. An infected one stays shut for good; the commission decides
of the bid as of any paper it cannot read. What could not be looked at, or came out before the site
had a scanner, is looked at by the clock, too (`scan_waiting`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from engine.sdk import (
    Actor,
    Content,
    ContentMissing,
    DocumentStore,
    Incoming,
    NotFound,
    Scan,
    Scanner,
    Session,
    Turn,
    UnitOfWork,
    Verdict,
    documents_of,
    file_in_case,
    recognise,
    retried,
    scanner_at,
)
from processes.transactions.commands.seats import must_sit, told
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.opened_scans import waiting_files
from processes.transactions.queries.taking_part import auction_of, tender_of
from processes.transactions.records.sealing import OpenedFile, SealedBid, SealedTender
from processes.transactions.sealing.contents import File
from processes.transactions.sealing.envelope import Kind
from processes.transactions.telling_bidders import tell_bidder

PORTION: Final = 20  #: files looked at in one turn

#: tells what kind of document a file is, by its content and name; nothing: none we file
Recognise = Callable[[BinaryIO, int, str], str | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that came out of an envelope and lies in the store."""

    name: str
    size: int  #: bytes
    sha256: str
    kind: str | None  #: of document; ``None``: none that a case's file takes
    verdict: Verdict  #: of the site's virus scanner
    is_asked: bool  #: the site has one


def kept_files(
    store: DocumentStore,
    files: list[File],
    received: list[Incoming],
    recognise: Recognise,
    scanner: Scanner | None,
) -> list[Found]:
    """Keep the files of an envelope in the store, each with what the scanner says of it."""
    found = []
    is_asked = scanner is not None
    for each, incoming in zip(files, received, strict=True):
        content = cast("BinaryIO", incoming)
        incoming.seek(0)
        kind = recognise(content, incoming.size, each.name)
        verdict = Verdict(Scan.UNSCANNED) if scanner is None else scanner.verdict(content)
        if verdict.is_away:
            scanner = None  # it is asked again later, not once for each file
        store.keep(incoming)
        found.append(Found(each.name, incoming.size, incoming.sha256, kind, verdict, is_asked))
    return found


def fit_to_file(found: list[Found], scanner: Scanner | None) -> list[Content]:
    """Return what a case's file takes of them: what is clean, or all where the site scans none."""
    is_fit = {Scan.CLEAN} if scanner is not None else {Scan.UNSCANNED}
    return [
        Content(each.name, each.kind, each.size, each.sha256, scanned=scanner is not None)
        for each in found
        if each.kind is not None and each.verdict.scan in is_fit
    ]


def tell_infected(
    session: Session,
    found: SealedTender,
    bid: SealedBid,
    file: OpenedFile,
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Tell the journal and the bidder that a file is kept shut, if a virus was found in it."""
    if file.scan is not Scan.INFECTED:
        return
    facts = {**_named(file), "virus": file.virus}
    told(session, found, "file_infected", facts, actor=actor, at=at)
    tender, auction = tender_of(session, found), auction_of(session, found)
    about = tender.title if tender else auction.subject if auction else None
    if about is not None:
        title = f"{about} · {found.number}"
        tell_bidder(session, bid.bidder, "file_infected", f"/bidding/{found.number}", title, at)


def look_again(
    uow: UnitOfWork,
    store: DocumentStore,
    file_id: tuple[UUID, Kind, int],
    kind: str | None,
    scanner: Scanner,
    *,
    actor: Actor,
    at: datetime,
) -> Verdict:
    """Let the scanner look at a file that it has not looked at; no transaction is held meanwhile.

    Args:
        file_id: bid, envelope and place of the file.
        kind: of document, as its content says; ``None``: none that a case's file takes.

    Returns:
        what is known of it then; also where somebody else let it be looked at.

    Raises:
        NotFound: there is no such file.
        NotAtThisDesk: the actor is neither a member nor buys for this unit.
    """
    with uow:
        file = _file(uow.session, file_id)
        must_sit(rows.tender(uow.session, rows.bid(uow.session, file.bid_id).tender_id), actor)
        known, sha256 = Verdict(file.scan, file.virus), file.sha256
    if known.scan is not Scan.UNSCANNED:
        return known
    with store.open(sha256) as content:
        verdict = scanner.verdict(content)
    if verdict.scan is not Scan.UNSCANNED:
        _keep(uow, file_id, kind, verdict, actor=actor, at=at)
    return verdict


def scan_waiting(turn: Turn) -> None:
    """Let the scanner look at files whose turn it is; nothing where the site has none.

    While it does not answer no file is asked of but one, and that counts against none.
    """
    scanner = scanner_at(turn.taking.scanner, turn.taking.scanner_patience)
    if scanner is None:
        return
    with turn.database.reader() as session:
        due = waiting_files(session, turn.at, PORTION)
    for each in due:
        file_id = each.bid_id, each.kind, each.position
        kind, verdict = _seen(turn, each, scanner)
        uow = turn.database.unit_of_work()
        if verdict.scan is not Scan.UNSCANNED:
            _keep(uow, file_id, kind, verdict, actor=None, at=turn.at)
            continue
        _wait(uow, file_id, turn.taking.scanner_again, turn.at, is_away=verdict.is_away)
        if verdict.is_away:
            return


def _seen(turn: Turn, file: OpenedFile, scanner: Scanner) -> tuple[str | None, Verdict]:
    """Return what kind of document a file is, and what the scanner says of it."""
    try:
        with turn.documents.open(file.sha256) as content:
            kind = recognise(content, file.size, file.name, turn.taking.kinds)
            return kind, scanner.verdict(content)
    except (ContentMissing, OSError):
        return None, Verdict(Scan.UNSCANNED)


@retried
def _wait(
    uow: UnitOfWork,
    file_id: tuple[UUID, Kind, int],
    again: timedelta,
    at: datetime,
    *,
    is_away: bool,
) -> None:
    """Let a file wait for its next turn, the longer the more often nobody could tell of it."""
    with uow:
        file = _file(uow.session, file_id)
        file.scan_tries += 0 if is_away else 1
        file.scan_after = at + again * 2 ** max(file.scan_tries - 1, 0)
        uow.commit()


@retried
def _keep(
    uow: UnitOfWork,
    file_id: tuple[UUID, Kind, int],
    kind: str | None,
    verdict: Verdict,
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    with uow:
        bid = rows.bid(uow.session, file_id[0])
        found = rows.tender(uow.session, bid.tender_id, to_change=True)
        file = _file(uow.session, file_id)
        if file.scan is not Scan.UNSCANNED:
            return
        file.scan, file.virus = verdict.scan, verdict.virus
        if verdict.scan is Scan.INFECTED:
            tell_infected(uow.session, found, bid, file, actor=actor, at=at)
        else:
            told(uow.session, found, "file_scanned", _named(file), actor=actor, at=at)
            if found.case_id is not None and kind is not None:
                _file_once(uow, found.case_id, file, kind, actor=actor, at=at)
        uow.commit()


def _file_once(
    uow: UnitOfWork,
    case_id: UUID,
    file: OpenedFile,
    kind: str,
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    """File what was not filed as it was opened, when the site had no scanner."""
    there = documents_of(uow.session, case_id).values()
    if not any((e.name, e.sha256, e.scanned) == (file.name, file.sha256, False) for e in there):
        content = Content(file.name, kind, file.size, file.sha256, scanned=True)
        file_in_case(uow, case_id, [content], actor=actor, at=at)


def _file(session: Session, file_id: tuple[UUID, Kind, int]) -> OpenedFile:
    found = session.get(OpenedFile, file_id)
    if found is None:
        raise NotFound(f"no file {file_id}")
    return found


def _named(file: OpenedFile) -> dict[str, Any]:
    return {
        "bid": str(file.bid_id),
        "kind": file.kind.value,
        "position": file.position,
        "sha256": file.sha256,
    }
