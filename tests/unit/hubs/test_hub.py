"""A hub's bays."""

import pytest

from services.hubs.domain.hub import BayInUse, BayNotFound
from services.hubs.domain.work import BayCapability, JobKind
from tests.unit.hubs.build import a_bay, a_board, a_hub, a_job_at_work

ONE, TWO = a_bay("Bay 1"), a_bay("Bay 2", BayCapability.DEEP_CLEAN)


def test_a_hub_has_the_bays_that_were_said_last() -> None:
    hub = a_hub(ONE).with_bays([TWO], held={})

    assert (hub.bays, hub.version) == ((TWO,), 2)


def test_a_bay_that_holds_a_vehicle_cannot_be_taken_away() -> None:
    board = a_board(a_job_at_work(bay=ONE), hub=a_hub(ONE, TWO))

    with pytest.raises(BayInUse) as refusal:
        board.hub.with_bays([TWO], board.held)

    assert refusal.value.metadata == {"bay": "Bay 1"}


def test_a_bay_that_holds_a_vehicle_can_be_named_anew() -> None:
    board = a_board(a_job_at_work(bay=ONE), hub=a_hub(ONE, TWO))
    renamed = a_bay("Bay 9")

    hub = board.hub.with_bays(
        [type(ONE)(id=ONE.id, name="Wash", capabilities=ONE.capabilities), renamed], board.held
    )

    assert [bay.name for bay in hub.bays] == ["Bay 9", "Wash"]


def test_a_bay_of_another_hub_is_not_found() -> None:
    with pytest.raises(BayNotFound):
        a_hub(ONE).bay(TWO.id)


def test_each_kind_of_work_has_its_bays() -> None:
    hub = a_hub(TWO, ONE)

    assert hub.bays_for(JobKind.FULL) == [ONE]
    assert hub.bays_for(JobKind.DECONTAMINATION) == [TWO]
    assert hub.bays_for(JobKind.COMMISSIONING) == []
