"""Clients that post and wait for the answer, each a process of its own with one connection."""

from __future__ import annotations

import http.client
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Load:
    """What is posted where."""

    port: int
    paths: Sequence[str]
    content: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """Latencies in milliseconds, and answers per second of all clients together."""

    p50: float
    p95: float
    per_second: float


def post_all(load: Load, clients: int) -> Measured:
    """Post every path once, shared among clients, and measure.

    Raises:
        RuntimeError: an answer was not 2xx; figures of refusals are worth nothing.
    """
    shares = [load.paths[at::clients] for at in range(clients)]
    context = multiprocessing.get_context("fork")
    with context.Pool(clients) as pool:
        began = time.perf_counter()
        arguments = [(load.port, share, load.content, dict(load.headers)) for share in shares]
        parts = pool.starmap(_post, arguments)
        took = time.perf_counter() - began
    latencies = sorted(each for part in parts for each in part)
    return Measured(
        round(median(latencies), 3),
        round(quantiles(latencies, n=20)[-1], 3),
        round(len(latencies) / took, 1),
    )


def _post(port: int, paths: Sequence[str], content: str, headers: Mapping[str, str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took = []
    for path in paths:
        began = time.perf_counter()
        connection.request("POST", path, content.encode(), dict(headers))
        answer = connection.getresponse()
        told = answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {told[:300]!r}")
    connection.close()
    return took
