"""Traces: continued, begun, and carried; lines: one JSON object each."""

import json
import subprocess
import sys

import pytest

from services.runtime.telemetry import current_traceparent, span, trace_id

INCOMING = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_span_continues_the_trace_it_came_in_with() -> None:
    with span("work", INCOMING) as traceparent:
        assert current_traceparent() == traceparent

    assert trace_id(traceparent) == trace_id(INCOMING)
    assert traceparent != INCOMING
    assert current_traceparent() == ""


@pytest.mark.parametrize(
    "incoming",
    [
        "",
        "x",
        INCOMING.upper(),
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        "01" + INCOMING[2:],
        INCOMING + "\n",
    ],
)
def test_what_is_no_traceparent_begins_a_trace(incoming: str) -> None:
    with span("work", incoming) as traceparent:
        pass

    assert len(traceparent) == len(INCOMING)
    assert trace_id(traceparent) not in incoming


def test_linked_work_begins_a_trace_of_its_own() -> None:
    with span("replay", INCOMING, linked=True) as traceparent:
        pass

    assert trace_id(traceparent) != trace_id(INCOMING)


def test_spans_within_spans_share_their_trace() -> None:
    with span("outer") as outer:
        with span("inner", outer) as inner:
            pass

        assert current_traceparent() == outer

    assert trace_id(inner) == trace_id(outer)


def run(program: str) -> str:
    """Run a program in a process of its own: providers and log handlers are global."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_every_line_is_one_object_with_service_and_trace() -> None:
    lines = run("""
import logging, structlog
from services.runtime.telemetry import configure_logs, span
configure_logs("fleet", "1.2", "INFO")
with span("work", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
    structlog.get_logger().info("done", vehicles=3)
    structlog.get_logger().debug("unseen")
    logging.getLogger("library").warning("of %s", "theirs")
try:
    1 / 0
except ZeroDivisionError as error:
    structlog.get_logger().error("broken", exc_info=error)
""").splitlines()

    done, theirs, broken = map(json.loads, lines)

    assert (done["event"], done["vehicles"], done["level"]) == ("done", 3, "info")
    assert (done["svc"], done["ver"]) == ("fleet", "1.2")
    assert done["trace"] == theirs["trace"] == "0af7651916cd43dd8448eb211c80319c"
    assert (theirs["event"], theirs["logger"]) == ("of theirs", "library")
    assert "ZeroDivisionError" in broken["exception"]


def test_exported_spans_join_and_link_the_same_traces() -> None:
    told = json.loads(
        run("""
import asyncio, json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from services.runtime.rpc.gate import in_span
from services.runtime.telemetry import current_traceparent, span
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)
incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
with span("child", incoming) as child: pass
with span("linked", incoming, linked=True) as linked: pass
class Context:
    def invocation_metadata(self): return (("traceparent", incoming),)
async def serve(body, context): return current_traceparent()
called = asyncio.run(in_span("/service/Method", serve)(b"", Context()))
first, second, third = spans.get_finished_spans()
cause = second.links[0].context
ids = [f"{first.parent.span_id:x}", f"{cause.span_id:x}"]
print(json.dumps([child, linked, *ids, not second.parent, called, third.name]))
""")
    )

    child, linked, parent_id, link_id, is_root, called, name = told
    assert trace_id(child) == trace_id(INCOMING)
    assert trace_id(linked) != trace_id(INCOMING)
    assert parent_id == link_id == "b7ad6b7169203331"
    assert is_root
    assert trace_id(called) == trace_id(INCOMING)
    assert name == "/service/Method"
