"""One log line and one observation for every call."""

from typing import Final

import structlog
from grpc import StatusCode
from prometheus_client import CollectorRegistry, Histogram
from structlog.typing import FilteringBoundLogger

from services.runtime.auth.permissions import Kind
from services.runtime.rpc.call import Call, Method

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class Journal:
    """Where every call is noted when it ends. Reads that went well are noted in the debug log."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.log: FilteringBoundLogger = structlog.get_logger()
        self._seconds = Histogram(
            "makeready_rpc_seconds",
            "Time from the arrival of a call to its end.",
            ("method", "code"),
            buckets=SECONDS,
            registry=registry,
        )
        self._children: dict[tuple[str, StatusCode], Histogram] = {}

    def note(self, call: Call, code: StatusCode) -> None:
        """Note the end of a call."""
        seconds = call.seconds()
        self._child(call.method, code).observe(seconds)
        if code is StatusCode.OK and call.method.permission.kind is not Kind.WRITE:
            self.log.debug("rpc", **_fields(call, code, seconds))
        else:
            self.log.info("rpc", **_fields(call, code, seconds))

    def _child(self, method: Method, code: StatusCode) -> Histogram:
        child = self._children.get((method.name, code))
        if child is None:
            child = self._seconds.labels(method.name, code.name)
            self._children[method.name, code] = child
        return child


def _fields(call: Call, code: StatusCode, seconds: float) -> dict[str, str | float]:
    caller = call.caller
    return {
        "method": call.method.path,
        "code": code.name,
        "ms": round(seconds * 1000, 1),
        "subject": caller.subject_hash if caller else "",
        "org": caller.orgs_label if caller else "",
        "request_id": call.request_id,
    }
