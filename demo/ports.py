"""Ports for our processes, from below the range the system takes for outgoing connections.

A port of that range may be gone by the time a killed process comes back for it.
"""

import random
import socket
from typing import Final

PORTS: Final = range(20_000, 32_000)
TRIES: Final = 100


def quiet_port(preferred: int = 0) -> int:
    """Return a loopback port nobody listens on: the one preferred, if it is given and free."""
    for port in (preferred, *random.sample(PORTS, TRIES)):
        if port and is_free(port):
            return port
    raise OSError(f"no free port among {TRIES} tried")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
