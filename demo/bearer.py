"""Puts a person's token on every call of a channel. One class for each kind, as grpc.aio asks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import grpc
from grpc.aio import ClientCallDetails, Metadata, UnaryStreamCall, UnaryUnaryCall

Request = TypeVar("Request")
Reply = TypeVar("Reply")


class UnaryBearer(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_unary_unary(
        self,
        continuation: Callable[
            [ClientCallDetails, Request], Awaitable[UnaryUnaryCall[Request, Reply]]
        ],
        client_call_details: ClientCallDetails,
        request: Request,
    ) -> Reply | UnaryUnaryCall[Request, Reply]:
        return await continuation(authorised(client_call_details, self._token), request)


class StreamBearer(grpc.aio.UnaryStreamClientInterceptor):
    def __init__(self, token: str) -> None:
        self._token = token

    async def intercept_unary_stream(
        self,
        continuation: Callable[
            [ClientCallDetails, Request], Awaitable[UnaryStreamCall[Request, Reply]]
        ],
        client_call_details: ClientCallDetails,
        request: Request,
    ) -> AsyncIterator[Reply] | UnaryStreamCall[Request, Reply]:
        return await continuation(authorised(client_call_details, self._token), request)


def authorised(call: ClientCallDetails, token: str) -> ClientCallDetails:
    """Return the same call with the token in its metadata."""
    metadata = Metadata(*(call.metadata or ()), ("authorization", f"Bearer {token}"))
    return ClientCallDetails(
        call.method, call.timeout, metadata, call.credentials, call.wait_for_ready
    )
