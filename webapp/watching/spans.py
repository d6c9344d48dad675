"""Spans for OpenTelemetry, sent to a collector over OTLP; only where one is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PARENT = "traceparent"


class Spans:
    """Makes spans and sends them; made after a fork, since a thread of its own sends."""

    def __init__(self, endpoint: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "divan"}))
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("divan")

    @contextmanager
    def span(self, name: str, facts: Mapping[str, str], trace: str | None) -> Iterator[object]:
        """Surround one piece of work; an error is told by its kind, never by its message."""
        context = extract({_PARENT: trace}) if trace else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            attributes={f"divan.{key}": each for key, each in facts.items()},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def trace(self) -> str | None:
        """Return the trace of the work at hand."""
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        return carrier.get(_PARENT)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
