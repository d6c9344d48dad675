"""The bell that every worker of a site hears: RQ carries the ids of jobs, and nothing else.

Imported only where a Redis is set: its client and RQ take a twentieth of a start, and
most sites have none.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DequeueTimeout, DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from engine.jobs.bell import RING_AGAIN

log = structlog.get_logger()

QUEUE: Final = "divan"
_REST: Final = 5.0  #: seconds a Redis that failed is left alone by those who commit


class RingRefused(ValueError):
    """Something in the queue asks for more than to run one job of ours."""


class Rung(Job):
    """An entry of the queue: the id of a job, for the one function there is.

    Whoever can write to Redis chooses the function an RQ worker calls; here there is no
    choice, and nothing of an entry is unpickled (`docs/adr`, ADR 8).
    """

    @property
    def func(self) -> Any:
        """Return the entry point; whatever else the entry names is refused."""
        self.rings_for  # noqa: B018 - reading it is the check
        return ring_of

    @property
    def rings_for(self) -> UUID:
        """The job to run.

        Raises:
            RingRefused: the entry is none of ours.
        """
        try:
            name, (told,) = self.func_name, self.args
            asked = UUID(told)
        except Exception as error:  # the content is anybody's
            raise RingRefused(f"entry {self.id} cannot be read") from error
        if name != ENTRY or self.kwargs or self.instance is not None:
            raise RingRefused(f"entry {self.id} asks for {name!r}")
        return asked


def ring_of(job_id: str) -> UUID:
    """Return the job an entry rings for: all that an entry can do."""
    return UUID(job_id)


ENTRY: Final = f"{ring_of.__module__}.{ring_of.__qualname__}"


class RedisBell:
    """Heard by every worker of the site: RQ carries the ids of jobs, and nothing else.

    At most ``in_flight`` rings lie in the queue; a worker that answers one looks for more
    work itself, so the rest need none.
    """

    def __init__(self, url: str, in_flight: int = 200) -> None:
        self._in_flight = in_flight
        # those who commit do not wait for Redis; those who listen wait there on purpose
        self._ringing = _queue(url, timeout=0.5)
        self._listening = _queue(url, timeout=5.0)
        self._silent_until = 0.0

    def ring(self, job_ids: Sequence[UUID]) -> None:
        """Put ids into the queue unless it is full or they lie there already."""
        if time.monotonic() < self._silent_until:
            return
        try:
            free = self._in_flight - self._ringing.count
            for each in job_ids[: max(free, 0)]:
                self._ring_one(each)
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + _REST
            log.warning("bell.silent", error=repr(error))

    def _ring_one(self, job_id: UUID) -> None:
        told = str(job_id)
        entry = self._ringing.create_job(
            ENTRY, args=(told,), job_id=told, ttl=RING_AGAIN, description="a job is ready"
        )
        with contextlib.suppress(DuplicateJobError):  # rung already, not yet answered
            self._ringing.enqueue_job(entry, unique=True)

    def wait(self, seconds: float) -> UUID | None:
        """Take the next id from the queue; without Redis just let the time pass."""
        began = time.monotonic()
        try:
            return self._take(max(1, round(seconds)))
        except DequeueTimeout:
            return None
        except RingRefused as refused:
            log.warning("bell.refused", why=str(refused))
            return None
        except (RedisError, OSError, ValueError, TypeError) as error:
            log.warning("bell.deaf", error=repr(error))
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            return None

    def close(self) -> None:
        """Hang up, and ring no more."""
        self._silent_until = math.inf
        for each in (self._ringing, self._listening):
            each.connection.connection_pool.disconnect()

    def _take(self, seconds: int) -> UUID | None:
        queue = self._listening
        found = Queue.dequeue_any(
            [queue], seconds, queue.connection, job_class=Rung, serializer=JSONSerializer
        )
        if found is None:
            return None
        entry = found[0]
        with queue.connection.pipeline(transaction=False) as pipeline:
            pipeline.delete(entry.key)
            pipeline.lrem(queue.intermediate_queue_key, 1, entry.id)
            pipeline.execute()
        assert isinstance(entry, Rung)
        return entry.rings_for


def _queue(url: str, timeout: float) -> Queue:
    connection = Redis.from_url(
        url,
        socket_connect_timeout=min(timeout, 1.0),
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )
    return Queue(QUEUE, connection=connection, job_class=Rung, serializer=JSONSerializer)
