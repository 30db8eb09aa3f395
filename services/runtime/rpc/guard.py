"""What leaves a call that did not end well: a refusal in its own words, or only a reference."""

import asyncio
from types import TracebackType
from typing import NoReturn
from uuid import uuid4

import grpc
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


class Guard:
    """Around one call: notes its end once, and lets nothing out but a status.

    A cancellation passes on as it is: gRPC leaks what swallows it.
    """

    __slots__ = ("_call", "_context", "_journal")

    def __init__(self, journal: Journal, call: Call, context: Context) -> None:
        self._journal = journal
        self._call = call
        self._context = context

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._journal.note(self._call, StatusCode.OK)
        elif isinstance(error, Refusal):
            await self._refuse(error)
        elif isinstance(error, asyncio.CancelledError):
            self._journal.note(self._call, StatusCode.CANCELLED)
        elif isinstance(error, Exception) and not isinstance(error, grpc.aio.AbortError):
            await self._fault(error)

    async def send_elsewhere(self) -> NoReturn:
        """End the call because the server stops; the caller goes on at another."""
        self._journal.note(self._call, StatusCode.UNAVAILABLE)
        message = "the server is stopping; resume elsewhere"
        await self._context.abort(StatusCode.UNAVAILABLE, message)

    async def _refuse(self, refusal: Refusal) -> NoReturn:
        code = code_of(refusal)
        self._journal.note(self._call, code)
        details = ((DETAILS_KEY, details_of(refusal)),)
        await self._context.abort(code, message_of(refusal), details)

    async def _fault(self, error: Exception) -> NoReturn:
        """Log a fault of ours in full; its caller gets the reference it was logged under."""
        reference = uuid4().hex[:12]
        path = self._call.method.path
        self._journal.log.error("rpc_fault", method=path, reference=reference, exc_info=error)
        self._journal.note(self._call, StatusCode.INTERNAL)
        message = f"something went wrong on our side; reference {reference}"
        details = ((DETAILS_KEY, internal_details(message, reference)),)
        await self._context.abort(StatusCode.INTERNAL, message, details)
