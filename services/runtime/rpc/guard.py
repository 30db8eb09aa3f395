"""What leaves a call that did not end well: a refusal in its own words, or only a reference."""

from typing import NoReturn
from uuid import uuid4

from grpc import StatusCode

from services.kernel.errors import Refusal
from services.runtime.rpc.call import Call, Context
from services.runtime.rpc.journal import Journal
from services.runtime.rpc.refusals import (
    DETAILS_KEY,
    code_of,
    details_of,
    internal_details,
    message_of,
)


async def refuse(journal: Journal, call: Call, context: Context, refusal: Refusal) -> NoReturn:
    """End the call with the refusal's status."""
    code = code_of(refusal)
    journal.note(call, code)
    await context.abort(code, message_of(refusal), ((DETAILS_KEY, details_of(refusal)),))


async def fault(journal: Journal, call: Call, context: Context, error: Exception) -> NoReturn:
    """Log a fault of ours in full and end the call with the reference it was logged under."""
    reference = uuid4().hex[:12]
    journal.log.error("rpc_fault", method=call.method.path, reference=reference, exc_info=error)
    journal.note(call, StatusCode.INTERNAL)
    message = f"something went wrong on our side; reference {reference}"
    details = internal_details(message, reference)
    await context.abort(StatusCode.INTERNAL, message, ((DETAILS_KEY, details),))
