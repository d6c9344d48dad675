"""Secrets: sealed in the database, told to the one system they are for, and to nobody else."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import inspect, select

from engine.commands import connections
from engine.errors import NotFound
from engine.jobs import run_due
from engine.model.base import Base
from engine.model.connection import ConnectionRefused, Secret
from engine.storage.connections import opened_secrets
from engine.storage.database import Database
from engine.storage.vault import SecretUnreadable, Vault
from tests.kit import paying
from tests.kit.bank import Bank
from tests.kit.paying import NOON, VAULT, always
from tests.kit.sites import Clock

pytestmark = pytest.mark.both_databases

CANARY = "canary-5d1f7c0e"
BEARER = {"Authorization": "Bearer {bank_token}"}


@pytest.fixture
def database(bare_database: Database) -> Iterator[Database]:
    """A database in which the process is deployed."""
    paying.deploy(bare_database)
    with paying.patient_for(0.3):
        yield bare_database


@pytest.fixture
def bank() -> Iterator[Bank]:
    opened = Bank()
    yield opened
    opened.close()


def _set(database: Database, name: str = "bank_token", vault: Vault = VAULT) -> None:
    connections.set_secret(database.unit_of_work(), name, CANARY, vault, at=NOON)


def _whole_database(database: Database) -> str:
    with database.reader() as session:
        there = set(inspect(database.engine).get_table_names())
        tables = [each for each in Base.metadata.sorted_tables if each.name in there]
        return "".join(str(session.execute(select(each)).all()) for each in tables)


@pytest.mark.parametrize("fault", ["none", "reset", "error after", "refused", "timeout after"])
def test_the_bank_hears_the_secret_and_no_log_error_or_table_does(
    database, bank, fault, capsys, caplog
):
    _set(database)
    paying.connect(database, bank, "idempotent", headers=BEARER)
    paying.start(database, 5)
    bank.fault = always(fault)
    heard = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard))
    try:
        with caplog.at_level(logging.DEBUG):
            for hours in range(5):
                run_due(database, Clock(NOON + timedelta(hours=hours)))
    finally:
        structlog.reset_defaults()

    assert bank.headers[0]["authorization"] == f"Bearer {CANARY}"
    printed = capsys.readouterr()
    for sink in (
        heard.getvalue(),
        caplog.text,
        printed.out,
        printed.err,
        _whole_database(database),
    ):
        assert CANARY not in sink


def test_a_secret_is_sealed_and_opens_with_the_sites_key_only(database):
    _set(database)

    with database.reader() as session:
        [row] = session.scalars(select(Secret))
        assert CANARY not in row.sealed + repr(row) + repr(VAULT)
        assert opened_secrets(session, ["bank_token"], VAULT) == {"bank_token": CANARY}
        with pytest.raises(SecretUnreadable) as other:
            opened_secrets(session, ["bank_token"], Vault([b"another key, as random as that"]))
        with pytest.raises(SecretUnreadable, match="divan secret set"):
            opened_secrets(session, ["nothing"], VAULT)
    assert CANARY not in str(other.value)


def test_the_key_is_changed_by_sealing_everything_anew(database):
    _set(database)
    new = b"the site's new key, not used before"

    both = Vault([new, b"a site's own key, for tests only"])
    assert connections.reseal_secrets(database.unit_of_work(), both, at=NOON) == 1

    with database.reader() as session:
        assert opened_secrets(session, ["bank_token"], Vault([new]))["bank_token"] == CANARY
        with pytest.raises(SecretUnreadable):
            opened_secrets(session, ["bank_token"], VAULT)


def test_a_connection_without_its_secret_or_without_anybody_who_set_it_up_is_an_incident(
    database, bank
):
    paying.start(database, 5)
    for hours in range(5):
        run_due(database, Clock(NOON + timedelta(hours=hours)))
    paying.connect(database, bank, "idempotent", headers=BEARER)
    paying.start(database, 6)
    for hours in range(5, 10):
        run_due(database, Clock(NOON + timedelta(hours=hours)))

    assert {each.code for each in paying.incidents(database)} == {"GEN-CONNECTION", "GEN-SECRET"}
    assert (bank.calls, paying.effects(database)) == ([], [])


@pytest.mark.parametrize("given", ["", "two\nlines", "nul\0", "x" * 8193])
def test_what_is_no_secret_is_refused_without_being_told(database, given):
    with pytest.raises(ValueError, match="secret is one line") as refused:
        connections.set_secret(database.unit_of_work(), "bank_token", given, VAULT, at=NOON)

    assert not given or given not in str(refused.value)


def test_what_is_taken_away_is_gone_and_what_was_never_there_is_said(database, bank):
    _set(database)
    paying.connect(database, bank, "neither")
    uow = database.unit_of_work()

    connections.remove(uow, "bank")
    connections.remove_secret(uow, "bank_token", at=NOON)

    with pytest.raises(NotFound):
        connections.remove(uow, "bank")
    with pytest.raises(NotFound):
        connections.remove_secret(uow, "bank_token", at=NOON)
    with pytest.raises(ConnectionRefused):
        connections.put(uow, "no name", "smoke", {}, at=NOON)
