"""`python -m services.<name> parked show|retry KEY|discard KEY --reason TEXT`, for operators."""

import argparse
import sys
from collections.abc import Sequence
from getpass import getuser

from services.runtime import decisions, inbox
from services.runtime.adoption import Desks
from services.runtime.decisions import Decision, Versions
from services.runtime.desk import Desk
from services.runtime.release import Release, Released
from services.runtime.scope import Scope
from services.runtime.waiting import Waiting, keys_waiting


def parse(service: str, arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the operator wants; ends the process with a usage line when that is not clear."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service} parked")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show", help="every key that waits, and why")
    retry = verbs.add_parser("retry", help="apply what waits, in order, until one fails again")
    retry.add_argument("--over-gap", action="store_true", help="though versions before are missing")
    discard = verbs.add_parser("discard", help="give up what waits; it is kept as dead events")
    discard.add_argument("--reason", required=True, help="why; goes into the record of decisions")
    for verb in (retry, discard):
        verb.add_argument("key")
        verb.add_argument("--topic", help="only this one, where the key waits on several")
    return parser.parse_args(arguments)


async def carry_out(order: argparse.Namespace, desks: Desks) -> int:
    """Do it, say what was done, and return the exit code: 1 while what was retried still waits."""
    match order.verb:
        case "show":
            return await show(desks)
        case "retry":
            return await retry(desks, order.key, order.topic, over_gap=order.over_gap)
        case _:
            return await discard(desks, order.key, order.topic, order.reason)


async def show(desks: Desks) -> int:
    """Print every key that waits, the longest first, then what is dead and what was not sent."""
    async with desks.database.read(Scope.system("consume")) as tx:
        waiting = await keys_waiting(tx, desks.consumer)
        dead = await decisions.dead_by_reason(tx, desks.consumer)
    async with desks.database.read(Scope.system("relay")) as tx:
        unsendable = await decisions.unsendable(tx)
    for key in waiting:
        _say(_describe(key))
    _say(f"{len(waiting)} keys wait")
    for reason, events in dead.items():
        _say(f"dead: {reason}: {events}")
    for line in unsendable:
        _say(f"not sent: {line}")
    return 0


async def retry(desks: Desks, key: str, topic: str | None, *, over_gap: bool = False) -> int:
    """Apply what waits on a key, and let the relay try it again; safe to repeat."""
    still = False
    for waiting in await _waiting_on(desks, key, topic):
        desk = desks.of(waiting.topic, waiting.partition)
        await _record(desk, waiting)
        released = await Release(desk, key, over_gap=over_gap).run()
        still = still or released.fault is not None
        _say(f"{waiting.topic} {key}: {_outcome(released)}")
    async with desks.database.write(Scope.system("relay")) as tx:
        if again := await decisions.send_again(tx, key):
            _say(f"{again} events of {key} will be sent again")
    return int(still)


async def discard(desks: Desks, key: str, topic: str | None, reason: str) -> int:
    """Give up what waits on a key; later events of it are applied again. Safe to repeat."""
    decision = Decision(verdict="discard", operator=getuser(), reason=reason)
    for waiting in await _waiting_on(desks, key, topic):
        place = desks.of(waiting.topic, waiting.partition).place
        async with desks.database.write(Scope.system("consume")) as tx:
            await inbox.hold(tx, place)
            versions = await decisions.give_up(tx, place, key, reason)
            if versions is not None:
                await decisions.record(tx, place, key, decision, versions)
                _say(f"{waiting.topic} {key}: {versions.events} events discarded")
    return 0


async def _waiting_on(desks: Desks, key: str, topic: str | None) -> list[Waiting]:
    async with desks.database.read(Scope.system("consume")) as tx:
        everything = await keys_waiting(tx, desks.consumer)
    found = [each for each in everything if each.key == key and topic in (None, each.topic)]
    if not found:
        _say(f"nothing waits on {key}")
    return found


async def _record(desk: Desk, waiting: Waiting) -> None:
    decision = Decision(verdict="retry", operator=getuser(), reason="")
    versions = Versions(events=waiting.events, first=waiting.version, last=waiting.last_version)
    async with desk.database.write(Scope.system("consume")) as tx:
        await decisions.record(tx, desk.place, waiting.key, decision, versions)


def _describe(key: Waiting) -> str:
    return (
        f"{key.topic} {key.key}: {key.reason} since {key.since:%Y-%m-%d %H:%M:%S}Z,"
        f" {key.events} events from version {key.version} ({key.type}), applied up to"
        f" {key.position}, attempts {key.attempts}: {key.detail}"
    )


def _outcome(released: Released) -> str:
    ending = "the key goes on" if released.fault is None else f"stopped by {released.fault}"
    return f"{released.applied} events applied, {ending}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
