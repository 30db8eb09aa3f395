"""Capital's values through protobuf and back."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from makeready.capital.v1 import capital_service_pb2 as service_pb
from makeready.capital.v1 import catalogue_pb2, plan_pb2
from makeready.capital.v1.renewal_plan_pb2 import RenewalPlan
from makeready.capital.v1.renewal_solve_pb2 import RenewalSolve
from makeready.fleet.v1 import vehicle_events_pb2, vehicle_pb2

from services.capital.domain.envelope import HolderKind
from services.capital.domain.fleet import Moved, Standing
from services.capital.domain.plan import PlanState, Progress
from services.capital.domain.scenario import FrozenEnvelope
from services.capital.optimiser.problem import (
    Mandate,
    MandateBasis,
    MandateId,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms import Fleet
from services.capital.planning.report import Report, progress_from
from services.capital.wire.catalogue import (
    catalogue_bytes,
    requirement_from,
    requirement_to_proto,
    stored_catalogue,
)
from services.capital.wire.envelopes import envelope_from, envelope_to_proto
from services.capital.wire.facts import told_from
from services.capital.wire.plans import plan_to_proto, summary_to_proto
from services.capital.wire.scenarios import question_from
from services.kernel.ids import EnvelopeId
from services.kernel.vehicle import Technology, VehicleType
from services.runtime.parse import PatientData
from tests.unit.capital.build import (
    a_catalogue,
    a_plan,
    a_requirement,
    an_envelope,
    an_option,
)


def test_a_catalogue_is_read_as_it_was_stored() -> None:
    mandate = Mandate(
        mandate_id=MandateId("ZE"),
        trusts=(TrustCode("RYA"),),
        vehicle_types=(TypeCode("DCA"),),
        from_financial_year=2030,
        share_permille=500,
        basis=MandateBasis.ORDERS,
    )
    dear = replace(an_option("DCA-BOX"), price_change_permille=0, lead_time_years=1)
    catalogue = replace(a_catalogue((an_option(), dear)), mandates=(mandate,), version=3)

    assert stored_catalogue(catalogue_bytes(catalogue), version=3) == catalogue


def test_an_envelope_is_told_as_it_was_given() -> None:
    envelope = replace(
        an_envelope(), vehicle_types=(VehicleType.DCA,), technologies=(Technology.BEV,)
    )
    told = envelope_to_proto(envelope)
    request = service_pb.AllocateEnvelopeRequest(
        **{
            field.name: getattr(told, field.name)
            for field, _ in told.ListFields()
            if field.name not in ("envelope_id", "etag")
        }
    )

    assert envelope_from(request, envelope.id) == envelope


def test_a_patient_s_data_does_not_pass_as_a_name() -> None:
    request = service_pb.AllocateEnvelopeRequest(holder="RYA", holder_name="NHS 943 476 5919")

    with pytest.raises(PatientData):
        envelope_from(request, EnvelopeId(UUID(int=1)))


def test_a_requirement_is_read_as_it_is_told() -> None:
    requirement = a_requirement()

    assert requirement_from(requirement_to_proto(requirement)) == requirement


def test_changes_that_name_nothing_mean_everything() -> None:
    request = service_pb.CreateScenarioRequest(trusts=["RYA"])
    request.changes.add().envelope.permille = 800
    request.changes.add().price.permille = 900

    envelope, price = question_from(request).changes

    assert (envelope.fund, envelope.financial_year) == (None, None)  # type: ignore[union-attr]
    assert price.option_id is None  # type: ignore[union-attr]


@pytest.mark.parametrize("state", PlanState)
def test_every_state_of_a_plan_has_its_word_in_the_contract(state: PlanState) -> None:
    message = plan_to_proto(a_plan(state))

    assert plan_pb2.PlanState.Name(message.state) == f"PLAN_STATE_{state}"
    assert message.etag == "v1"


def test_what_is_not_known_of_a_solve_is_left_out() -> None:
    plan = replace(
        a_plan(PlanState.SOLVING),
        progress=Progress(phase="shortfall", elapsed=timedelta(seconds=1.25)),
    )

    progress = plan_to_proto(plan).progress

    assert progress == plan_pb2.PlanProgress(phase="shortfall", elapsed_ms=1250)


def test_sums_come_by_year_and_carry_what_scores_in_it() -> None:
    envelopes = {
        EnvelopeId(UUID(int=number)): FrozenEnvelope(
            id=EnvelopeId(UUID(int=number)),
            holder_name="West Midlands",
            holder_kind=HolderKind.PROVIDER,
            fund=an_envelope().fund,
        )
        for number in (1, 2)
    }
    result = RenewalPlan()
    for year, number in ((2027, 1), (2026, 2)):
        result.fleet_years.add(trust="RYA", vehicle_type="DCA", financial_year=year, vehicles=12)
        result.envelope_uses.add(envelope_id=str(UUID(int=number)), financial_year=year)
    capital = Counter({(Fleet(TrustCode("RYA"), TypeCode("DCA")), 2027): 15_000_000})

    summary = summary_to_proto(result, capital, envelopes)

    assert [(row.financial_year, row.capital_pence) for row in summary.years] == [
        (2026, 0),
        (2027, 15_000_000),
    ]
    assert [row.financial_year for row in summary.envelopes] == [2026, 2027]


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ("ORDERED", Standing.PRE_SERVICE),
        ("COMMISSIONING", Standing.PRE_SERVICE),
        ("AWAITING_MAKE_READY", Standing.IN_SERVICE),
        ("DEPLOYED", Standing.IN_SERVICE),
        ("RESERVE", Standing.IN_SERVICE),
        ("OFF_ROAD", Standing.OFF_ROAD),
        ("ON_LOAN_OUT", Standing.LENT),
        ("ON_LOAN_IN", Standing.BORROWED),
        ("AWAITING_DISPOSAL", Standing.LEAVING),
        ("DISPOSED", Standing.GONE),
    ],
)
def test_a_vehicle_s_state_is_read_as_far_as_capital_cares(state: str, standing: Standing) -> None:
    message = vehicle_events_pb2.VehicleStatusChanged(
        vehicle_id=str(UUID(int=1)),
        to=vehicle_pb2.VehicleState.Value(f"VEHICLE_STATE_{state}"),
    )

    told = told_from(message)

    assert isinstance(told, Moved)
    assert told.standing is standing


def test_only_a_level_of_money_is_told_in_pence() -> None:
    vehicles = RenewalSolve.Progress(
        phase=RenewalSolve.PHASE_PROVING,
        level=RenewalPlan.LEVEL_OVER_AGE,
        incumbent=4,
        bound=2,
        elapsed_seconds=1.5,
    )
    money = RenewalSolve.Progress(
        phase=RenewalSolve.PHASE_PROVING, level=RenewalPlan.LEVEL_COST, incumbent=900
    )

    assert progress_from(vehicles) == Progress(phase="over age", elapsed=timedelta(seconds=1.5))
    assert progress_from(money) == Progress(phase="whole-life cost", incumbent_pence=900)


async def test_news_is_told_once() -> None:
    report = Report()
    said = RenewalSolve.Progress(level=RenewalPlan.LEVEL_SHORTFALL)

    before = report.news()
    await report.hear(said)

    assert (before, report.news(), report.news()) == (None, progress_from(said), None)


def test_an_empty_resale_is_nothing_at_any_age() -> None:
    message = catalogue_pb2.VehicleCatalogue.FromString(catalogue_bytes(a_catalogue()))
    message.profiles[0].ClearField("resale_pence")

    catalogue = stored_catalogue(message.SerializeToString(), version=1)

    assert catalogue.profiles[0].resale_pence == (0,)
