"""FleetService: each method parses its request, calls one handler and renders the reply."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from uuid import UUID, uuid4

from makeready.fleet.v1 import fleet_service_pb2 as pb

from services.fleet.api import requests
from services.fleet.api.watching import watch_vehicles
from services.fleet.domain.kinds import LifePolicyId
from services.fleet.domain.odometer import Outcome
from services.fleet.handlers import cycling, disposal, service, vehicles
from services.fleet.wire.cycles import cycle_message, policy_message
from services.fleet.wire.kinds import VOR_CAUSE_OF
from services.fleet.wire.vehicles import availability_message, result_message, vehicle_message
from services.kernel.calendar import london_day
from services.kernel.ids import HubId, VehicleId
from services.runtime.db import Database
from services.runtime.paging import Page
from services.runtime.parse import parse_optional_date, parse_uuid
from services.runtime.rpc.call import Call
from services.runtime.tx import Tx
from services.runtime.watch import ChangeFeed


class FleetApi:
    """Bound to the process only for its streams; every other method gets its transaction."""

    def __init__(self, database: Database, feed: ChangeFeed, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._feed = feed
        self._clock = clock

    async def RegisterVehicle(
        self, tx: Tx, request: pb.RegisterVehicleRequest
    ) -> pb.RegisterVehicleResponse:
        at = requests.instant_of("at", request.at, tx.now)
        vehicle = await vehicles.register_vehicle(tx, requests.new_vehicle(request), at)
        return pb.RegisterVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def GetVehicle(self, tx: Tx, request: pb.GetVehicleRequest) -> pb.GetVehicleResponse:
        vehicle_id = VehicleId(parse_uuid("vehicle_id", request.vehicle_id))
        vehicle = await vehicles.get_vehicle(tx, vehicle_id)
        return pb.GetVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def LookupVehicle(
        self, tx: Tx, request: pb.LookupVehicleRequest
    ) -> pb.LookupVehicleResponse:
        vehicle = await vehicles.look_up(tx, requests.name_of(request, tx.scope, tx.now))
        return pb.LookupVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def ListVehicles(
        self, tx: Tx, request: pb.ListVehiclesRequest
    ) -> pb.ListVehiclesResponse:
        page = Page.of(request, (str, str))
        found = await vehicles.list_vehicles(tx, requests.vehicles_wanted(request, tx.scope, page))
        shown, token = page.cut(found, lambda vehicle: (vehicle.org, vehicle.fleet_number))
        return pb.ListVehiclesResponse(
            vehicles=[vehicle_message(vehicle, tx.today) for vehicle in shown],
            next_page_token=token,
        )

    async def MoveVehicle(self, tx: Tx, request: pb.MoveVehicleRequest) -> pb.MoveVehicleResponse:
        to_hub_id = HubId(parse_uuid("to_hub_id", request.to_hub_id))
        vehicle = await vehicles.move_vehicle(tx, requests.target_of(request, tx.now), to_hub_id)
        return pb.MoveVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def DeployVehicle(
        self, tx: Tx, request: pb.DeployVehicleRequest
    ) -> pb.DeployVehicleResponse:
        target = requests.target_of(request, tx.now)
        vehicle = await service.deploy_vehicle(tx, target, requests.needs_of(request))
        return pb.DeployVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def ReturnVehicle(
        self, tx: Tx, request: pb.ReturnVehicleRequest
    ) -> pb.ReturnVehicleResponse:
        target = requests.target_of(request, tx.now)
        vehicle, outcome = await service.return_vehicle(tx, target, requests.return_of(request))
        return pb.ReturnVehicleResponse(
            vehicle=vehicle_message(vehicle, tx.today),
            odometer_accepted=outcome in {None, Outcome.ACCEPTED},
        )

    async def TakeOffRoad(self, tx: Tx, request: pb.TakeOffRoadRequest) -> pb.TakeOffRoadResponse:
        target = requests.target_of(request, tx.now)
        vehicle = await service.take_off_road(tx, target, requests.fault_of(request))
        return pb.TakeOffRoadResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def ReturnToRoad(
        self, tx: Tx, request: pb.ReturnToRoadRequest
    ) -> pb.ReturnToRoadResponse:
        vehicle = await service.return_to_road(
            tx,
            requests.target_of(request, tx.now),
            VOR_CAUSE_OF[request.cause],
            requests.hub_of("at_hub_id", request.at_hub_id),
            parse_optional_date("holds_until", request.holds_until),
        )
        return pb.ReturnToRoadResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def RecordOdometer(
        self, tx: Tx, request: pb.RecordOdometerRequest
    ) -> pb.RecordOdometerResponse:
        reads = await service.record_odometer(tx, requests.readings_of(request, tx.now))
        return pb.RecordOdometerResponse(results=map(result_message, reads))

    async def SetLifePolicy(
        self, tx: Tx, request: pb.SetLifePolicyRequest
    ) -> pb.SetLifePolicyResponse:
        policy = requests.policy_of(LifePolicyId(uuid4()), request)
        revised = await cycling.set_life_policy(tx, policy)
        return pb.SetLifePolicyResponse(
            life_policy=policy_message(policy),
            cycles_revised=revised.cycles,
            cycles_made_due=revised.made_due,
        )

    async def ListReplacementCycles(
        self, tx: Tx, request: pb.ListReplacementCyclesRequest
    ) -> pb.ListReplacementCyclesResponse:
        page = Page.of(request, (date, UUID))
        found = await cycling.list_cycles(tx, requests.cycles_wanted(request, tx.scope, page))
        shown, token = page.cut(found, lambda cycle: (cycle.sorts_on, cycle.vehicle_id))
        return pb.ListReplacementCyclesResponse(
            cycles=map(cycle_message, shown), next_page_token=token
        )

    async def GetAvailability(
        self, tx: Tx, request: pb.GetAvailabilityRequest
    ) -> pb.GetAvailabilityResponse:
        availability = await vehicles.count_vehicles(
            tx,
            requests.readable(tx.scope, request.trust),
            requests.hub_of("home_hub_id", request.home_hub_id),
            with_ring_fenced=request.include_ring_fenced,
        )
        return availability_message(availability, tx.now)

    def WatchVehicles(
        self, call: Call, request: pb.WatchVehiclesRequest
    ) -> AsyncIterator[pb.WatchVehiclesResponse]:
        def today() -> date:
            return london_day(self._clock())

        return watch_vehicles(self._database, self._feed, call.scope, request, today)

    async def BeginDisposal(
        self, tx: Tx, request: pb.BeginDisposalRequest
    ) -> pb.BeginDisposalResponse:
        target = requests.target_of(request, tx.now)
        vehicle = await disposal.begin_disposal(tx, target, requests.reason_of(request))
        return pb.BeginDisposalResponse(vehicle=vehicle_message(vehicle, tx.today))

    async def DisposeVehicle(
        self, tx: Tx, request: pb.DisposeVehicleRequest
    ) -> pb.DisposeVehicleResponse:
        target = requests.target_of(request, tx.now)
        vehicle = await disposal.dispose_vehicle(tx, target, requests.disposal_of(request))
        return pb.DisposeVehicleResponse(vehicle=vehicle_message(vehicle, tx.today))
