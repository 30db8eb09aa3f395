"""A call answered by a stream: the same chain, and what only long calls need."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta
from time import monotonic
from typing import Final, TypeAlias, cast

from google.protobuf.message import Message

from services.runtime.rpc.call import Call, Context, Method
from services.runtime.rpc.guard import Guard
from services.runtime.rpc.limits import Overloaded
from services.runtime.rpc.unary import Chain
from services.runtime.rpc.validation import Decoder

Handler: TypeAlias = Callable[[Call, Message], AsyncIterator[Message]]

EXPIRY_CHECK: Final = timedelta(minutes=5)
# A reader that takes nothing for so long holds some 4 MB of the server's memory.
PATIENCE: Final = timedelta(seconds=30)


class Streaming:
    """One method whose reply is a stream."""

    def __init__(self, chain: Chain, method: Method, decoder: Decoder, handler: Handler) -> None:
        self._chain = chain
        self._method = method
        self._decoder = decoder
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """End every open stream with UNAVAILABLE, to be resumed elsewhere; take no new one."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()

    async def serve(self, body: bytes, context: Context) -> None:
        """Answer one call until the stream ends, its reader leaves, or its token runs out."""
        call = Call(self._method)
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        guard = Guard(self._chain.journal, call, context)
        try:
            async with guard:
                await self._until_stopped(call, body, context, guard)
        finally:
            self._tasks.discard(task)

    async def _until_stopped(self, call: Call, body: bytes, context: Context, guard: Guard) -> None:
        try:
            await self._stream(call, body, context)
        except asyncio.CancelledError:
            if self._stopping:
                await guard.send_elsewhere()
            raise

    async def _stream(self, call: Call, body: bytes, context: Context) -> None:
        request = self._chain.gate.admit(call, self._decoder, body, context)
        with self._chain.in_hand.stream(call.scope.subject):
            messages = cast("AsyncGenerator[Message, None]", self._handler(call, request))
            async with aclosing(messages):
                await self._copy(call, messages, context)

    async def _copy(self, call: Call, messages: AsyncIterator[Message], context: Context) -> None:
        check_at = monotonic() + EXPIRY_CHECK.total_seconds()
        async for message in messages:
            await _write(context, message.SerializeToString())
            if monotonic() >= check_at and call.caller is not None:
                self._chain.gate.verifier.check_expiry(call.caller)
                check_at = monotonic() + EXPIRY_CHECK.total_seconds()


async def _write(context: Context, message: bytes) -> None:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await context.write(message)
    except TimeoutError:
        again = timedelta(seconds=1)
        raise Overloaded("the stream was not read; resume with its last token", again) from None
