"""The files that `./dev solve` reads: none is read further than it may be long."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.capital.optimiser.faults import Fault, InvalidProblem
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.problem.ruling import NO_MAXIMUM
from services.capital.optimiser.validate import check_problem
from services.capital.optimiser.vehicle import Vehicle
from services.capital.plan_wire import plan_from_json
from services.capital.problem_wire import problem_from_json
from services.capital.vehicle_file import vehicles_from_csv

# Several times England's ten trusts over ten years, and still read and refused within two seconds.
MOST_BYTES: Final = 3 * 1024 * 1024
MOST_VALUES: Final = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a file is of, and how long one may be."""

    name: str
    most_bytes: int = MOST_BYTES
    most_values: int = MOST_VALUES


PROBLEM: Final = Kind(name="problem file")
VEHICLES: Final = Kind(name="file of vehicles")
# What serves is stated year by year: England's plan is half as long as the longest problem.
PLAN: Final = Kind(name="plan file", most_bytes=4 * MOST_BYTES, most_values=4 * MOST_VALUES)


def problem_file(path: Path) -> Problem:
    """Read a problem that makes sense; raises InvalidProblem, or OSError."""
    problem = problem_from_json(_content(path, PROBLEM))
    check_problem(problem)
    return problem


def plan_file(path: Path) -> Plan:
    """Read a plan, of whatever problem; raises InvalidProblem, or OSError."""
    with _named(path):
        return plan_from_json(_content(path, PLAN))


def approved_file(path: Path) -> Plan:
    """Read a plan whose orders can have been approved; raises InvalidProblem, or OSError."""
    plan = plan_file(path)
    with _named(path):
        if not plan.has_decisions:
            raise InvalidProblem([Fault(field="outcome", rule=f"{plan.outcome}: decides nothing")])
        rule = f"must be a whole number from 1 to {NO_MAXIMUM:,}"
        faults = [
            Fault(field=f"purchases[{place}].vehicles", rule=rule)
            for place, row in enumerate(plan.purchases)
            if not 1 <= row.vehicles <= NO_MAXIMUM
        ]
        if faults:
            raise InvalidProblem(faults)
    return plan


def vehicles_file(path: Path) -> tuple[Vehicle, ...]:
    """Read named vehicles; raises InvalidProblem, or OSError."""
    with _named(path):
        return vehicles_from_csv(_content(path, VEHICLES))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say of each fault which file it is in: the problem's are not the only ones."""
    try:
        yield
    except InvalidProblem as refusal:
        raise InvalidProblem(
            Fault(field=fault.field, rule=f"{fault.rule} (in {path})") for fault in refusal.faults
        ) from None


def _content(path: Path, kind: Kind) -> bytes:
    # What has no end, such as a device, says that it has no size.
    with path.open("rb") as file:
        content = file.read(kind.most_bytes + 1)
    if len(content) > kind.most_bytes:
        raise OSError(f"{path}: is longer; a {kind.name} has at most {kind.most_bytes:,} bytes")
    # Values take longer to read than bytes, and commas are soon counted.
    values = content.count(b",")
    if values > kind.most_values:
        raise OSError(
            f"{path}: about {values:,} values; a {kind.name} has at most {kind.most_values:,}"
        )
    return content
