"""Whether vehicles find places at hubs that take their types, by trying every hub for each."""

from collections.abc import Sequence

from services.capital.optimiser.problem import Problem


def find_hubs(problem: Problem, trust: str, year: int, coming: Sequence[str]) -> bool:
    """Whether vehicles of these types find places at the trust's hubs that have rows."""
    place = year - problem.first_financial_year
    hubs = [row for row in problem.commissioning if row.hub_id and row.trust == trust]
    return not hubs or fit(coming, [(row.vehicle_types, row.vehicles[place]) for row in hubs])


def fit(coming: Sequence[str], rooms: Sequence[tuple[Sequence[str], int]]) -> bool:
    """Whether vehicles of these types find places in rooms, of types (none: every) and sizes."""
    if not coming:
        return True
    first, *others = coming
    for place, (takes, room) in enumerate(rooms):
        if room and (not takes or first in takes):
            left = [*rooms[:place], (takes, room - 1), *rooms[place + 1 :]]
            if fit(others, left):
                return True
    return False
