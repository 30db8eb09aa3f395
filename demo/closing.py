"""What a run says at its beginning and at its end."""

import asyncio
import signal
from collections.abc import Iterable
from datetime import date
from typing import Final

from makeready.common.v1.vehicle_kind_pb2 import VehicleType

from demo import report
from demo.checks import Check
from demo.events import Counts
from demo.memory import PeakMemory
from demo.platform import SERVICES, Platform
from demo.scenario.files import Scenario
from demo.scenario.vehicles import digest, vehicles_of
from demo.screen import Screen
from demo.story import Told
from services.runtime.auth.issue import Grant

BYTES_PER_MB: Final = 1_000_000
VIEWER_ROLES: Final = ("fleet.viewer", "hub.supervisor", "capital.viewer")


def describe(screen: Screen, scenario: Scenario) -> None:
    """Say what is played, and what tells it from every other scenario."""
    seeds = [seed for trust in scenario.trusts for seed in vehicles_of(scenario, trust)]
    screen.heading(f"{scenario.title}, {scenario.day:%A %-d %B %Y}. {scenario.notice}")
    screen.line(
        f"  scenario {scenario.digest[:12]}, seed {scenario.seed}:"
        f" {len(seeds):,} vehicles {digest(seeds)[:12]}"
    )


def show(screen: Screen, told: Told, counts: Counts, day: date) -> None:
    """Print every table."""
    for one in told.trusts:
        report.vehicles_by_state(screen, one.availability, one.trust.name)
        report.jobs_by_hub(screen, one.hubs, one.trust.name)
    report.events_by_topic(screen, counts, f"{day:%-d %B}")
    report.plan_by_envelope(screen, told.plan)
    report.plan_by_year(screen, told.plan, VehicleType.VEHICLE_TYPE_DCA)
    report.plan_by_year(screen, told.plan, None)
    screen.line(f"The plan is {report.proof(told.plan)}.")


def verdict(screen: Screen, found: Iterable[Check]) -> bool:
    """Print every check, and return whether all hold."""
    screen.line()
    all_hold = True
    for check in found:
        screen.line(f"  {'✓' if check.holds else '✗'} {check.sentence}")
        all_hold = all_hold and check.holds
    screen.line("The circle is closed." if all_hold else "The circle is NOT closed.")
    return all_hold


def say_cost(screen: Screen, seconds: float, memory: PeakMemory) -> None:
    """Say what the run took."""
    held = f"{memory.peak_bytes / BYTES_PER_MB:,.0f} MB" if memory.peak_bytes else "not measured"
    screen.line(f"{seconds:.1f} s; memory of all processes together at its peak: {held}")


async def stand(screen: Screen, platform: Platform, scenario: Scenario) -> None:
    """Say where everything is, and stay until Ctrl-C."""
    orgs = sorted({trust.code for trust in scenario.trusts} | {scenario.plan.holder})
    for service in SERVICES:
        screen.line(f"  {service:8} {platform.address(service)}  (gRPC, with reflection)")
    token = platform.token(Grant(subject="viewer@demo", roles=VIEWER_ROLES, orgs=orgs))
    screen.line(f"  logs     {platform.home / 'logs'}")
    screen.line(f"  token    {token}")
    screen.line("Ctrl-C ends it.")
    asked_to_end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    await asked_to_end.wait()
