"""How many vehicles can be placed at hubs: augmenting paths, one after another."""

from collections import Counter, deque
from collections.abc import Sequence
from typing import TypeAlias

from services.capital.optimiser.problem import TypeCode

# The types a hub takes, none named meaning every one, and how many vehicles.
Hub: TypeAlias = tuple[tuple[TypeCode, ...], int]


def most_placed(coming: Counter[TypeCode], hubs: Sequence[Hub]) -> int:
    """Return how many of the vehicles, given by type, find a hub that takes them."""
    placed: Counter[tuple[TypeCode, int]] = Counter()
    waiting = Counter(coming)
    for vehicle_type in coming:
        while waiting[vehicle_type] and _place_one(vehicle_type, hubs, placed):
            waiting[vehicle_type] -= 1
    return placed.total()


def _place_one(
    vehicle_type: TypeCode, hubs: Sequence[Hub], placed: Counter[tuple[TypeCode, int]]
) -> bool:
    """Place one vehicle, moving others of another type from hub to hub where that makes room."""
    came_from: dict[int, tuple[TypeCode, int | None]] = {}
    queue: deque[tuple[TypeCode, int | None]] = deque([(vehicle_type, None)])
    while queue:
        kind, freed = queue.popleft()
        for place, (takes, room) in enumerate(hubs):
            if place in came_from or kind not in (takes or (kind,)):
                continue
            came_from[place] = kind, freed
            if sum(n for (_, hub), n in placed.items() if hub == place) < room:
                _shift(place, came_from, placed)
                return True
            queue.extend((other, place) for (other, hub), n in placed.items() if hub == place and n)
    return False


def _shift(
    place: int,
    came_from: dict[int, tuple[TypeCode, int | None]],
    placed: Counter[tuple[TypeCode, int]],
) -> None:
    at: int | None = place
    while at is not None:
        kind, freed = came_from[at]
        placed[kind, at] += 1
        if freed is not None:
            placed[kind, freed] -= 1
        at = freed
