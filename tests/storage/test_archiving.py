"""Signed PDFs in the store get another archive timestamp before the last one ends, by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from sqlalchemy import select

from engine.commands import archiving, document_signing, documents
from engine.commands.archiving import EVERY, Archived, Means
from engine.commands.document_signing import SignedPdf
from engine.commands.documents import Content
from engine.model.archive_stamp import ArchiveStamp
from engine.model.document import DocumentVersion
from engine.model.event import event_table
from engine.model.incident import Incident
from engine.settings import DocumentSettings
from engine.signing import pdf, pdf_checks
from engine.signing.ageing import proved_until
from engine.signing.errors import SigningRefused
from engine.signing.trust import Trust
from engine.storage import signatures
from engine.storage.database import Database, Session
from engine.storage.document_store import FolderStore
from tests.kit import papers
from tests.kit import signing as kit
from tests.storage.conftest import CLERK

pytestmark = pytest.mark.both_databases

MONTH = timedelta(days=30)
#: the certificate of the first timestamps ends then
ENDS = kit.AT + timedelta(days=400)
KEY_ENDS = datetime(2031, 1, 1, tzinfo=UTC)  #: of 2048 bits
DUE = ENDS - timedelta(days=20)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "documents")


@pytest.fixture
def signed(order: Database, a_case, store: FolderStore) -> UUID:
    """A document of a case that the clerk has signed, with a timestamp in the signature."""
    stamper = kit.stamper(lasts=timedelta(days=400))
    return _signed_by_clerk(order, a_case, store, stamper)


def _signed_by_clerk(
    order: Database, a_case, store: FolderStore, stamper: DummyTimeStamper | None
) -> UUID:
    case, _ = a_case()
    plain = papers.pdf("One million")
    [document_id] = documents.attach(
        order.unit_of_work(), case, [kept(store, plain)],
        actor=CLERK, at=kit.AT, limits=DocumentSettings(),
    )  # fmt: skip
    made = pdf.sign(plain, kit.holder().pen, kit.trust(), kit.AT, stamper=stamper)
    [said] = pdf_checks.verify(made, kit.trust(), kit.AT)
    content = SignedPdf(kept(store, plain).sha256, kept(store, made), said, "file")
    document_signing.sign(
        order.unit_of_work(), document_id, content,
        actor=replace(CLERK, national_code=kit.CODE), at=kit.AT, limits=DocumentSettings(),
    )  # fmt: skip
    return document_id


def kept(store: FolderStore, content: bytes) -> Content:
    with store.receive(1_000_000) as incoming:
        incoming.write(content)
        store.keep(incoming)
        return Content("paper.pdf", "pdf", incoming.size, incoming.sha256, scanned=False)


def _trust(_session: Session, at: datetime) -> Trust:
    return kit.trust(at=at)


@pytest.fixture
def renewed(order: Database, store: FolderStore) -> Callable[..., Archived]:
    """Make a round at a moment, with an authority whose certificate lasts so long after `AT`."""

    def make(at: datetime, lasts: int = 3000, *, away: bool = False) -> Archived:
        stamper = None if away else kit.stamper(at, timedelta(days=lasts))
        return archiving.renew(order, Means(store, _trust, stamper, MONTH), at)

    return make


def newest(database: Database, document_id: UUID) -> DocumentVersion:
    with database.reader() as session:
        asked = select(DocumentVersion).where(DocumentVersion.document_id == document_id)
        return session.scalars(asked.order_by(DocumentVersion.number.desc())).first()  # type: ignore[return-value]


def content_of(database: Database, store: FolderStore, document_id: UUID) -> bytes:
    with store.open(newest(database, document_id).sha256) as file:
        return file.read()


def proved(database: Database) -> datetime:
    with database.reader() as session:
        return session.scalars(select(ArchiveStamp.ends_at)).one()


def incidents(database: Database) -> list[tuple[str, bool]]:
    with database.reader() as session:
        asked = select(Incident).where(Incident.code == "ARC-002").order_by(Incident.opened_at)
        return [(each.cause, each.resolved_at is not None) for each in session.scalars(asked)]


def test_one_that_ends_soon_gets_a_timestamp_over_it_as_its_next_version_and_the_trail_says_so(
    order: Database, store: FolderStore, signed: UUID, renewed: Callable[..., Archived]
):
    assert renewed(kit.AT + EVERY + timedelta(seconds=1)) == Archived(0, 0)
    assert proved(order) == ENDS
    before = content_of(order, store, signed)
    assert renewed(ENDS - MONTH - timedelta(days=1)) == Archived(0, 0)

    assert renewed(DUE) == Archived(1, 0)

    made = content_of(order, store, signed)
    assert made.startswith(before)
    after = ENDS + timedelta(days=100)  # nothing else would prove it then
    [said] = pdf_checks.verify(made, kit.trust(at=after), after)
    assert (said.result.value, said.form, said.stamped_at) == ("TOTAL-PASSED", "B-LTA", kit.AT)
    assert pdf_checks.verify(before, kit.trust(at=after), after)[0].result.value == "INDETERMINATE"
    version = newest(order, signed)
    assert (version.number, version.added_by) == (3, "")
    with order.reader() as session:
        line = session.execute(
            select(event_table).where(event_table.c.seq == version.event_seq)
        ).one()
        assert (line.kind, line.actor, line.facts["sha256"]) == (
            "document_stamped", None, version.sha256,
        )  # fmt: skip
        assert signatures.has_signed(session, signed, "clerk")
    assert [renewed(DUE + EVERY), renewed(DUE + 2 * EVERY)] == [Archived(0, 0)] * 2
    assert proved(order) == KEY_ENDS
    assert newest(order, signed).number == 3


def test_without_an_authority_it_is_one_incident_that_ends_once_there_is_one_again(
    order: Database, signed: UUID, renewed: Callable[..., Archived]
):
    renewed(DUE - 2 * archiving.AGAIN)  # looked at, and tried with the round after
    assert renewed(DUE, away=True) == Archived(0, 1)
    assert renewed(DUE + EVERY, away=True) == Archived(0, 0)  # tried again later only
    assert renewed(DUE + 2 * archiving.AGAIN, away=True) == Archived(0, 1)
    [(cause, is_over)] = incidents(order)
    assert ("DIVAN_TIMESTAMP_URL" in cause, is_over) == (True, False)

    assert renewed(DUE + 4 * archiving.AGAIN) == Archived(1, 0)

    assert [over for _cause, over in incidents(order)] == [True]


@pytest.fixture
def bare(order: Database, a_case, store: FolderStore) -> UUID:
    """A document that the clerk has signed while the site had no timestamp authority."""
    return _signed_by_clerk(order, a_case, store, None)


def test_what_was_signed_without_an_authority_is_proved_once_the_site_has_one(
    order: Database, store: FolderStore, bare: UUID, renewed: Callable[..., Archived]
):
    """The moment that is proved is that of the first timestamp, not the signer's."""
    later, after = kit.AT + timedelta(days=60), kit.AT + timedelta(days=700)
    before = content_of(order, store, bare)
    assert [renewed(later - 2 * EVERY, away=True), incidents(order)] == [Archived(0, 0), []]

    assert renewed(later) == Archived(1, 0)

    made = content_of(order, store, bare)
    assert made.startswith(before)
    [said] = pdf_checks.verify(made, kit.trust(at=after), after)
    assert (said.result.value, said.form) == ("TOTAL-PASSED", "B-LTA")
    assert (said.stamped_at, said.by_archive) == (later, True)
    assert (newest(order, bare).number, proved(order)) == (3, KEY_ENDS)
    assert renewed(later + EVERY) == Archived(0, 0)


def test_what_nothing_proves_any_more_is_one_incident_and_stays_as_it_is(
    order: Database, bare: UUID, renewed: Callable[..., Archived]
):
    ended = kit.AT + timedelta(days=400)  # so has the signer's certificate
    assert renewed(ended) == Archived(0, 1)
    assert renewed(ended + EVERY) == Archived(0, 0)
    assert renewed(ended + archiving.AGAIN + EVERY) == Archived(0, 1)

    assert [over for _cause, over in incidents(order)] == [False]
    assert newest(order, bare).number == 2


def test_a_timestamp_that_lasts_no_longer_is_not_taken(
    order: Database, signed: UUID, renewed: Callable[..., Archived]
):
    """Else each round would put another over it, for as long as the authority stays as it is."""
    renewed(kit.AT + EVERY * 2)
    assert renewed(DUE, lasts=400) == Archived(0, 1)
    assert newest(order, signed).number == 2
    assert [("lasts no longer" in cause, over) for cause, over in incidents(order)] == [
        (True, False)
    ]


def test_a_damaged_file_is_an_incident_and_what_is_withdrawn_asks_for_nothing_more(
    order: Database, store: FolderStore, signed: UUID, renewed: Callable[..., Archived],
    tmp_path: Path,
):  # fmt: skip
    renewed(kit.AT + EVERY * 2)
    sha256 = newest(order, signed).sha256
    (tmp_path / "documents" / sha256[:2] / sha256).write_bytes(b"no PDF")
    assert renewed(DUE) == Archived(0, 1)

    documents.withdraw(order.unit_of_work(), signed, "wrong one", actor=CLERK, at=DUE)

    assert renewed(DUE + 2 * archiving.AGAIN) == Archived(0, 0)
    assert [over for _cause, over in incidents(order)] == [True]


def test_a_version_that_came_meanwhile_stays_and_is_looked_at_by_the_next_round(
    order: Database, store: FolderStore, signed: UUID, renewed: Callable[..., Archived]
):
    renewed(kit.AT + EVERY * 2)
    documents.replace(
        order.unit_of_work(), signed, kept(store, papers.pdf("Another")),
        actor=CLERK, at=DUE, limits=DocumentSettings(),
    )  # fmt: skip

    assert renewed(DUE) == Archived(0, 0)

    with order.reader() as session:
        assert session.scalars(select(ArchiveStamp)).all() == []


def test_what_a_worker_that_died_did_not_come_to_is_looked_at_by_the_next_one(
    order: Database, signed: UUID, renewed: Callable[..., Archived], monkeypatch: pytest.MonkeyPatch
):
    """Else nobody would ever lengthen the proof of what was signed since the round before."""
    with monkeypatch.context() as dying:
        dying.setattr("engine.signing.ageing.proved_until", _killed)
        with pytest.raises(KeyboardInterrupt):
            renewed(kit.AT + 2 * EVERY)
    renewed(kit.AT + 3 * EVERY)
    assert proved(order) == ENDS


def _killed(*_: object) -> datetime:
    raise KeyboardInterrupt


def test_a_file_that_breaks_its_reader_is_an_incident_and_holds_up_no_other(
    order: Database, store: FolderStore, signed: UUID, renewed: Callable[..., Archived],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    def broken(*_: object) -> datetime:
        raise PdfReadError("no cross-reference at 7")

    with monkeypatch.context() as patched:
        patched.setattr("engine.signing.ageing.proved_until", broken)
        assert renewed(kit.AT + 2 * EVERY) == Archived(0, 1)
    assert [(cause, over) for cause, over in incidents(order)] == [
        ("no cross-reference at 7", False)
    ]
    assert renewed(kit.AT + 2 * EVERY + archiving.AGAIN + EVERY) == Archived(0, 0)
    assert (proved(order), incidents(order)[0][1]) == (ENDS, True)


def test_a_key_of_2048_bits_proves_nothing_after_2030_however_long_its_certificate_lasts():
    """NIST SP 800-57 part 1, table 4: 112 bits of security, until the end of 2030."""
    stamper: DummyTimeStamper = kit.stamper(lasts=timedelta(days=2900))
    made = pdf.sign(papers.pdf("One"), kit.holder().pen, kit.trust(), kit.AT, stamper=stamper)
    assert proved_until(made, kit.trust()) == KEY_ENDS
    assert proved_until(papers.pdf("One"), kit.trust()) is None
    with pytest.raises(SigningRefused):
        proved_until(b"no PDF", kit.trust())
