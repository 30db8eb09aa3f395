"""What all hubs of a trust share while a day is played."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from makeready.hubs.v1.hub_pb2 import Hub

from demo.day.chance import Chance
from demo.day.streams import Jobs, Vehicles
from demo.load.people import People
from demo.scenario.vehicles import SeedVehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Who acts, what they see, and what chance brings. `shift` is how long a crew is out.

    `is_exact`: nobody acts before the hub has heard all that went before, so that every run of the
    day is the same. Otherwise operatives go by the wallboard as it stands, as they do in life.
    """

    people: People
    vehicles: Vehicles
    jobs: Jobs
    chance: Chance
    shift: timedelta
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One hub on that stage, and the vehicles that belong there, by id.

    `number` is the hub's place in its trust, from 1: it sets the hub's seals apart. `standing` are
    the vehicles that stand made ready there, as far as we have brought it.
    """

    stage: Stage
    number: int
    hub: Hub
    seeds: Mapping[str, SeedVehicle]
    standing: set[str]
