"""What happened to vehicles, saved: state and history, episodes, readings, defects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from services.fleet.domain.events import BackOnRoad, OdometerRead, StatusChanged, TakenOffRoad
from services.fleet.domain.states import VehicleState, Verb
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Defect
from services.fleet.domain.work import Overtaken
from services.kernel.ids import OdsCode, VehicleId
from services.runtime.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the status history; `source` and `event_id` name the news it follows, if any."""

    vehicle_id: VehicleId
    org: OdsCode
    version: int
    is_applied: bool
    from_state: VehicleState
    to_state: VehicleState
    reason: Verb
    effective_at: datetime
    source: str
    event_id: UUID | None = None

    @classmethod
    def of(cls, changed: StatusChanged, source: str, event_id: UUID | None = None) -> Self:
        return cls(
            vehicle_id=changed.vehicle_id,
            org=changed.org,
            version=changed.version,
            is_applied=True,
            from_state=changed.moved_from,
            to_state=changed.moved_to,
            reason=changed.reason,
            effective_at=changed.at,
            source=source,
            event_id=event_id,
        )

    @classmethod
    def correcting(cls, overtaken: Overtaken) -> Self:
        """Return the line of news that came too late to move the vehicle."""
        work = overtaken.work
        return cls(
            vehicle_id=work.vehicle_id,
            org=work.org,
            version=overtaken.version,
            is_applied=False,
            from_state=overtaken.state,
            to_state=overtaken.would_be,
            reason=overtaken.verb,
            effective_at=work.at,
            source=work.source,
            event_id=work.event_id,
        )


class ChangeRepository:
    """Saves; the vehicles are locked already."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def move(
        self, vehicle: Vehicle, changed: StatusChanged, read: OdometerRead | None = None
    ) -> Row | None:
        """Save one move of one vehicle and the reading that came with it, in one statement.

        Returns the columns of its replacement cycle, if it has one and the reading was accepted.
        """
        return await self._tx.fetchrow(
            MOVE,
            *_columns(vehicle),
            changed.org,
            changed.version,
            changed.moved_from,
            changed.moved_to,
            changed.reason,
            changed.at,
            self._tx.scope.subject,
            self._tx.scope.purpose,
            None if read is None else read.reading.shown_miles,
            None if read is None else read.outcome,
        )

    async def save(self, vehicles: Collection[Vehicle], entries: Sequence[Entry]) -> None:
        """Save any number of vehicles, each once, and any number of lines of their history."""
        columns = zip(*map(_columns, vehicles), strict=True) if vehicles else [()] * COLUMNS
        await self._tx.execute(
            SAVE,
            *columns,
            [entry.vehicle_id for entry in entries],
            [entry.org for entry in entries],
            [entry.version for entry in entries],
            [entry.is_applied for entry in entries],
            [entry.from_state for entry in entries],
            [entry.to_state for entry in entries],
            [entry.reason for entry in entries],
            [entry.effective_at for entry in entries],
            [entry.source for entry in entries],
            [entry.event_id for entry in entries],
            self._tx.now,
            self._tx.scope.subject,
        )

    async def open_episodes(self, taken: Sequence[TakenOffRoad]) -> None:
        await self._tx.execute(
            """
            INSERT INTO vor_episode
                   (episode_id, vehicle_id, org, cause, started_at, expected_back_at, note)
            SELECT episode_id, vehicle_id, org, cause, started_at, expected_back_at, note
              FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[],
                          $6::timestamptz[], $7::text[])
                   AS new (episode_id, vehicle_id, org, cause, started_at, expected_back_at, note)
            """,
            [event.episode.id for event in taken],
            [event.vehicle_id for event in taken],
            [event.org for event in taken],
            [event.episode.cause for event in taken],
            [event.episode.started_at for event in taken],
            [event.episode.expected_back_at for event in taken],
            [event.episode.note for event in taken],
        )

    async def end_episode(self, back: BackOnRoad) -> None:
        await self._tx.execute(
            """
            UPDATE vor_episode
               SET ended_at = $2
             WHERE episode_id = $1
            """,
            back.episode.id,
            back.episode.ended_at,
        )

    async def end_episodes(self, vehicle_id: VehicleId, at: datetime) -> None:
        """End whatever episode of the vehicle is open."""
        await self._tx.execute(
            """
            UPDATE vor_episode
               SET ended_at = $2
             WHERE vehicle_id = $1
               AND ended_at IS NULL
            """,
            vehicle_id,
            at,
        )

    async def add_readings(self, reads: Sequence[OdometerRead]) -> None:
        await self._tx.execute(
            """
            INSERT INTO odometer_reading
                   (vehicle_id, org, shown_miles, is_replacement, outcome, vehicle_miles, read_at,
                    recorded_at, recorded_by)
            SELECT vehicle_id, org, shown_miles, is_replacement, outcome, vehicle_miles, read_at,
                   $8, $9
              FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::boolean[], $5::text[],
                          $6::integer[], $7::timestamptz[])
                   AS new (vehicle_id, org, shown_miles, is_replacement, outcome, vehicle_miles,
                           read_at)
            """,
            [read.vehicle_id for read in reads],
            [read.org for read in reads],
            [read.reading.shown_miles for read in reads],
            [read.reading.is_replacement for read in reads],
            [read.outcome for read in reads],
            [read.miles for read in reads],
            [read.reading.read_at for read in reads],
            self._tx.now,
            self._tx.scope.subject,
        )

    async def add_defects(self, vehicle: Vehicle, defects: Sequence[Defect], at: datetime) -> None:
        await self._tx.execute(
            """
            INSERT INTO defect (vehicle_id, org, cause, severity, note, reported_at, reported_by)
            SELECT $1, $2, cause, severity, note, $6, $7
              FROM unnest($3::text[], $4::text[], $5::text[]) AS new (cause, severity, note)
            """,
            vehicle.id,
            vehicle.org,
            [defect.cause for defect in defects],
            [defect.severity for defect in defects],
            [defect.note for defect in defects],
            at,
            self._tx.scope.subject,
        )


def _columns(vehicle: Vehicle) -> tuple[object, ...]:
    """Return the identity of a vehicle and all of it that ever changes."""
    return (
        vehicle.id,
        vehicle.state,
        vehicle.home_hub_id,
        vehicle.at_hub_id,
        vehicle.in_service_on,
        vehicle.legal.mot_expires_on,
        vehicle.legal.lifting_expires_on,
        vehicle.legal.tax_expires_on,
        vehicle.odometer.miles,
        vehicle.odometer.read_at,
        vehicle.odometer.offset_miles,
        vehicle.seal_number,
        vehicle.state_since,
        vehicle.last_change_at,
        vehicle.changed_at,
        vehicle.version,
    )


# How many _columns returns: what a save of no vehicle has to leave empty.
COLUMNS: Final = 16
MOVE: Final = """
  WITH saved AS (
           UPDATE vehicle
              SET state = $2, home_hub_id = $3, at_hub_id = $4, in_service_on = $5,
                  mot_expires_on = $6, lifting_expires_on = $7, tax_expires_on = $8,
                  odometer_miles = $9, odometer_at = $10, odometer_offset_miles = $11,
                  seal_number = $12, state_since = $13, last_change_at = $14, changed_at = $15,
                  version = $16, changed_xid = pg_current_xact_id()
            WHERE vehicle_id = $1
       ), told AS (
           INSERT INTO status_history
                  (vehicle_id, org, version, is_applied, from_state, to_state, reason, effective_at,
                   recorded_at, actor, source)
           VALUES ($1, $17, $18, true, $19, $20, $21, $22, $15, $23, $24)
       ), read AS (
           INSERT INTO odometer_reading
                  (vehicle_id, org, shown_miles, is_replacement, outcome, vehicle_miles, read_at,
                   recorded_at, recorded_by)
           SELECT $1, $17, $25, false, $26, $9, $22, $15, $23
            WHERE $26::text IS NOT NULL
       )
SELECT state, is_announced, started_on, target_age_months, maximum_age_months, target_miles,
       planning_window_months, due_on, due_because, must_leave_on, plan_id, financial_year, option,
       envelope
  FROM replacement_cycle
 WHERE vehicle_id = $1
   AND $26::text = 'ACCEPTED'
"""
SAVE: Final = """
  WITH saved AS (
           UPDATE vehicle
              SET state = new.state, home_hub_id = new.home_hub_id, at_hub_id = new.at_hub_id,
                  in_service_on = new.in_service_on, mot_expires_on = new.mot_expires_on,
                  lifting_expires_on = new.lifting_expires_on, tax_expires_on = new.tax_expires_on,
                  odometer_miles = new.odometer_miles, odometer_at = new.odometer_at,
                  odometer_offset_miles = new.odometer_offset_miles, seal_number = new.seal_number,
                  state_since = new.state_since, last_change_at = new.last_change_at,
                  changed_at = new.changed_at, version = new.version,
                  changed_xid = pg_current_xact_id()
             FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::date[], $6::date[],
                         $7::date[], $8::date[], $9::integer[], $10::timestamptz[], $11::integer[],
                         $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
                         $16::bigint[])
                  AS new (vehicle_id, state, home_hub_id, at_hub_id, in_service_on, mot_expires_on,
                          lifting_expires_on, tax_expires_on, odometer_miles, odometer_at,
                          odometer_offset_miles, seal_number, state_since, last_change_at,
                          changed_at, version)
            WHERE vehicle.vehicle_id = new.vehicle_id
       )
INSERT INTO status_history
       (vehicle_id, org, version, is_applied, from_state, to_state, reason, effective_at,
        recorded_at, actor, source, event_id)
SELECT vehicle_id, org, version, is_applied, from_state, to_state, reason, effective_at, $27, $28,
       source, event_id
  FROM unnest($17::uuid[], $18::text[], $19::bigint[], $20::boolean[], $21::text[], $22::text[],
              $23::text[], $24::timestamptz[], $25::text[], $26::uuid[])
       AS new (vehicle_id, org, version, is_applied, from_state, to_state, reason, effective_at,
               source, event_id)
"""
