"""Parts of a solve on a cluster: the same numbers, from other processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from distributed import LocalCluster, SchedulerPlugin

from benchmarks.plan.alliances import wmas
from services.capital.executor import CLUSTER, ClusterAway, executor
from services.capital.optimiser import search
from services.capital.problem_wire import problem_to_json
from services.capital.solve_file import main


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def test_parts_are_solved_on_the_cluster_in_the_order_asked(cluster: LocalCluster) -> None:
    with executor(cluster.scheduler_address) as cores:
        powers = list(cores.map(pow, range(20), [2] * 20))
        workers = set(cores.map(_process, range(20)))

    assert powers == [number**2 for number in range(20)]
    assert os.getpid() not in workers


def test_a_plan_is_the_same_file_with_a_cluster_as_without(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SMALL", 0)
    (tmp_path / "problem.json").write_text(problem_to_json(wmas(years=2)))
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    asked = [str(tmp_path / "problem.json"), "--nodes", "3", "--gap", "0.001", "--out"]
    monkeypatch.delenv(CLUSTER, raising=False)
    assert main([*asked, str(here)]) == 0

    monkeypatch.setenv(CLUSTER, cluster.scheduler_address)
    with workers_of(cluster) as workers:
        assert main([*asked, str(there)]) == 0

    assert there.read_bytes() == here.read_bytes()
    assert workers


def test_without_a_cluster_parts_are_solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLUSTER, raising=False)

    with executor() as cores:
        workers = set(cores.map(_process, range(4)))

    assert workers == {os.getpid()}


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:1")

    with pytest.raises(ClusterAway, match=CLUSTER), executor():
        pass


class Watching(SchedulerPlugin):
    """Sees which workers finish anything."""

    def __init__(self) -> None:
        self.seen: Final[set[str]] = set()

    def transition(self, *moved: object, **rest: object) -> None:
        _, _, finish, *_ = moved
        if finish == "memory":
            self.seen.add(str(rest["worker"]))


@contextmanager
def workers_of(cluster: LocalCluster) -> Iterator[set[str]]:
    """Yield the addresses of the workers that finish anything meanwhile."""
    scheduler = cluster.scheduler
    assert scheduler is not None
    watching = Watching()
    scheduler.add_plugin(watching, name="watching")
    try:
        yield watching.seen
    finally:
        scheduler.remove_plugin(name="watching")


def _process(_: int) -> int:
    return os.getpid()
