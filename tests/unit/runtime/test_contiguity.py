"""Whatever arrives in whatever order: each version of a key is applied once, and in its turn."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from makeready.fleet.v1.vehicle_events_pb2 import OdometerRecorded

from services.runtime.contiguity import Known, Position, Verdicts, runs_of, sort, sort_each
from services.runtime.events import Arrival, Reader
from services.runtime.faults import Fault, Reason
from services.runtime.subscription import types_of
from tests.delivery import Fact, a_record

READER = Reader("makeready/fleet", types_of(OdometerRecorded), "vehicle")


def an_arrival(key: str, version: int) -> Arrival:
    """The event `version` of `key`, always the same one."""
    message = OdometerRecorded(vehicle_id=key, trust="RYA", odometer_miles=version)
    arrival = READER.read(a_record("t", "makeready/fleet", Fact(key=key, message=message), version))
    assert arrival.event is not None
    event = replace(arrival.event, id=UUID(int=version * 1_000 + ord(key)))
    return replace(arrival, event=event)


class Memory:
    """What the database would remember between batches."""

    def __init__(self) -> None:
        self.digests: dict[UUID, bytes] = {}
        self.positions: dict[str, Position] = {}
        self.applied: list[tuple[str, int]] = []

    def take(self, *arrivals: Arrival) -> Verdicts:
        ids = {event.id: each.digest for each in arrivals if (event := each.event)}
        fresh = frozenset(ids.keys() - self.digests.keys())
        verdicts = sort(arrivals, Known(fresh, dict(self.digests), dict(self.positions)))
        self.digests = ids | self.digests
        self.positions |= verdicts.positions
        self.applied += [(event.key, event.version) for event in verdicts.apply]
        return verdicts


def told(verdicts: Verdicts) -> tuple[object, ...]:
    """Return what verdicts say, in values that compare; faults, being exceptions, do not."""
    parked, dead = (
        [(held.arrival, held.fault.reason) for held in each]
        for each in (verdicts.parked, verdicts.dead)
    )
    counts = verdicts.duplicates, verdicts.stale, verdicts.passed_over
    return verdicts.apply, verdicts.positions, parked, dead, verdicts.filled, counts


events = st.tuples(st.sampled_from("abc"), st.integers(1, 6))


@given(st.lists(st.lists(events, max_size=12), max_size=6))
def test_versions_of_a_key_are_applied_in_order_without_holes_or_repeats(
    batches: Sequence[Sequence[tuple[str, int]]],
) -> None:
    memory = Memory()

    for batch in batches:
        memory.take(*(an_arrival(*each) for each in batch))

    for key in "abc":
        versions = [version for applied, version in memory.applied if applied == key]
        assert versions == list(range(1, len(versions) + 1))


@given(st.lists(events, max_size=20), st.integers(0, 20))
def test_where_the_batch_is_cut_makes_no_difference(
    stream: Sequence[tuple[str, int]], cut: int
) -> None:
    arrivals, whole, halves = [an_arrival(*each) for each in stream], Memory(), Memory()

    whole.take(*arrivals)
    halves.take(*arrivals[:cut])
    halves.take(*arrivals[cut:])

    assert whole.applied == halves.applied
    assert whole.positions == halves.positions


@given(st.lists(st.lists(events, max_size=12), min_size=1, max_size=6))
def test_batches_judged_together_come_to_what_they_come_to_one_by_one(
    batches: Sequence[Sequence[tuple[str, int]]],
) -> None:
    arrivals = [[an_arrival(*each) for each in batch] for batch in batches]
    ids = frozenset(event.id for batch in arrivals for each in batch if (event := each.event))

    together = sort_each(arrivals, Known(ids, {}, {}))

    memory = Memory()
    assert list(map(told, together)) == [told(memory.take(*batch)) for batch in arrivals]


@given(st.lists(st.lists(events, max_size=12), max_size=6))
def test_a_key_that_stands_before_its_run_ends_where_its_run_ends(
    batches: Sequence[Sequence[tuple[str, int]]],
) -> None:
    memory = Memory()

    for batch in batches:
        arrivals = [an_arrival(*each) for each in batch]
        is_new = not memory.digests.keys() & {each.event.id for each in arrivals if each.event}
        before = dict(memory.positions)
        after = memory.take(*arrivals).positions

        for key, run in runs_of(arrivals).items():
            if is_new and before.get(key) == Position(run.first - 1, parked=False):
                assert after[key] == Position(run.last, parked=False)


def test_what_follows_a_parked_event_of_its_key_waits_and_other_keys_go_on() -> None:
    bad = an_arrival("a", 2).held_for(Fault(Reason.REFUSED, "no"))

    verdicts = Memory().take(an_arrival("a", 1), bad, an_arrival("a", 3), an_arrival("b", 1))

    assert [(event.key, event.version) for event in verdicts.apply] == [("a", 1), ("b", 1)]
    assert [held.fault.reason for held in verdicts.parked] == [Reason.REFUSED, Reason.BEHIND]
    assert verdicts.positions["a"] == Position(version=1, parked=True)


def test_the_missing_version_is_told_when_it_comes() -> None:
    memory = Memory()
    memory.take(an_arrival("a", 1), an_arrival("a", 3))

    verdicts = memory.take(an_arrival("a", 2))

    assert verdicts.filled == {"a"}
    assert verdicts.apply == []


def test_an_id_with_other_bytes_is_dead_and_with_the_same_a_duplicate() -> None:
    memory, first = Memory(), an_arrival("a", 1)
    memory.take(first)

    verdicts = memory.take(first, replace(first, digest=b"another"))

    assert verdicts.duplicates == 1
    assert [held.fault.reason for held in verdicts.dead] == [Reason.ID_REUSE]
