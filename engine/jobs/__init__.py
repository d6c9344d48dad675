"""Runs jobs. The row in the database is the truth; a bell only wakes a worker sooner."""

from engine.jobs.run import run, run_due, run_next
from engine.jobs.silence import why_silent
from engine.jobs.worker import Worker, bell_of, utc_now

__all__ = ["Worker", "bell_of", "run", "run_due", "run_next", "utc_now", "why_silent"]
