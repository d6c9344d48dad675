"""Who watches a process: figures always, spans where a collector is set."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from engine.settings import LogSettings, SettingsRefused
from webapp.watching.figures import Figures

if TYPE_CHECKING:
    from webapp.watching.spans import Spans


class Watching:
    """What the engine tells goes to figures and spans (`engine.watch.Watcher`)."""

    def __init__(self, spans: Spans | None = None) -> None:
        self.figures = Figures()
        self._spans = spans

    def span(
        self, name: str, facts: Mapping[str, str], trace: str | None
    ) -> AbstractContextManager[Any]:
        """Return what surrounds one piece of work."""
        return nullcontext() if self._spans is None else self._spans.span(name, facts, trace)

    def trace(self) -> str | None:
        """Return the trace of the work at hand."""
        return self._spans.trace() if self._spans is not None else None

    def took(self, what: str, seconds: float, **labels: str) -> None:
        """Count one more that took so long."""
        self.figures.took(what, seconds, **labels)

    def happened(self, what: str, **labels: str) -> None:
        """Count one more."""
        self.figures.happened(what, **labels)

    def close(self) -> None:
        """Send what is left."""
        if self._spans is not None:
            self._spans.close()


def watching(settings: LogSettings) -> Watching:
    """Return who watches, as the settings say.

    Raises:
        SettingsRefused: a collector is set, but the packages for spans are not installed.
    """
    return Watching(_spans(settings.otlp_endpoint) if settings.otlp_endpoint else None)


def _spans(endpoint: str) -> Spans:
    try:
        from webapp.watching.spans import Spans  # noqa: PLC0415 - nobody else pays for it
    except ImportError as missing:
        raise SettingsRefused(
            [f"DIVAN_OTLP_ENDPOINT needs the packages of divan[otel]: no {missing.name}"]
        ) from None
    return Spans(endpoint)
