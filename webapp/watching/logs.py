"""Log lines: fields that are on the list and no others, for people or for machines.

What people wrote never reaches a log. So an unexpected error is told by its kind and the
places it passed, without its message, which may quote an answer, a token or a password;
the messages of errors of the system (no route, no space) say nothing of that kind and
stay. The whole message of a job's error stands in its incident, for those who may see it.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.types import Processor

from engine.settings import LogSettings

#: what a line may carry, beside the name of the event
FIELDS: Final = frozenset(
    {"at", "command", "count", "error", "event", "instance", "job", "kind", "level", "logger"}
    | {"method", "ms", "name", "places", "request", "route", "status", "task", "topic", "why"}
    | {"worker"}
)
_PLACES: Final = 12  #: innermost places of an error that are told


def configure(settings: LogSettings) -> None:
    """Write log lines to standard error from now on, those of libraries too."""
    level = getattr(logging, settings.level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        tell_error,
        only_listed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # those made before this moment obey it too
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def only_listed(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {
        name: value
        for name, value in event.items()
        if name in FIELDS or name.startswith("_")  # the formatter's own
    }


def tell_error(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell an error by kind and places, and by its message only when the system wrote it."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = _kind(error)
        event["places"] = [
            f"{each.filename.rpartition('site-packages/')[2]}:{each.lineno} {each.name}"
            for each in traceback.extract_tb(error.__traceback__)[-_PLACES:]
        ]
        if isinstance(error, OSError) and error.strerror:
            event["why"] = error.strerror
    elif isinstance(event.get("error"), str):
        event["error"] = event["error"].partition("(")[0]  # a repr quotes what it was given
    return event


def _kind(error: BaseException) -> str:
    kinds = [type(error).__name__]
    while (error := error.__cause__ or error.__context__) is not None and len(kinds) < 5:  # type: ignore[assignment]
        kinds.append(type(error).__name__)
    return " < ".join(kinds)


def _renderer(settings: LogSettings) -> Processor:
    wanted = settings.format
    if wanted == "auto":
        wanted = "console" if sys.stderr.isatty() else "json"
    if wanted == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(ensure_ascii=False)
