"""Ports for our processes, from below the range the system takes for outgoing connections.

A port of that range may be gone by the time a killed process comes back for it.
"""

import random
import socket
from typing import Final

PORTS: Final = range(20_000, 32_000)
TRIES: Final = 100


def quiet_port() -> int:
    """Return a loopback port nobody listens on."""
    for port in random.sample(PORTS, TRIES):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port among {TRIES} tried")
