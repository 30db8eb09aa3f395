"""Whatever happens to a vehicle, in whatever order, the rules hold."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.fleet.domain.crew import deploy, take_back
from services.fleet.domain.events import StatusChanged, VehicleEvents
from services.fleet.domain.kinds import DefectSeverity, VorCause
from services.fleet.domain.legal import LegalItems
from services.fleet.domain.life import Succession, dispose, move, read_odometer, withdraw
from services.fleet.domain.odometer import Reading
from services.fleet.domain.road import keep_lawful, return_to_road, take_off_road
from services.fleet.domain.states import IN_SERVICE, MOVES, OPENING, VehicleState
from services.fleet.domain.vehicle import Moment, Vehicle
from services.fleet.domain.vor import Defect, Fault, Findings
from services.fleet.domain.work import Step, follow
from services.kernel.errors import Refusal
from tests.unit.fleet.build import DUDLEY, NOW, OLDBURY, a_vehicle, legal, work

Act = Callable[[Vehicle, Moment], tuple[Vehicle, VehicleEvents]]
CAUSES = st.sampled_from([VorCause.MOT, VorCause.LOLER, VorCause.TAX_OR_INSURANCE, VorCause.TYRE])
DAYS = st.dates(date(2026, 6, 8), date(2026, 7, 31))


def _deploy(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    after, changed = deploy(vehicle, frozenset(), moment)
    return after, (changed,)


def _withdraw(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    reason = Succession(replacement=None, establishment_change="D-12")
    after, changed = withdraw(vehicle, reason, moment)
    return after, (changed,)


def _dispose(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    after, changed = dispose(vehicle, moment)
    return after, (changed,)


def _return(severity: DefectSeverity) -> Act:
    defects = [Defect(cause=VorCause.BRAKES, severity=severity)]
    return lambda vehicle, moment: take_back(vehicle, OLDBURY, Findings(), defects, moment)


def _mend(cause: VorCause, holds_until: date) -> Act:
    dated = {VorCause.MOT, VorCause.LOLER, VorCause.TAX_OR_INSURANCE}
    until = holds_until if cause in dated else None
    return lambda vehicle, moment: return_to_road(vehicle, cause, OLDBURY, until, moment)


def _work(step: Step, late: timedelta, *, is_commissioning: bool) -> Act:
    def act(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
        told = work(step, at=moment.at - late, is_commissioning=is_commissioning)
        after, events, _ = follow(vehicle, told, moment.recorded_at)
        return after, events

    return act


def _read(miles: int) -> Act:
    def act(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
        after, read = read_odometer(
            vehicle, Reading(shown_miles=miles, read_at=moment.at), moment.recorded_at
        )
        return after, (read,)

    return act


LATE = st.just(timedelta(0)) | st.timedeltas(timedelta(0), timedelta(days=2))


def _goes_on(vehicle: Vehicle, moment: Moment) -> tuple[Vehicle, VehicleEvents]:
    """Do what usually comes next, so that vehicles go out again and again."""
    match vehicle.state:
        case VehicleState.MADE_READY:
            act: Act = _deploy
        case VehicleState.DEPLOYED:
            act = _return(DefectSeverity.MINOR)
        case VehicleState.AWAITING_MAKE_READY:
            act = _work(Step.STARTED, timedelta(0), is_commissioning=False)
        case VehicleState.IN_MAKE_READY | VehicleState.COMMISSIONING as state:
            is_new = state is VehicleState.COMMISSIONING
            act = _work(Step.COMPLETED, timedelta(0), is_commissioning=is_new)
        case VehicleState.OFF_ROAD:
            cause = vehicle.open_episodes[0].cause
            act = _mend(cause, moment.today + timedelta(days=5))
        case _:
            act = keep_lawful
    return act(vehicle, moment)


SELDOM = st.one_of(
    st.just(_return(DefectSeverity.DANGEROUS)),
    CAUSES.map(lambda cause: lambda vehicle, m: take_off_road(vehicle, Fault(cause=cause), m)),
    st.just(keep_lawful),
    st.just(lambda vehicle, moment: move(vehicle, DUDLEY, moment)),
    st.builds(_work, st.sampled_from(Step), LATE, is_commissioning=st.booleans()),
    st.integers(0, 20_000).map(_read),
    st.sampled_from([_deploy, _deploy, _deploy, _withdraw, _dispose]),
)
ACTS = st.one_of(st.just(_goes_on), st.just(_goes_on), SELDOM, st.builds(_mend, CAUSES, DAYS))
HISTORIES = st.lists(
    st.tuples(ACTS, st.timedeltas(timedelta(0), timedelta(days=1))), min_size=10, max_size=40
)


@settings(max_examples=100)
@given(
    opening=st.sampled_from(sorted(OPENING)),
    items=st.builds(legal, mot=DAYS, lifting=st.none() | DAYS, tax=DAYS),
    history=HISTORIES,
)
def test_no_blocked_vehicle_is_ever_given_to_a_crew(
    opening: VehicleState, items: LegalItems, history: list[tuple[Act, timedelta]]
) -> None:
    vehicle = a_vehicle(opening, legal=items, seal_number="")
    now = NOW
    for act, pause in history:
        now += pause
        before = vehicle
        try:
            vehicle, events = act(vehicle, vehicle.moment(None, now))
        except Refusal:
            continue
        _assert_told(before, vehicle, events)
        if vehicle.state is VehicleState.DEPLOYED and before.state is not VehicleState.DEPLOYED:
            _assert_lawful(before, now)


def _assert_lawful(vehicle: Vehicle, now: datetime) -> None:
    today = Moment(at=now, recorded_at=now).today
    assert vehicle.state is VehicleState.MADE_READY
    assert vehicle.legal.lapsed(today) == ()
    assert vehicle.open_episodes == ()


def _assert_told(before: Vehicle, after: Vehicle, events: VehicleEvents) -> None:
    """Every move is told once, in order, as the table has it; time and miles never run back."""
    state = before.state
    for event in events:
        if isinstance(event, StatusChanged):
            assert event.moved_from is state
            assert state in MOVES[event.reason].sources
            assert event.moved_to is MOVES[event.reason].target
            state = event.moved_to
    assert after.state is state
    assert (after.version > before.version) is (after != before)
    assert after.state_since >= before.state_since
    assert after.last_change_at >= max(before.last_change_at, after.state_since)
    assert after.odometer.miles >= before.odometer.miles
    causes = [episode.cause for episode in after.open_episodes]
    assert len(causes) == len(set(causes))
    assert bool(causes) is (after.state is VehicleState.OFF_ROAD)
    if after.state in IN_SERVICE - {VehicleState.DEPLOYED, VehicleState.OFF_ROAD}:
        assert after.at_hub_id is not None
