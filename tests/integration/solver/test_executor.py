"""Parts of a solve on a cluster: the same numbers, from other processes."""

import os
from collections.abc import Iterator

import pytest
from distributed import LocalCluster

from services.capital.executor import CLUSTER, ClusterAway, executor


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running.scheduler_address


def test_parts_are_solved_on_the_cluster_in_the_order_asked(cluster: str) -> None:
    with executor(cluster) as cores:
        powers = list(cores.map(pow, range(20), [2] * 20))
        workers = set(cores.map(_process, range(20)))

    assert powers == [number**2 for number in range(20)]
    assert os.getpid() not in workers


def test_without_a_cluster_parts_are_solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLUSTER, raising=False)

    with executor() as cores:
        workers = set(cores.map(_process, range(4)))

    assert workers == {os.getpid()}


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:1")

    with pytest.raises(ClusterAway, match=CLUSTER), executor():
        pass


def _process(_: int) -> int:
    return os.getpid()
