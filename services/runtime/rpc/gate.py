"""The way in, the same for every call: whose trace, who calls, how often, may they, what for."""

from google.protobuf.message import Message

from services.runtime.auth.tokens import TokenDuplicate, Verifier
from services.runtime.rpc.call import Call, Context
from services.runtime.rpc.limits import RateLimiter
from services.runtime.rpc.validation import Decoder
from services.runtime.telemetry import continue_trace, current_traceparent


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
    if not current_traceparent():
        continue_trace(traceparent)
    return found
