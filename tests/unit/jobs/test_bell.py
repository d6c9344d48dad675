"""The doorbell: it carries ids and nothing else, and nobody needs it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from engine.jobs.bell import LocalBell
from engine.jobs.redis_bell import ENTRY, QUEUE, RedisBell, Rung
from tests.kit.redis import RedisServer
from tests.kit.server import free_port


@pytest.fixture
def bell(redis_server: RedisServer) -> Iterator[RedisBell]:
    """A bell over a real Redis."""
    made = RedisBell(redis_server.url, in_flight=3)
    yield made
    made.close()


def test_a_ring_brings_the_id_of_the_job(bell):
    job = uuid4()

    bell.ring([job])

    assert (bell.wait(1), bell.wait(1)) == (job, None)


def test_a_job_rung_twice_is_heard_once_and_can_be_rung_again_after_that(bell):
    job = uuid4()
    bell.ring([job])
    bell.ring([job])
    assert (bell.wait(1), bell.wait(1)) == (job, None)

    bell.ring([job])

    assert bell.wait(1) == job


def test_no_more_rings_are_in_flight_than_allowed(bell, redis_server):
    bell.ring([uuid4() for _ in range(2)])
    bell.ring([uuid4() for _ in range(9)])

    with redis_server.client() as client:
        assert client.llen(f"rq:queue:{QUEUE}") == 3


def test_what_is_heard_leaves_nothing_behind(bell, redis_server):
    bell.ring([uuid4()])
    bell.wait(1)

    with redis_server.client() as client:
        assert set(client.keys("*")) == {b"rq:queues"}


@pytest.mark.parametrize(
    ("function", "arguments", "named"),
    [
        pytest.param("os.system", ["true"], {}, id="another function"),
        pytest.param(ENTRY, ["x; DROP TABLE job"], {}, id="no id"),
        pytest.param(ENTRY, [str(uuid4()), "more"], {}, id="more arguments"),
        pytest.param(ENTRY, [], {}, id="no argument"),
        pytest.param(ENTRY, [str(uuid4())], {"a": 1}, id="a named argument"),
    ],
)
def test_an_entry_that_asks_for_anything_else_is_refused(
    bell, redis_server, function, arguments, named
):
    queue = Queue(QUEUE, connection=redis_server.client(), serializer=JSONSerializer)
    queue.enqueue(function, args=arguments, kwargs=named)
    honest = uuid4()
    bell.ring([honest])

    assert (bell.wait(1), bell.wait(1)) == (None, honest)
    forged = Rung.create(
        function, arguments, named, connection=queue.connection, serializer=JSONSerializer
    )
    with pytest.raises(ValueError, match=r"cannot be read|asks for"):
        forged.perform()


def test_a_pickle_is_not_opened(bell, redis_server, tmp_path):
    crater = tmp_path / "crater"

    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(crater),)

    queue = Queue(QUEUE, connection=redis_server.client())  # RQ's own serializer is pickle
    queue.enqueue(ENTRY, Bomb())

    assert bell.wait(1) is None
    assert not crater.exists()


@pytest.mark.parametrize("broken", ["absent", "killed", "read-only", "full"])
def test_a_broken_redis_is_no_error_and_costs_little_time(bell, redis_server, broken):
    bell.ring([uuid4()])
    bell.wait(1)
    with redis_server.client() as client:
        if broken == "read-only":
            client.replicaof("127.0.0.1", str(free_port()))
        elif broken == "full":
            client.config_set("maxmemory", "1")
            client.config_set("maxmemory-policy", "noeviction")
    if broken == "killed":
        redis_server.kill()
    tried = RedisBell("redis://127.0.0.1:1/0") if broken == "absent" else bell

    began = time.monotonic()
    for _ in range(50):
        tried.ring([uuid4()])
    rung = time.monotonic() - began
    heard = tried.wait(1)

    assert rung < 10.0  # fifty that waited would be twenty-five
    assert heard is None
    assert time.monotonic() - began - rung < 4.5  # who waits for an answer waits five


def test_a_redis_that_was_emptied_and_came_back_is_heard_again(bell, redis_server, monkeypatch):
    monkeypatch.setattr("engine.jobs.redis_bell._REST", 0.0)
    redis_server.kill()
    bell.ring([uuid4()])
    redis_server.start()
    with redis_server.client() as client:
        client.flushall()
    job = uuid4()

    bell.ring([job])

    assert bell.wait(1) == job


def test_a_ring_within_the_process_is_not_missed_by_who_listens_later():
    bell = LocalBell()
    bell.ring([uuid4()])

    began = time.monotonic()
    bell.wait(60)
    heard = time.monotonic() - began
    bell.wait(0.05)

    assert heard < 30.0  # missed, it would be sixty
    assert time.monotonic() - began < 50.0
