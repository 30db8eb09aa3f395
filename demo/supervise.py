"""`python -m demo.supervise`: what `./dev up` leaves running; ended by `./dev down`."""

import asyncio
import signal
import sys

import uvloop

from demo.platform import SERVICES, Member, Platform, Setup
from demo.state import HOME, State

FIRST_GRPC_PORT = 50051
FIRST_HEALTH_PORT = 8081


async def supervise() -> None:
    """Run the platform on its lasting data until told to end."""
    told_to_end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    members = [
        Member(
            name=service,
            service=service,
            grpc_port=FIRST_GRPC_PORT + place,
            health_port=FIRST_HEALTH_PORT + place,
        )
        for place, service in enumerate(SERVICES)
    ]
    setup = Setup(directory=HOME, members=members, progress=lambda text: print(text, flush=True))
    async with Platform(setup) as platform:
        platform.state().write()
        await told_to_end.wait()
    State.forget()


if __name__ == "__main__":
    uvloop.run(supervise())
    sys.exit(0)
