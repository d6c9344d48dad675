"""Watching a running site: log lines, figures for Prometheus, spans for OpenTelemetry."""
