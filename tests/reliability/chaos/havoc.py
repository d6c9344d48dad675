"""What happens to a city: who is killed, paused or emptied, and when, by one seed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from redis import RedisError

from engine.commands.upkeep import EVERY
from tests.reliability.chaos.city import LEASE, City

#: how often each comes, by weight; what a city has not got is left out
USUAL: Mapping[str, float] = {
    "kill a worker": 10,
    "kill all workers": 1,
    "kill the pages": 4,
    "kill PostgreSQL": 3,
    "kill PostgreSQL twice": 2,
    "kill Redis": 3,
    "pause a worker": 3,
    "empty Redis": 2,
    "fill Redis": 1,
}


class Havoc:
    """One thread that does harm every few seconds and repairs it a moment later."""

    def __init__(
        self,
        city: City,
        *,
        every: float,
        kills: int,
        pauses: int = 0,
        weights: Mapping[str, float] = USUAL,
    ) -> None:
        """Do harm until there were so many kills and pauses, ``every`` so many seconds."""
        self._city = city
        self._every = every
        self._wanted = kills, pauses
        self._chance = random.Random(city.plan.seed)
        self._ways = {name: way for name, way in self._all_ways().items() if weights.get(name)}
        self._weights = [weights[name] for name in self._ways]
        self.done: Counter[str] = Counter()
        self.kills = 0
        self.pauses = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def begin(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Tell whether there was as much as was wanted."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Stop, with everything repaired."""
        self._over.set()
        self._thread.join(120)
        self._city.revive()

    def _work(self) -> None:
        kills, pauses = self._wanted
        while self.kills < kills or self.pauses < pauses:
            if self._over.wait(self._every * self._chance.uniform(0.5, 1.5)):
                return
            name = self._chance.choices([*self._ways], self._weights)[0]
            self.done[name] += 1
            self._ways[name]()
            self._over.wait(self._chance.uniform(0.1, 1.0))
            self._city.revive()

    def _all_ways(self) -> dict[str, Callable[[], None]]:
        ways = {
            "kill a worker": self._kill_worker,
            "kill all workers": self._kill_workers,
            "kill the pages": self._kill_pages,
            "pause a worker": self._pause_worker,
        }
        if self._city.postgres is not None:
            ways["kill PostgreSQL"] = self._kill_postgres
            ways["kill PostgreSQL twice"] = self._kill_postgres_in_recovery
        if self._city.redis is not None:
            ways["kill Redis"] = self._kill_redis
            ways["empty Redis"] = self._empty_redis
            ways["fill Redis"] = self._fill_redis
        return ways

    def _kill_worker(self) -> None:
        self._chance.choice(self._city.workers).kill()
        self.kills += 1

    def _kill_workers(self) -> None:
        for each in self._city.workers:
            each.kill()
            self.kills += 1

    def _kill_pages(self) -> None:
        self._city.web.kill()
        self.kills += 1

    def _pause_worker(self) -> None:
        """Let one sleep until others have what it had; `City.revive` wakes it."""
        self.pauses += 1
        self._chance.choice(self._city.workers).pause()
        self._over.wait((LEASE + EVERY).total_seconds() + 2)

    def _kill_postgres(self) -> None:
        assert self._city.postgres is not None
        self._city.postgres.kill()
        self.kills += 1

    def _kill_postgres_in_recovery(self) -> None:
        """Kill it, and once more while it repairs itself and workers make their rounds."""
        assert self._city.postgres is not None
        self._kill_postgres()
        self._city.postgres.start(wait=False)
        time.sleep(self._chance.uniform(0.05, 0.5))
        self._kill_postgres()

    def _kill_redis(self) -> None:
        assert self._city.redis is not None
        self._city.redis.kill()
        self.kills += 1

    def _empty_redis(self) -> None:
        assert self._city.redis is not None
        self._city.redis.tell("FLUSHALL")

    def _fill_redis(self) -> None:
        assert self._city.redis is not None
        try:
            self._city.redis.tell("CONFIG", "SET", "maxmemory", "1")
            self._over.wait(1.0)
            self._city.redis.tell("CONFIG", "SET", "maxmemory", "0")
        except RedisError:
            self._city.redis.kill()
