"""Workers of several hosts that look for work at the same moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

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
