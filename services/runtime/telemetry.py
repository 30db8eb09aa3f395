"""Traces and logs: which request a line, an event or a statement belongs to.

Every request and every batch of events has a trace, exported or not; spans leave the process only
when OTEL_EXPORTER_OTLP_ENDPOINT is set (services/runtime/export.py).
"""

import json
import logging
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, Processor, WrappedLogger

# W3C Trace Context, version 00; all zeros name nothing.
TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
TRACE_ID: Final = slice(3, 35)
# Kept: json.dumps would build an encoder for every line.
ENCODER: Final = json.JSONEncoder(default=str, ensure_ascii=False)
PROPAGATOR: Final = TraceContextTextMapPropagator()

_current: ContextVar[str] = ContextVar("traceparent", default="")


def current_traceparent() -> str:
    """Return the traceparent of the work in hand; empty outside any."""
    return _current.get()


def trace_id(traceparent: str) -> str:
    """Return the 32 hex digits of the trace; empty when there is none."""
    return traceparent[TRACE_ID]


def continue_trace(incoming: str) -> str:
    """Make the work in hand part of the caller's trace, or of a new one if `incoming` is none."""
    if TRACEPARENT.fullmatch(incoming):
        traceparent = f"{incoming[:36]}{random.getrandbits(64) or 1:016x}{incoming[52:]}"
    else:
        traceparent = (
            f"00-{random.getrandbits(128) or 1:032x}-{random.getrandbits(64) or 1:016x}-01"
        )
    _current.set(traceparent)
    return traceparent


def is_exporting() -> bool:
    """Whether this process sends its spans anywhere."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def exporting(service: str, version: str, endpoint: str) -> Iterator[None]:
    """Send spans to the collector at `endpoint` while the block runs; to none if it is empty."""
    if not endpoint:
        yield
        return
    # Half a second of imports, for those who asked for it.
    from services.runtime.export import export_spans  # noqa: PLC0415

    provider = export_spans(service, version, endpoint)
    try:
        yield
    finally:
        provider.shutdown()


@contextmanager
def span(name: str, incoming: str = "", *, linked: bool = False) -> Iterator[str]:
    """Run the block as one span and yield its traceparent.

    The span is a child of `incoming`, or only linked to it: what replays or gathers many causes
    starts a trace of its own, so that traces end.
    """
    if is_exporting():
        with _exported(name, incoming, linked=linked) as traceparent:
            yield traceparent
        return
    token = _current.set("")
    try:
        yield continue_trace("" if linked else incoming)
    finally:
        _current.reset(token)


@contextmanager
def _exported(name: str, incoming: str, *, linked: bool) -> Iterator[str]:
    cause = PROPAGATOR.extract({"traceparent": incoming})
    links = [trace.Link(trace.get_current_span(cause).get_span_context())] if linked else []
    tracer = trace.get_tracer("makeready")
    parent = None if linked else cause
    with tracer.start_as_current_span(name, parent, links=links):
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        token = _current.set(carrier["traceparent"])
        try:
            yield carrier["traceparent"]
        finally:
            _current.reset(token)


def configure_logs(service: str, version: str, level: str) -> None:
    """Write one JSON object a line to standard output, from structlog and from libraries alike."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        _Named(service, version),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_line)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(serializer=_line),
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _line(event: EventDict, **_: object) -> str:
    return ENCODER.encode(event)


class _Named:
    """Adds to every line whose it is and which trace it belongs to."""

    def __init__(self, service: str, version: str) -> None:
        self._service = service
        self._version = version

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["svc"] = self._service
        event["ver"] = self._version
        if traceparent := _current.get():
            event.setdefault("trace", trace_id(traceparent))
        return event
