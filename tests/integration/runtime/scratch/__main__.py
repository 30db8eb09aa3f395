"""The scratch service as a process of its own: `python -m tests.integration.runtime.scratch ROLE…`.

SCRATCH_NAME, SCRATCH_TOPIC and SCRATCH_SOURCE say which; SCRATCH_FAULT where it is to die.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

from makeready.fleet.v1 import fleet_service_pb2

from services.runtime import outbox_queue
from services.runtime.outbox_queue import OutboxQueue
from services.runtime.outgoing import Outgoing
from services.runtime.process import run
from services.runtime.schedule import Schedule
from services.runtime.spec import ServiceSpec
from services.runtime.tx import Tx
from tests.integration.runtime.scratch.service import MIGRATIONS, Scratch

DIES_BEFORE_FORGETTING = "before forgetting what was acknowledged"
FALLS_SILENT_SOON = "a session that is ended after three seconds of silence"


def die_before_forgetting() -> None:
    """Have the process killed once the broker has acknowledged and before the outbox knows."""
    advance = OutboxQueue.advance

    async def dying(
        queue: OutboxQueue, sent: Sequence[int], parked: Mapping[str, int]
    ) -> list[Outgoing]:
        if sent:
            os.kill(os.getpid(), signal.SIGKILL)
        return await advance(queue, sent, parked)

    OutboxQueue.advance = dying  # type: ignore[method-assign, assignment]


async def beat(tx: Tx) -> None:
    """Do nothing, on schedule."""


def spec() -> ServiceSpec:
    topic = os.environ["SCRATCH_TOPIC"]
    return ServiceSpec(
        name=os.environ["SCRATCH_NAME"],
        descriptor=fleet_service_pb2.DESCRIPTOR.services_by_name["FleetService"],
        permissions={},
        api=lambda _: object(),
        migrations=MIGRATIONS[0],
        publishes=[topic],
        subscriptions=lambda _: [Scratch().subscription(topic, os.environ["SCRATCH_SOURCE"])],
        schedules=lambda _: [Schedule(name="beat", every=timedelta(seconds=1), work=beat)],
    )


if __name__ == "__main__":
    if os.environ.get("SCRATCH_FAULT") == DIES_BEFORE_FORGETTING:
        die_before_forgetting()
    if os.environ.get("SCRATCH_FAULT") == FALLS_SILENT_SOON:
        outbox_queue.SILENCE_SECONDS = 3  # type: ignore[misc]
    sys.exit(run(spec(), sys.argv[1:]))
