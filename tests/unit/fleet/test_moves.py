"""Which verb moves a vehicle from where to where; every other move is refused."""

from collections.abc import Callable

import pytest

from services.fleet.domain.crew import deploy, take_back
from services.fleet.domain.events import StatusChanged, VehicleEvents
from services.fleet.domain.kinds import VorCause
from services.fleet.domain.life import Succession, dispose, withdraw
from services.fleet.domain.refusals import EpisodeNotFound, IllegalTransition
from services.fleet.domain.road import return_to_road, take_off_road
from services.fleet.domain.states import MOVES, OPENING, VehicleState, Verb
from services.fleet.domain.vehicle import Vehicle
from services.fleet.domain.vor import Fault, Findings
from services.fleet.domain.work import Step, follow
from tests.unit.fleet.build import NOW, OLDBURY, TODAY, a_moment, a_vehicle, work

Acted = tuple[Vehicle, VehicleEvents]


def _deploy(vehicle: Vehicle) -> Acted:
    after, changed = deploy(vehicle, frozenset(), a_moment())
    return after, (changed,)


def _withdraw(vehicle: Vehicle) -> Acted:
    reason = Succession(replacement=None, establishment_change="D-12")
    after, changed = withdraw(vehicle, reason, a_moment())
    return after, (changed,)


def _dispose(vehicle: Vehicle) -> Acted:
    after, changed = dispose(vehicle, a_moment())
    return after, (changed,)


COMMANDS: dict[Verb, Callable[[Vehicle], Acted]] = {
    Verb.DEPLOY: _deploy,
    Verb.RETURN: lambda vehicle: take_back(vehicle, OLDBURY, Findings(), (), a_moment()),
    Verb.TAKE_OFF_ROAD: lambda vehicle: take_off_road(
        vehicle, Fault(cause=VorCause.BRAKES), a_moment()
    ),
    Verb.RETURN_TO_ROAD: lambda vehicle: return_to_road(
        vehicle, VorCause.TYRE, OLDBURY, None, a_moment()
    ),
    Verb.WITHDRAW: _withdraw,
    Verb.DISPOSE: _dispose,
}
ALLOWED = [(verb, state) for verb in COMMANDS for state in sorted(MOVES[verb].sources)]
REFUSED = [
    (verb, state)
    for verb in COMMANDS
    for state in VehicleState
    if state not in MOVES[verb].sources
    and (verb, state) != (Verb.TAKE_OFF_ROAD, VehicleState.OFF_ROAD)
]


@pytest.mark.parametrize(("verb", "state"), ALLOWED)
def test_a_verb_moves_a_vehicle_and_tells_it_once(verb: Verb, state: VehicleState) -> None:
    after, events = COMMANDS[verb](a_vehicle(state))

    (changed,) = (event for event in events if isinstance(event, StatusChanged))
    assert after.state is MOVES[verb].target
    assert (changed.moved_from, changed.moved_to, changed.reason) == (state, after.state, verb)
    assert (changed.version, after.version) == (4, 4)
    assert (changed.at, after.state_since, after.last_change_at) == (NOW, NOW, NOW)


@pytest.mark.parametrize(("verb", "state"), REFUSED)
def test_a_verb_is_refused_from_every_other_state(verb: Verb, state: VehicleState) -> None:
    with pytest.raises((IllegalTransition, EpisodeNotFound)) as refused:
        COMMANDS[verb](a_vehicle(state))

    if isinstance(refused.value, IllegalTransition):
        assert refused.value.metadata == {"from": state, "to": MOVES[verb].target}


@pytest.mark.parametrize("state", VehicleState)
def test_the_states_that_a_command_may_bring_next_are_those_it_can(state: VehicleState) -> None:
    vehicle = a_vehicle(state)

    allowed = vehicle.allowed_next_states(TODAY)

    assert allowed == {MOVES[verb].target for verb, source in ALLOWED if source is state}


@pytest.mark.parametrize("state", set(VehicleState) - {VehicleState.DISPOSED})
def test_a_vehicle_that_entered_the_register_can_leave_it(state: VehicleState) -> None:
    reached = set(OPENING)
    for _ in VehicleState:
        reached |= {move.target for move in MOVES.values() if move.sources & reached}
    leads_out = {VehicleState.DISPOSED}
    for _ in VehicleState:
        leads_out |= {
            source for move in MOVES.values() if move.target in leads_out for source in move.sources
        }

    assert state in leads_out or state not in reached


def test_nothing_moves_a_vehicle_that_is_disposed_of() -> None:
    assert all(VehicleState.DISPOSED not in move.sources for move in MOVES.values())


@pytest.mark.parametrize("state", set(VehicleState) - {VehicleState.OFF_ROAD})
def test_a_vehicle_with_an_open_episode_is_nowhere_but_off_the_road(state: VehicleState) -> None:
    off_road = a_vehicle(VehicleState.OFF_ROAD)

    with pytest.raises(ValueError, match="off the road while an episode is open"):
        a_vehicle(state, open_episodes=off_road.open_episodes)


@pytest.mark.parametrize(
    ("step", "state", "expected"),
    [
        (Step.STARTED, VehicleState.AWAITING_MAKE_READY, VehicleState.IN_MAKE_READY),
        (Step.COMPLETED, VehicleState.IN_MAKE_READY, VehicleState.MADE_READY),
        (Step.COMPLETED, VehicleState.AWAITING_MAKE_READY, VehicleState.MADE_READY),
        (Step.STOPPED, VehicleState.IN_MAKE_READY, VehicleState.AWAITING_MAKE_READY),
    ],
)
def test_a_vehicle_follows_the_work_on_it(
    step: Step, state: VehicleState, expected: VehicleState
) -> None:
    after, (changed,), overtaken = follow(a_vehicle(state), work(step), NOW)

    assert isinstance(changed, StatusChanged)
    assert (changed.moved_from, after.state, after.at_hub_id) == (state, expected, OLDBURY)
    assert overtaken is None
