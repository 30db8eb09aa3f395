"""The way in, the same for every call: whose trace, who calls, how often, may they, what for."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from google.protobuf.message import Message

from services.runtime.auth.tokens import TokenDuplicate, Verifier
from services.runtime.rpc.call import Call, Context
from services.runtime.rpc.limits import RateLimiter
from services.runtime.rpc.validation import Decoder
from services.runtime.telemetry import continue_trace, current_traceparent, span

T = TypeVar("T")

Serve: TypeAlias = Callable[[bytes, Context], Awaitable[T]]


class Gate:
    """Lets a call in, or raises the refusal it is to be answered with."""

    def __init__(self, verifier: Verifier, rate: RateLimiter) -> None:
        self.verifier = verifier
        self._rate = rate

    def admit(self, call: Call, decoder: Decoder, body: bytes, context: Context) -> Message:
        """Return the decoded and valid request of a caller who may make it."""
        call.caller = self.verifier.caller(_authorization(context))
        self._rate.spend(call.caller.scope.subject)
        call.method.permission.check(call.method.name, call.caller.scope.roles)
        return decoder.decode(body)


def _authorization(context: Context) -> str | None:
    """Return the call's one authorization value, and join the caller's trace on the way."""
    found: str | None = None
    traceparent = ""
    for key, value in context.invocation_metadata() or ():
        if key == "authorization":
            if found is not None:
                raise TokenDuplicate("more than one access token")
            found = str(value)
        elif key == "traceparent":
            traceparent = str(value)
    # There is one already where spans are exported.
    if not current_traceparent():
        continue_trace(traceparent)
    return found


def in_span(path: str, serve: Serve[T]) -> Serve[T]:
    """Run each call of the method at `path` in a span of its caller's trace."""

    async def serve_in_span(body: bytes, context: Context) -> T:
        metadata = dict(context.invocation_metadata() or ())
        with span(path, str(metadata.get("traceparent", ""))):
            return await serve(body, context)

    return serve_in_span
