"""Which changes a hub's stream tells of."""

from services.fleet.api.watching import Concern
from services.fleet.domain.states import VehicleState
from tests.unit.fleet.build import DUDLEY, OLDBURY, a_vehicle

AT_OLDBURY = a_vehicle()
VISITING_OLDBURY = a_vehicle(home_hub_id=DUDLEY, at_hub_id=OLDBURY)
OUT_FROM_OLDBURY = a_vehicle(VehicleState.DEPLOYED)
AT_DUDLEY = a_vehicle(home_hub_id=DUDLEY, at_hub_id=DUDLEY)


def test_a_stream_of_every_hub_tells_of_every_vehicle() -> None:
    concern = Concern(None, is_resumed=False)

    assert concern.takes(AT_DUDLEY)


def test_a_hubs_vehicles_are_those_at_it_and_those_that_belong_to_it() -> None:
    concern = Concern(OLDBURY, is_resumed=False)

    told = [concern.takes(each) for each in (AT_OLDBURY, VISITING_OLDBURY, OUT_FROM_OLDBURY)]

    assert told == [True, True, True]


def test_a_vehicle_that_leaves_is_told_of_once_more() -> None:
    concern = Concern(OLDBURY, is_resumed=False)

    told = [concern.takes(each) for each in (AT_OLDBURY, AT_DUDLEY, AT_DUDLEY)]

    assert told == [True, True, False]


def test_a_resumed_stream_tells_once_of_a_vehicle_it_may_have_told_of_before() -> None:
    concern = Concern(OLDBURY, is_resumed=True)

    told = [concern.takes(each) for each in (AT_DUDLEY, AT_DUDLEY)]

    assert told == [True, False]
