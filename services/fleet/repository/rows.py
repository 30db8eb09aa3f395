"""Rows as vehicles and episodes."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.fleet.domain.kinds import Capability, EpisodeId, Ownership, VorCause
from services.fleet.domain.legal import LegalItems
from services.fleet.domain.odometer import Odometer
from services.fleet.domain.states import VehicleState
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Episodes, VorEpisode
from services.kernel.ids import HubId, OdsCode, VehicleId, Vin, Vrm
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.tx import Row

# Identity, cause, start, expected return and note of an open episode.
EpisodeColumns: TypeAlias = tuple[UUID, str, datetime, datetime | None, str]


def vehicle_of(row: Row, open_episodes: Episodes = ()) -> Vehicle:
    """Return the vehicle of a row that has every column of the table but changed_xid."""
    at_hub_id = row["at_hub_id"]
    return Vehicle(
        id=VehicleId(row["vehicle_id"]),
        org=OdsCode(row["org"]),
        fleet_number=row["fleet_number"],
        vrm=Vrm(row["vrm"]),
        vin=Vin(row["vin"]),
        vehicle_type=VehicleType(row["vehicle_type"]),
        technology=Technology(row["technology"]),
        capabilities=frozenset(map(Capability, row["capabilities"])),
        ownership=Ownership(row["ownership"]),
        base_vehicle=row["base_vehicle"],
        first_registered_on=row["first_registered_on"],
        in_service_on=row["in_service_on"],
        home_hub_id=HubId(row["home_hub_id"]),
        at_hub_id=None if at_hub_id is None else HubId(at_hub_id),
        state=VehicleState(row["state"]),
        legal=LegalItems(
            mot_expires_on=row["mot_expires_on"],
            lifting_expires_on=row["lifting_expires_on"],
            tax_expires_on=row["tax_expires_on"],
        ),
        odometer=odometer_of(row),
        open_episodes=open_episodes,
        seal_number=row["seal_number"],
        state_since=row["state_since"],
        last_change_at=row["last_change_at"],
        changed_at=row["changed_at"],
        version=row["version"],
    )


def odometer_of(row: Row) -> Odometer:
    return Odometer(
        miles=row["odometer_miles"],
        read_at=row["odometer_at"],
        offset_miles=row["odometer_offset_miles"],
    )


def vehicle_as_read(row: Row) -> Vehicle:
    """Return the vehicle of a row that has its open episodes beside it, if it is off the road."""
    return vehicle_of(row, episodes_of(row["open_episodes"] or ()))


def episodes_of(rows: Iterable[EpisodeColumns]) -> Episodes:
    return tuple(
        VorEpisode(
            id=EpisodeId(episode_id),
            cause=VorCause(cause),
            started_at=started_at,
            expected_back_at=expected_back_at,
            note=note,
        )
        for episode_id, cause, started_at, expected_back_at, note in rows
    )
