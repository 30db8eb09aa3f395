"""Where the parts of a plan are solved: on this machine's cores, or on a Dask cluster."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

CLUSTER: Final = "MAKEREADY_SOLVER_CLUSTER"
CONNECT_SECONDS: Final = 5


class ClusterAway(Exception):
    """The cluster that was named cannot be used; the message says why."""


@contextmanager
def executor(cluster: str | None = None) -> Iterator[Executor]:
    """Yield what runs parts of a solve; `cluster` is a scheduler's address, "tcp://host:8786".

    None: as MAKEREADY_SOLVER_CLUSTER says; empty: a thread for each core, as solvers hold no
    interpreter lock. Raises ClusterAway.
    """
    address = os.environ.get(CLUSTER, "") if cluster is None else cluster
    if address:
        with _cluster(address) as cores:
            yield cores
    else:
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            yield threads


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra of its own
    except ImportError as missing:
        raise ClusterAway(f"{CLUSTER} needs the extra `cluster`: {missing}") from missing
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as trouble:
        raise ClusterAway(f"{CLUSTER}={address}: {trouble}") from trouble
    with client:
        # Equal parts are equal work, not one result: each is solved where it is asked for.
        yield client.get_executor(pure=False)
