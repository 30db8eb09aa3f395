"""Replacement cycles begin, are revised, scheduled and closed; every change is told."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.fleet.domain.cycles import (
    CycleNews,
    ReplacementCycle,
    Revision,
    Schedule,
    begin,
)
from services.fleet.domain.policy import LifePolicy, LifeSpan
from services.fleet.domain.refusals import VehicleNotFound
from services.fleet.domain.vehicle import Vehicle
from services.fleet.repository.cycles import CycleFilter, CycleRepository
from services.fleet.repository.policies import Covered, PolicyRepository
from services.fleet.wire.events import CYCLES, cycle_fact
from services.kernel.ids import VehicleId
from services.runtime.tx import Tx

Revise: TypeAlias = Callable[[ReplacementCycle], Revision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """How many cycles were revised, and how many of them became due."""

    cycles: int = 0
    made_due: int = 0


async def set_life_policy(tx: Tx, policy: LifePolicy) -> Revised:
    """Add a policy; when it decides today, every cycle it is for is revised."""
    tx.scope.require_org(policy.org)
    policies = PolicyRepository(tx)
    await policies.add(policy)
    covered = (policy.org, policy.vehicle_type)
    in_force = await policies.in_force([covered], tx.today)
    # Another begins later and holds already, or this one is for a day to come: the sweep's turn.
    if in_force.get(covered) != policy:
        return Revised()
    cycles = await CycleRepository(tx).lock_of_type(*covered)
    return await _revise(tx, cycles, lambda cycle: cycle.revised(policy.span, tx.today))


async def list_cycles(tx: Tx, wanted: CycleFilter) -> list[ReplacementCycle]:
    return await CycleRepository(tx).page(wanted)


async def start_cycles(tx: Tx, vehicles: Collection[Vehicle]) -> None:
    """Start the cycles of vehicles that enter service, under the policies in force."""
    spans = await _spans(tx, {(vehicle.org, vehicle.vehicle_type) for vehicle in vehicles})
    begun: list[ReplacementCycle] = []
    for vehicle in vehicles:
        span = spans.get((vehicle.org, vehicle.vehicle_type))
        cycle, news = begin(vehicle, span, tx.today)
        begun.append(cycle)
        _tell(tx, cycle, *news)
    await CycleRepository(tx).add(begun)


async def revise_after_reading(tx: Tx, cycles: Sequence[ReplacementCycle]) -> None:
    """Move the due days of cycles whose vehicles' miles were read."""
    await _revise(tx, cycles, lambda cycle: cycle.revised(cycle.span, tx.today))


async def revise_with_time(tx: Tx, limit: int) -> None:
    """Revise cycles that the day brought into their window, or under another policy."""
    repository = CycleRepository(tx)
    cycles = await repository.lock_overtaken_by_time(tx.today, limit)
    spans = await _spans(tx, {(cycle.org, cycle.vehicle_type) for cycle in cycles})

    def revise(cycle: ReplacementCycle) -> Revision:
        return cycle.revised(spans.get((cycle.org, cycle.vehicle_type)), tx.today)

    await _revise(tx, cycles, revise)


async def schedule(tx: Tx, dates: Sequence[tuple[VehicleId, Schedule | None]]) -> None:
    """Note what approved plans say of vehicles; the last word on each counts."""
    said = dict(dates)
    cycles = await CycleRepository(tx).lock_all(said)
    # A vehicle that does not serve yet has no cycle, and no plan can have counted it.
    if len(cycles) < len(said):
        raise VehicleNotFound
    await _revise(
        tx, list(cycles.values()), lambda cycle: cycle.scheduled(said[cycle.vehicle_id], tx.today)
    )


async def close_cycle(tx: Tx, vehicle: Vehicle) -> None:
    """End the cycle of a vehicle that is gone."""
    cycles = await CycleRepository(tx).lock_all([vehicle.id])
    await _revise(tx, list(cycles.values()), ReplacementCycle.closed)


async def _spans(tx: Tx, covered: Collection[Covered]) -> dict[Covered, LifeSpan]:
    in_force = await PolicyRepository(tx).in_force(covered, tx.today)
    return {key: policy.span for key, policy in in_force.items()}


async def _revise(tx: Tx, cycles: Iterable[ReplacementCycle], revise: Revise) -> Revised:
    changed: list[ReplacementCycle] = []
    told: list[CycleNews] = []
    for cycle in cycles:
        after, news = revise(cycle)
        if after != cycle:
            changed.append(after)
        if news is not None:
            told.append(news)
            _tell(tx, after, news)
    if changed:
        await CycleRepository(tx).save(changed)
    return Revised(cycles=len(told), made_due=told.count(CycleNews.DUE))


def _tell(tx: Tx, cycle: ReplacementCycle, *news: CycleNews) -> None:
    for what in news:
        fact = cycle_fact(what, cycle)
        tx.publish(CYCLES, str(cycle.vehicle_id), cycle.org, fact, tx.now)
