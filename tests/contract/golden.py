"""Bytes of every event, kept for as long as anybody may replay them.

`python -m tests.contract.golden` writes those that are missing. What is there is never written
again: it stands for what was published.
"""

from pathlib import Path
from typing import Final

from google.protobuf.descriptor import Descriptor
from makeready.capital.v1 import plan_events_pb2
from makeready.fleet.v1 import vehicle_events_pb2
from makeready.hubs.v1 import hub_events_pb2

from tests.contract.fuzz import Fuzzer

FOLDER: Final = Path(__file__).with_name("golden")
SEED: Final = 7
EVENTS: Final[tuple[Descriptor, ...]] = tuple(
    message
    for file in (vehicle_events_pb2, hub_events_pb2, plan_events_pb2)
    for message in file.DESCRIPTOR.message_types_by_name.values()
)


def bytes_of(event: Descriptor) -> bytes:
    """Return the bytes that stand for every event of this type ever published."""
    return (FOLDER / f"{event.name}.bin").read_bytes()


def write_missing() -> None:
    """Write the bytes of events that have none yet."""
    FOLDER.mkdir(exist_ok=True)
    for event in EVENTS:
        file = FOLDER / f"{event.name}.bin"
        if not file.exists():
            file.write_bytes(Fuzzer(SEED).plausible(event).SerializeToString(deterministic=True))


if __name__ == "__main__":
    write_missing()
