"""Messages one after another on a byte stream: each after its length, four bytes, big end first."""

import struct
from asyncio import IncompleteReadError, StreamReader
from typing import BinaryIO, Final

from google.protobuf.message import Message

# Four bytes: no problem or plan comes near four gigabytes.
LENGTH: Final = struct.Struct(">I")


def framed(payload: bytes) -> bytes:
    return LENGTH.pack(len(payload)) + payload


def write_frame(stream: BinaryIO, message: Message) -> None:
    stream.write(framed(message.SerializeToString()))
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes:
    """Return the next message's bytes; raises EOFError where the stream ends before it does."""
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    return _exactly(stream, length)


async def next_frame(stream: StreamReader) -> bytes | None:
    """Return the next message's bytes; None where the stream ends before it does."""
    try:
        (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        return await stream.readexactly(length)
    except IncompleteReadError:
        return None


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError(f"{len(data)} of {length} bytes")
    return data
