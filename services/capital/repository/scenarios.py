"""Scenarios in PostgreSQL: written once, never changed."""

from collections.abc import Collection, Iterable

from services.capital.domain.catalogue import Kind
from services.capital.domain.change_codes import change_from, code_of
from services.capital.domain.envelope import Envelope, Fund, HolderKind
from services.capital.domain.inputs import ServingVehicle
from services.capital.domain.scenario import (
    FrozenEnvelope,
    Question,
    Scenario,
    ScenarioNotFound,
)
from services.kernel.ids import EnvelopeId, OdsCode, ScenarioId, VehicleId
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.paging import Page
from services.runtime.tx import Row, Tx


class ScenarioRepository:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, scenario: Scenario, problem: bytes) -> None:
        """Add the scenario with its problem, a serialised makeready.capital.v1.RenewalProblem."""
        await self._tx.execute(
            """
            INSERT INTO scenario (id, holder, name, content_hash, trusts, asked_types,
                                  vehicle_types, first_financial_year, years, changes, vehicles,
                                  problem, frozen_at, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            scenario.id,
            scenario.holder,
            scenario.name,
            scenario.content_hash,
            scenario.question.trusts,
            scenario.question.vehicle_types,
            scenario.vehicle_types,
            scenario.question.first_financial_year,
            scenario.question.years,
            [code_of(change) for change in scenario.question.changes],
            scenario.vehicles,
            problem,
            scenario.frozen_at,
            scenario.created_by,
        )

    async def add_vehicles(self, scenario: Scenario, vehicles: Collection[ServingVehicle]) -> None:
        await self._tx.execute(
            """
            INSERT INTO scenario_vehicle (scenario_id, holder, vehicle_id, fleet_number, trust,
                                          vehicle_type, technology, in_service_on,
                                          odometer_miles)
            SELECT $1, $2, vehicle_id, fleet_number, trust, vehicle_type, technology,
                   in_service_on, odometer_miles
              FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[],
                          $9::bigint[])
                   AS frozen (vehicle_id, fleet_number, trust, vehicle_type, technology,
                              in_service_on, odometer_miles)
            """,
            scenario.id,
            scenario.holder,
            [row.id for row in vehicles],
            [row.fleet_number for row in vehicles],
            [row.trust for row in vehicles],
            [row.kind.vehicle_type for row in vehicles],
            [row.kind.technology for row in vehicles],
            [row.in_service_on for row in vehicles],
            [row.odometer_miles for row in vehicles],
        )

    async def add_envelopes(self, scenario: Scenario, envelopes: Iterable[Envelope]) -> None:
        rows = list(envelopes)
        await self._tx.execute(
            """
            INSERT INTO scenario_envelope (scenario_id, holder, envelope_id, held_by, holder_kind,
                                           fund)
            SELECT $1, $2, envelope_id, held_by, holder_kind, fund
              FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[])
                   AS frozen (envelope_id, held_by, holder_kind, fund)
            """,
            scenario.id,
            scenario.holder,
            [row.id for row in rows],
            [row.holder_name for row in rows],
            [row.holder_kind for row in rows],
            [row.fund for row in rows],
        )

    async def get(self, scenario_id: ScenarioId) -> Scenario:
        row = await self._tx.fetchrow(
            """
            SELECT id, holder, name, content_hash, trusts, asked_types, vehicle_types,
                   first_financial_year, years, changes, vehicles, frozen_at, created_by
              FROM scenario
             WHERE id = $1
            """,
            scenario_id,
        )
        if row is None:
            raise ScenarioNotFound("scenario not found")
        return _scenario(row)

    async def page(self, holder: OdsCode | None, page: Page) -> list[Scenario]:
        """Return the scenarios of one organisation, or of all in sight, newest first."""
        rows = await self._tx.fetch(
            """
            SELECT id, holder, name, content_hash, trusts, asked_types, vehicle_types,
                   first_financial_year, years, changes, vehicles, frozen_at, created_by
              FROM scenario
             WHERE ($1::text IS NULL OR holder = $1)
               AND ($2::timestamptz IS NULL OR (frozen_at, id) < ($2, $3::uuid))
             ORDER BY frozen_at DESC, id DESC
             LIMIT $4
            """,
            holder,
            *(page.after or (None, None)),
            page.limit,
        )
        return [_scenario(row) for row in rows]

    async def problem(self, scenario_id: ScenarioId) -> bytes:
        """Return the serialised makeready.capital.v1.RenewalProblem that the scenario freezes."""
        problem: bytes | None = await self._tx.fetchval(
            """
            SELECT problem
              FROM scenario
             WHERE id = $1
            """,
            scenario_id,
        )
        if problem is None:
            raise ScenarioNotFound("scenario not found")
        return problem

    async def vehicles(self, scenario_id: ScenarioId) -> list[ServingVehicle]:
        rows = await self._tx.fetch(
            """
            SELECT vehicle_id, fleet_number, trust, vehicle_type, technology, in_service_on,
                   odometer_miles
              FROM scenario_vehicle
             WHERE scenario_id = $1
             ORDER BY trust, fleet_number, vehicle_id
            """,
            scenario_id,
        )
        return [_vehicle(row) for row in rows]

    async def envelopes(self, scenario_id: ScenarioId) -> list[FrozenEnvelope]:
        rows = await self._tx.fetch(
            """
            SELECT envelope_id, held_by, holder_kind, fund
              FROM scenario_envelope
             WHERE scenario_id = $1
            """,
            scenario_id,
        )
        return [_envelope(row) for row in rows]


def _scenario(row: Row) -> Scenario:
    return Scenario(
        id=ScenarioId(row["id"]),
        holder=OdsCode(row["holder"]),
        name=row["name"],
        content_hash=row["content_hash"],
        question=Question(
            trusts=tuple(map(OdsCode, row["trusts"])),
            vehicle_types=tuple(map(VehicleType, row["asked_types"])),
            first_financial_year=row["first_financial_year"],
            years=row["years"],
            changes=tuple(map(change_from, row["changes"])),
        ),
        vehicle_types=tuple(map(VehicleType, row["vehicle_types"])),
        vehicles=row["vehicles"],
        frozen_at=row["frozen_at"],
        created_by=row["created_by"],
    )


def _vehicle(row: Row) -> ServingVehicle:
    return ServingVehicle(
        id=VehicleId(row["vehicle_id"]),
        fleet_number=row["fleet_number"],
        trust=OdsCode(row["trust"]),
        kind=Kind(VehicleType(row["vehicle_type"]), Technology(row["technology"])),
        in_service_on=row["in_service_on"],
        odometer_miles=row["odometer_miles"],
    )


def _envelope(row: Row) -> FrozenEnvelope:
    return FrozenEnvelope(
        id=EnvelopeId(row["envelope_id"]),
        holder_name=row["held_by"],
        holder_kind=HolderKind(row["holder_kind"]),
        fund=Fund(row["fund"]),
    )
