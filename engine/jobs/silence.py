"""Whether Redis answers, for those who ask what is wrong with a deployment."""

from __future__ import annotations

PATIENCE = 2.0  #: seconds


def why_silent(url: str) -> str | None:
    """Return what is said when Redis is asked; ``None`` when it answers."""
    from redis import Redis, RedisError  # noqa: PLC0415 - who has none, pays nothing

    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        return type(error).__name__
    return None
