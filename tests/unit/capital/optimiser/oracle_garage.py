"""What a problem says of each fleet's reserve."""

from typing import Final

from services.capital.optimiser.problem import Problem, Reserve


class Garage:
    """Looks up reserves."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Final = problem

    def open_to(self, trust: str, vehicle_type: str) -> Reserve | None:
        rows = [
            row
            for row in self.problem.reserves
            if row.vehicle_type == vehicle_type and row.trust in {trust, None}
        ]
        return min(rows, key=lambda row: row.trust is None, default=None)

    def terms(self, trust: str, vehicle_type: str, *, held: bool) -> tuple[int, int]:
        """Return what a vehicle counts towards a need, and pays of its running, per mille."""
        reserve = self.open_to(trust, vehicle_type) if held else None
        if reserve is None:
            return 1000, 1000
        return reserve.available_permille, 1000 - reserve.running_saved_permille
