"""Workers of several hosts that look for work at the same moment."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from engine.commands import jobs, upkeep
from engine.model.base import new_id
from engine.model.job import Job, JobKind
from engine.storage import leases
from engine.storage.leases import Claimant

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_looks_while_another_claims_a_long_job_finds_the_next(bare_database):
    ids = [new_id() for _ in range(3)]
    with bare_database.unit_of_work() as uow:
        uow.plan(
            [Job(each, None, JobKind.SERVICE, each.hex, "", "s", "t", NOON, NOON) for each in ids]
        )
        uow.commit()

    with bare_database.unit_of_work() as one, bare_database.unit_of_work() as other:
        first = leases.claim(one.session, NOON, Claimant("one"))
        second = leases.claim(other.session, NOON, Claimant("other"))

    assert [each.id for each in (*first, *second)] == ids[:2]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_host_cut_off_in_a_sign_of_life_keeps_no_other_job_from_being_taken_over(bare_database):
    ids = [new_id() for _ in range(2)]
    with bare_database.unit_of_work() as uow:
        uow.plan(
            [Job(each, None, JobKind.SERVICE, each.hex, "", "s", "t", NOON, NOON) for each in ids]
        )
        uow.commit()
    held, other = (jobs.claim(bare_database.unit_of_work(), NOON) for _ in ids)
    assert held is not None
    assert other is not None
    later = NOON + timedelta(minutes=1)

    with bare_database.unit_of_work() as silent:  # its commit never comes through
        leases.extend(silent.session, held.id, held.fence, later)
        began = time.monotonic()
        assert upkeep.make_round(bare_database, later)
        took = time.monotonic() - began
        taken_over = jobs.claim(bare_database.unit_of_work(), later)

    assert took < 8  # who waits for a held row waits ten
    assert taken_over is not None
    assert taken_over.id == other.id
