"""Hosts whose clocks disagree: the database's counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from engine.storage import clock
from engine.storage.clock import DatabaseClock

REAL = datetime
SLACK = timedelta(seconds=1)  #: beside the time that passes meanwhile, on a machine of any speed


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_host_whose_clock_is_wrong_goes_by_the_databases(bare_database, monkeypatch, minutes):
    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None):
            return REAL.now(tz) + timedelta(minutes=minutes)

    monkeypatch.setattr(clock, "datetime", Wrong)
    tell = DatabaseClock(bare_database)

    before = REAL.now(UTC)
    told = tell()
    assert before - SLACK < told < REAL.now(UTC) + SLACK


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_time_goes_on_while_the_database_is_away(bare_database, monkeypatch):
    tell = DatabaseClock(bare_database)
    first, began = tell(), time.monotonic()
    monkeypatch.setattr(clock, "TRUSTED", 0.0)
    monkeypatch.setattr(tell, "_ask", lambda: None)

    told = tell()
    assert first < told < first + timedelta(seconds=time.monotonic() - began) + SLACK
