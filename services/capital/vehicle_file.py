"""A file of named vehicles, in comma-separated values under the names of `Vehicle`'s fields.

In order: vehicle_id, trust, vehicle_type, technology, age_years, in_service_on (2024-04-01), miles;
then in_reserve (yes), band, box_body (yes), box_age_years and remounts, where they are needed.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from io import StringIO
from typing import Final, TypeAlias

from services.capital.optimiser.faults import Fault, InvalidProblem
from services.capital.optimiser.problem import BandCode, TechnologyCode, TrustCode, TypeCode
from services.capital.optimiser.vehicle import Vehicle

Row: TypeAlias = Mapping[str, str]

NEEDED: Final = (
    "vehicle_id",
    "trust",
    "vehicle_type",
    "technology",
    "age_years",
    "in_service_on",
    "miles",
)
READERS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "age_years": (int, "must be a whole number"),
    "miles": (int, "must be a whole number"),
    "box_age_years": (int, "must be a whole number"),
    "remounts": (int, "must be a whole number"),
    "in_service_on": (date.fromisoformat, "must be a date such as 2024-04-01"),
}


def vehicles_from_csv(content: bytes) -> tuple[Vehicle, ...]:
    """Read the vehicles; raises InvalidProblem with each field that cannot be read."""
    try:
        rows = _rows(StringIO(content.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError:
        raise InvalidProblem([Fault(field="file", rule="is not UTF-8 text")]) from None
    except csv.Error as error:
        raise InvalidProblem([Fault(field="file", rule=f"is no CSV: {error}")]) from None
    faults = [fault for place, row in enumerate(rows) for fault in _faults(place, row)]
    if faults:
        raise InvalidProblem(faults)
    return tuple(map(_vehicle, rows))


def _rows(lines: Iterable[str]) -> list[Row]:
    reader = csv.DictReader(lines, restval="")
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidProblem(Fault(field=name, rule="is a column of the file") for name in missing)
    return list(reader)


def _faults(place: int, row: Row) -> Iterator[Fault]:
    for name, (read, rule) in READERS.items():
        text = row.get(name) or ("" if name in NEEDED else "0")
        try:
            read(text)
        except ValueError:
            yield Fault(field=f"vehicles[{place}].{name}", rule=rule)


def _vehicle(row: Row) -> Vehicle:
    return Vehicle(
        vehicle_id=row["vehicle_id"],
        trust=TrustCode(row["trust"]),
        vehicle_type=TypeCode(row["vehicle_type"]),
        technology=TechnologyCode(row["technology"]),
        age_years=int(row["age_years"]),
        in_service_on=date.fromisoformat(row["in_service_on"]),
        miles=int(row["miles"]),
        in_reserve=row.get("in_reserve") == "yes",
        band=BandCode(row["band"]) if row.get("band") else None,
        box_body=row.get("box_body") == "yes",
        box_age_years=int(row.get("box_age_years") or 0),
        remounts=int(row.get("remounts") or 0),
    )
