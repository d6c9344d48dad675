"""What ``divan doctor`` finds, and what it leaves for a person to judge."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import delete, select, text

from engine.commands import content_checks, documents, instances
from engine.jobs import run_due, utc_now
from engine.model.instance import instance_table
from engine.model.signature import SigningAuthority
from engine.settings import JobSettings
from engine.signing.authority import AUTHORITY_LASTS, Authority, founded
from engine.storage.contents import QUARTER
from tests.kit import signing as kit
from tests.kit.sites import NOON
from webapp.doctor import examine
from webapp.wiring import Site

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _worked(site: Site) -> None:
    """The demonstration was loaded months ago by the clock of today: a worker has been there."""
    run_due(site.database, utc_now)


def states(site: Site) -> dict[str, str]:
    return {name: told.state for name, told in examine(site)}


def broken_by(site: Site, *statements: str) -> dict[str, str]:
    with site.database.engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))
    return {name: state for name, state in states(site).items() if state == "wrong"}


def test_a_healthy_demonstration_has_nothing_wrong(site: Site):
    told = dict(examine(site))
    assert {name: each.text for name, each in told.items() if each.state == "wrong"} == {}
    assert told["role"].state == ("ok" if site.database.is_sqlite else "look")


def test_a_document_that_was_changed_or_is_gone_is_told_when_they_are_all_read(
    a_document: str, site: Site
):
    assert "documents" not in states(site)
    assert dict(examine(site, documents=True))["documents"].state == "ok"

    place = site.settings.home / "documents" / a_document[:2] / a_document
    place.write_bytes(b"another")
    assert a_document in dict(examine(site, documents=True))["documents"].text
    place.unlink()
    assert dict(examine(site, documents=True))["documents"].state == "wrong"


def test_what_the_workers_found_damaged_is_wrong_without_reading_it(a_document: str, site: Site):
    content_checks.look(site.database, site.documents, NOON)
    (site.settings.home / "documents" / a_document[:2] / a_document).unlink()
    for at in (NOON + QUARTER, NOON + QUARTER + content_checks.EVERY):  # a turn may end between
        content_checks.look(site.database, site.documents, at)

    told = dict(examine(site))["contents"]

    assert told.state == "wrong"
    assert a_document in told.text


def test_a_newer_schema_is_wrong(site: Site):
    assert broken_by(site, "INSERT INTO alembic_version VALUES ('9999_engine')") == {
        "tables": "wrong"
    }


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        pytest.param("UPDATE instance SET event_count = event_count + 1", "number of events"),
        pytest.param("UPDATE human_task SET closed_at = created_at", "with one"),
        pytest.param("UPDATE instance SET state = 'finished'", "open task"),
        pytest.param("DELETE FROM event WHERE seq = 2", "without gaps"),
    ],
)
def test_rows_that_do_not_hold_together_are_told_by_the_rule(
    a_statement: None, site: Site, statement: str, rule: str
):
    assert "rows" in broken_by(site, statement)
    assert rule in dict(examine(site))["rows"].text


def test_a_case_that_nothing_moves_is_wrong(a_statement: None, site: Site):
    closed = "UPDATE human_task SET state = 'withdrawn', closed_at = created_at"
    jobs = "UPDATE job SET state = 'cancelled'"
    listens = "DELETE FROM subscription"
    assert "cases" in broken_by(site, closed, jobs, listens)


def test_a_case_that_lost_one_of_the_things_it_waits_for_is_wrong(a_statement: None, site: Site):
    assert "waits" in broken_by(
        site, "UPDATE human_task SET state = 'withdrawn', closed_at = created_at"
    )
    assert "divan case mend" in dict(examine(site))["waits"].text


def test_a_redis_that_does_not_answer_deserves_a_look_only(site: Site):
    jobs = JobSettings(redis_url="redis://127.0.0.1:1/0")
    told = dict(
        examine(dataclasses.replace(site, settings=dataclasses.replace(site.settings, jobs=jobs)))
    )
    assert told["redis"].state == "look"


def test_an_authority_nobody_renewed_and_roots_that_ended_are_told(site: Site, tmp_path: Path):
    """R-SIG-03: the demonstration is renewed at once; a root of the settings is not ours to."""
    assert dict(examine(site))["signing"].state == "ok"
    old = Authority(*founded("Old root", NOON - AUTHORITY_LASTS - timedelta(days=1)))
    roots = tmp_path / "roots.pem"
    roots.write_bytes(kit.pem_of(old, at=utc_now()))
    signing = dataclasses.replace(site.settings.signing, national=str(roots))
    settings = dataclasses.replace(site.settings, signing=signing)
    told = dict(examine(dataclasses.replace(site, settings=settings)))["signing"]
    assert (told.state, "Old root" in told.text) == ("wrong", True)

    with site.database.unit_of_work() as uow:
        uow.session.execute(delete(SigningAuthority))
        uow.session.add(
            SigningAuthority(
                certificate=old.certificate.public_bytes(Encoding.DER), sealed="", founded_at=NOON
            )
        )
        uow.commit()
    assert "no worker renewed it" in dict(examine(site))["signing"].text


def test_known_passwords_on_a_site_that_is_no_demonstration_are_wrong(site: Site):
    settings = dataclasses.replace(site.settings, demo=False)
    told = dict(examine(dataclasses.replace(site, settings=settings)))
    assert told["accounts"].state == "wrong"


def test_a_database_that_does_not_answer_hides_nothing_else(site: Site):
    away = dataclasses.replace(site, database=type(site.database)(_NOWHERE))
    told = dict(examine(away))
    assert told["database"].state == "wrong"
    assert told["disk"].state == "ok"


def test_no_secret_of_a_deployment_is_told(site: Site):
    url = f"postgresql+psycopg://nobody:{CANARY}@127.0.0.1:1/none"
    jobs = JobSettings(redis_url=f"redis://:{CANARY}@127.0.0.1:1/0")
    settings = dataclasses.replace(site.settings, jobs=jobs, database_url=url)
    ill = dataclasses.replace(site, settings=settings, database=type(site.database)(url))
    assert CANARY not in str(list(examine(ill)))


CANARY = "geheim-4711"
_NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def a_statement(site: Site, actor) -> None:
    """A statement the contractor has opened."""
    who = actor("contractor")
    uow = site.database.unit_of_work()
    with uow:
        contract = uow.session.scalar(text("SELECT id FROM contract LIMIT 1"))
    instances.start(uow, "interim_statement", {"contract_id": str(contract)}, actor=who, at=NOON)


@pytest.fixture
def a_document(a_statement: None, site: Site, actor) -> str:
    """The hash of a document in its file."""
    with site.documents.receive(100) as incoming:
        incoming.write(b"measured")
        site.documents.keep(incoming)
        content = documents.Content("sheet.txt", "txt", 8, incoming.sha256, scanned=False)
    with site.database.reader() as session:
        case = session.scalars(select(instance_table.c.id)).one()
    documents.attach(
        site.database.unit_of_work(),
        case,
        [content],
        actor=actor("contractor"),
        at=NOON,
        limits=site.settings.documents,
    )
    return content.sha256
