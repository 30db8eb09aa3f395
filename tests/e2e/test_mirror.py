"""What a mirror keeps of a stream, and what it says when something never comes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import grpc
import pytest

from demo.client import Refused
from demo.mirror import Mirror, NeverCame, Step, asked_until, followed

SOON = timedelta(milliseconds=50)


def a_refusal(code: grpc.StatusCode) -> Refused:
    nothing = grpc.aio.Metadata()
    return Refused("Watch", grpc.aio.AioRpcError(code, nothing, nothing, "gone"))


def a_row(text: str, token: str) -> Step[str]:
    return Step(row=text, resume_token=token)


def the_end_of_the_snapshot(token: str) -> Step[str]:
    return Step(row=None, resume_token=token, is_snapshot_complete=True)


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_a_row_told_again_takes_the_place_of_the_one_before() -> None:
    async def steps(_: str) -> AsyncIterator[Step[str]]:
        yield a_row("a1", "")
        yield the_end_of_the_snapshot("x1")
        yield a_row("a2", "x2")
        await for_ever()

    async with followed(Mirror("letters", lambda row: row[0], steps)) as mirror:
        await mirror.until(lambda: "" if mirror.rows["a"] == "a2" else "a2")

        assert mirror.rows == {"a": "a2"}


async def test_a_broken_stream_goes_on_from_the_last_token() -> None:
    asked: list[str] = []

    async def steps(token: str) -> AsyncIterator[Step[str]]:
        asked.append(token)
        if not token:
            yield the_end_of_the_snapshot("x1")
            raise a_refusal(grpc.StatusCode.UNAVAILABLE)
        yield a_row("b1", "x2")
        await for_ever()

    async with followed(Mirror("letters", lambda row: row[0], steps)) as mirror:
        await mirror.until(lambda: "" if "b" in mirror.rows else "b")

    assert asked == ["", "x1"]


async def test_a_refused_stream_is_no_reason_to_wait() -> None:
    async def steps(token: str) -> AsyncIterator[Step[str]]:
        if not token:
            raise a_refusal(grpc.StatusCode.PERMISSION_DENIED)
        yield a_row("a1", token)

    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        async with followed(Mirror("letters", lambda row: row[0], steps)):
            pass


async def test_what_never_came_is_named() -> None:
    async def steps(_: str) -> AsyncIterator[Step[str]]:
        yield the_end_of_the_snapshot("x1")
        await for_ever()

    async with followed(Mirror("letters", lambda row: row[0], steps)) as mirror:
        with pytest.raises(NeverCame, match="letters: no z yet"):
            await mirror.until(lambda: "no z yet", SOON)


async def test_asking_goes_on_until_nothing_is_missing() -> None:
    answers = iter(["two left", "one left", ""])

    async def missing() -> str:
        return next(answers)

    await asked_until(missing)

    assert next(answers, "asked enough") == "asked enough"


async def test_what_is_still_missing_when_patience_ends_is_named() -> None:
    async def missing() -> str:
        return "three dates"

    with pytest.raises(NeverCame, match="three dates"):
        await asked_until(missing, SOON)
