"""A call with one request and one reply: the chain around a read or a write."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast
from uuid import UUID

from google.protobuf.message import Message

from services.runtime.db import Database
from services.runtime.idempotency import RequestKey, once
from services.runtime.rpc.call import Call, Context, HasRequestId, Method
from services.runtime.rpc.gate import Gate
from services.runtime.rpc.guard import Guard
from services.runtime.rpc.journal import Journal
from services.runtime.rpc.limits import InHand
from services.runtime.rpc.refusals import DeadlineRequired
from services.runtime.rpc.validation import Decoder
from services.runtime.tx import Tx

Handler: TypeAlias = Callable[[Tx, Message], Awaitable[Message]]
Work: TypeAlias = Callable[[Call, Message, Context], Awaitable[bytes]]

# The promise is 60 s; clocks and queues take a little of a caller's second.
MAX_DEADLINE_SECONDS: Final = 61.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What all methods of a server share."""

    database: Database
    gate: Gate
    in_hand: InHand
    journal: Journal


class Unary:
    """One method of one request and one reply."""

    def __init__(self, chain: Chain, method: Method, decoder: Decoder, work: Work) -> None:
        self._chain = chain
        self._method = method
        self._decoder = decoder
        self._work = work

    async def serve(self, body: bytes, context: Context) -> bytes:
        """Answer one call."""
        call = Call(self._method)
        async with Guard(self._chain.journal, call, context):
            return await self._answer(call, body, context)

    async def _answer(self, call: Call, body: bytes, context: Context) -> bytes:
        chain = self._chain
        chain.in_hand.enter()
        try:
            request = chain.gate.admit(call, self._decoder, body, context)
            return await self._work(call, request, context)
        finally:
            chain.in_hand.leave()


def reading(database: Database, handler: Handler) -> Work:
    """Return the work of a read: the handler in a transaction that cannot write."""

    async def work(call: Call, request: Message, _context: Context) -> bytes:
        reply = await database.reading(call.scope, lambda tx: handler(tx, request))
        return reply.SerializeToString()

    return work


def writing(database: Database, handler: Handler) -> Work:
    """Return the work of a write: the handler once per request_id, or rehearsed and undone."""

    async def work(call: Call, request: Message, context: Context) -> bytes:
        asked = cast(HasRequestId, request)
        call.request_id = asked.request_id
        _require_deadline(context)
        if asked.validate_only:
            reply = await database.rehearsing(call.scope, lambda tx: handler(tx, request))
            return reply.SerializeToString()
        key = RequestKey.of(call.method.path, UUID(asked.request_id), request)
        return await once(database, call.scope, key, lambda tx: handler(tx, request))

    return work


def _require_deadline(context: Context) -> None:
    # Its stub knows no call without a deadline.
    remaining_seconds = cast("float | None", context.time_remaining())
    if remaining_seconds is None or remaining_seconds > MAX_DEADLINE_SECONDS:
        raise DeadlineRequired
