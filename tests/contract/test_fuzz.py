"""Whatever is sent, the answer is one of the catalogue: never UNKNOWN, never INTERNAL."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest
from makeready.common.v1 import error_reason_pb2
from makeready.fleet.v1 import fleet_service_pb2 as fleet
from makeready.hubs.v1 import hubs_service_pb2 as hubs

from tests.conftest import Say
from tests.contract.cases import VALID, a_hub_to_register, a_vehicle_to_register
from tests.contract.fuzz import Fuzzer
from tests.contract.stage import SERVICES, Answer, Stage

REQUESTS = int(os.environ.get("MAKEREADY_FUZZ_REQUESTS", "20000"))
SEED = int(os.environ.get("MAKEREADY_FUZZ_SEED", "20261014"))
# Many callers, so that none meets its rate.
CALLERS = 200
IN_FLIGHT = 48
# The library turns such a body away before we see it (B03).
TOO_LARGE = "larger than max"
NAMES = error_reason_pb2.DESCRIPTOR.enum_types_by_name["ErrorReason"].values_by_name
REASONS = {name.removeprefix("ERROR_REASON_") for name in NAMES}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", sorted(SERVICES))
@pytest.mark.asyncio(loop_scope="session")
async def test_no_request_is_answered_with_unknown_or_internal(
    stage: Stage, service: str, say: Say
) -> None:
    fuzzer = Fuzzer(SEED, await _known(stage))
    methods = [method.name for method in SERVICES[service].methods]
    tokens = [stage.token(subject=f"fuzz {n}") for n in range(CALLERS)]
    seen: Counter[tuple[str, str]] = Counter()

    def requests() -> Iterator[tuple[str, bytes, str]]:
        while True:
            method = fuzzer.draw.choice(methods)
            request_type = SERVICES[service].methods_by_name[method].input_type
            yield method, fuzzer.body(request_type), fuzzer.draw.choice(tokens)

    async def caller(drawn: Iterator[tuple[str, bytes, str]]) -> None:
        for method, body, token in drawn:
            answer = await stage.call(service, method, body, token=token, timeout=30)
            _expect_catalogued(method, body, answer)
            seen[answer.code, answer.reason] += 1

    drawn = islice(requests(), REQUESTS)
    await asyncio.gather(*(caller(drawn) for _ in range(IN_FLIGHT)))

    counts = [f"{count:>6}  {code} {reason}" for (code, reason), count in seen.most_common()]
    say(f"{service}: seed {SEED}, {seen.total()} requests", *counts)
    assert seen.total() == REQUESTS
    assert seen["OK", ""] > 0


def _expect_catalogued(method: str, body: bytes, answer: Answer) -> None:
    assert answer.code not in {"UNKNOWN", "INTERNAL"}, (method, body.hex(), answer)
    if answer.code != "OK" and TOO_LARGE not in answer.message:
        assert answer.reason in REASONS, (method, body.hex(), answer)


async def _known(stage: Stage) -> dict[str, list[str]]:
    """Make a hub and a vehicle, and return values that lead a request past the first rule."""
    token = stage.token()
    hub = a_hub_to_register()
    hub.request_id, hub.name = "7c1fb0a8-6f0d-4a53-a3a4-3f7f0b4a7a11", "Fuzz"
    made = hubs.RegisterHubResponse.FromString(
        (await stage.call("hubs", "RegisterHub", hub, token=token)).body
    )
    vehicle = a_vehicle_to_register()
    vehicle.request_id, vehicle.fleet_number = "7c1fb0a8-6f0d-4a53-a3a4-3f7f0b4a7a12", "F1"
    vehicle.vrm, vehicle.vin = "BX24FUZ", "ZFA25000002F00001"
    vehicle.home_hub_id = made.hub.hub_id
    registered = fleet.RegisterVehicleResponse.FromString(
        (await stage.call("fleet", "RegisterVehicle", vehicle, token=token)).body
    )
    assert registered.vehicle.vehicle_id
    assert VALID
    return {
        "vehicle_id": [registered.vehicle.vehicle_id],
        "hub_id": [made.hub.hub_id, ""],
        "home_hub_id": [made.hub.hub_id],
        "at_hub_id": [made.hub.hub_id, ""],
        "to_hub_id": [made.hub.hub_id],
        "bay_id": [""],
        "etag": ["v1", "v2", "v3", registered.vehicle.etag, made.hub.etag],
        "trust": ["RYA", "RYA", "RYA", "RYD", ""],
        "trusts": ["RYA"],
        "holder": ["RYA", "RYA", "QUA"],
        "system": ["QUA", "QHL"],
        "vrm": ["BX24FUZ", "bx24 fuz", "A1", "AB12CDE", "1234AB"],
        "vin": ["ZFA25000002F00001", "ZFA25000002F00002", "ZFA25000002F00003"],
        "page_token": [""],
        "resume_token": [""],
        "content_hash": ["a" * 64],
    }
