"""Envelopes, catalogues and requirements over gRPC, on the real database."""

import pytest
from makeready.capital.v1 import capital_service_pb2 as pb
from makeready.capital.v1.envelope_pb2 import (
    FUND_GRANT,
    FUND_OPERATIONAL,
    FUND_PDC,
    HOLDER_KIND_SYSTEM,
)
from makeready.capital.v1.plan_events_pb2 import EnvelopeAllocated, EnvelopeRevised
from makeready.common.v1.vehicle_kind_pb2 import TECHNOLOGY_BEV, VEHICLE_TYPE_DCA

from demo.client import Client, Refused
from tests.delivery import published
from tests.integration.capital import toy
from tests.served import Served


def envelope_of(year: int, **changes: object) -> pb.AllocateEnvelopeRequest:
    request = toy.an_envelope(year, vehicles=3)
    for name, value in changes.items():
        setattr(request, name, value)
    return request


async def listed(reader: Client) -> list[tuple[int, str, int]]:
    response = await reader(reader.capital.ListEnvelopes, pb.ListEnvelopesRequest())
    return [(row.financial_year, row.holder, row.fund) for row in response.envelopes]


async def test_an_envelope_is_allocated_then_revised_by_who_read_it(capital: Served) -> None:
    planner = capital.client("capital.planner")
    first = await planner(planner.capital.AllocateEnvelope, envelope_of(2026))

    revised = await planner(
        planner.capital.AllocateEnvelope,
        envelope_of(2026, allocation_pence=1_000, etag=first.envelope.etag),
    )

    assert revised.envelope.envelope_id == first.envelope.envelope_id
    assert (revised.envelope.allocation_pence, revised.envelope.etag) == (1_000, "v2")
    allocated, changed = await published(capital.database, "capital.envelope.v1")
    assert allocated.message == EnvelopeAllocated(envelope=first.envelope)
    assert changed.message == EnvelopeRevised(
        envelope=revised.envelope, previous_allocation_pence=first.envelope.allocation_pence
    )
    assert (changed.key, changed.version) == (first.envelope.envelope_id, 2)


@pytest.mark.parametrize(("etag", "reason"), [("", "ETAG_MISMATCH"), ("v7", "ETAG_MISMATCH")])
async def test_an_envelope_that_was_not_read_is_not_revised(
    capital: Served, etag: str, reason: str
) -> None:
    planner = capital.client("capital.planner")
    await planner(planner.capital.AllocateEnvelope, envelope_of(2026))

    with pytest.raises(Refused) as refused:
        await planner(planner.capital.AllocateEnvelope, envelope_of(2026, etag=etag))

    assert refused.value.reason == reason


async def test_an_envelope_that_is_not_there_cannot_be_revised(capital: Served) -> None:
    planner = capital.client("capital.planner")

    with pytest.raises(Refused) as refused:
        await planner(planner.capital.AllocateEnvelope, envelope_of(2026, etag="v1"))

    assert refused.value.reason == "ENVELOPE_NOT_FOUND"


@pytest.mark.parametrize(
    ("year", "kind", "is_right"),
    [(2025, "SYSTEM", True), (2025, "PROVIDER", False), (2026, "SYSTEM", False)],
)
async def test_operational_capital_moved_from_systems_to_providers_in_2026(
    capital: Served, year: int, kind: str, *, is_right: bool
) -> None:
    planner = capital.client("capital.planner", orgs=["QUA"])
    request = envelope_of(year, holder="QUA")
    request.holder_kind = HOLDER_KIND_SYSTEM if kind == "SYSTEM" else request.holder_kind

    try:
        await planner(planner.capital.AllocateEnvelope, request)
    except Refused as refused:
        reason = refused.reason
    else:
        reason = ""

    assert reason == ("" if is_right else "ENVELOPE_HOLDER_NOT_OF_YEAR")


async def test_a_holder_outside_the_scope_is_refused(capital: Served) -> None:
    planner = capital.client("capital.planner")

    with pytest.raises(Refused) as refused:
        await planner(planner.capital.AllocateEnvelope, envelope_of(2026, holder="RYE"))

    assert refused.value.reason == "ORGANISATION_OUT_OF_SCOPE"


async def test_a_trust_sees_what_it_may_draw_on_and_others_do_not(capital: Served) -> None:
    system = capital.client("service", orgs=["QUA"])
    grant = envelope_of(2027, holder="QUA", holder_kind=HOLDER_KIND_SYSTEM, fund=FUND_GRANT)
    await system(system.capital.AllocateEnvelope, grant)

    of_trust = await listed(capital.client("capital.viewer"))
    of_other = await listed(capital.client("capital.viewer", orgs=["RYE"]))

    assert of_trust == [(2027, "QUA", FUND_GRANT)]
    assert of_other == []


async def test_envelopes_come_by_year_holder_and_fund_a_page_at_a_time(capital: Served) -> None:
    planner = capital.client("capital.planner")
    wanted = [(2026, FUND_OPERATIONAL), (2026, FUND_PDC), (2027, FUND_OPERATIONAL)]
    for year, fund in reversed(wanted):
        await planner(planner.capital.AllocateEnvelope, envelope_of(year, fund=fund))

    request = pb.ListEnvelopesRequest(page_size=2)
    first = await planner(planner.capital.ListEnvelopes, request)
    request.page_token = first.next_page_token
    rest = await planner(planner.capital.ListEnvelopes, request)

    assert [(row.financial_year, row.fund) for row in (*first.envelopes, *rest.envelopes)] == wanted
    assert (bool(first.next_page_token), rest.next_page_token) == (True, "")


async def test_a_catalogue_is_replaced_whole_by_who_read_it(capital: Served) -> None:
    planner = capital.client("capital.planner")
    asked = toy.a_catalogue()
    first = await planner(planner.capital.SetCatalogue, pb.SetCatalogueRequest(catalogue=asked))
    asked.MergeFrom(type(asked)(price_year=2027, etag=first.catalogue.etag))

    await planner(planner.capital.SetCatalogue, pb.SetCatalogueRequest(catalogue=asked))
    found = await planner(planner.capital.GetCatalogue, pb.GetCatalogueRequest(holder="RYA"))

    assert (found.catalogue.price_year, found.catalogue.etag) == (2027, "v2")
    assert found.catalogue.options == asked.options
    assert found.catalogue.profiles == asked.profiles
    with pytest.raises(Refused, match="ETAG_MISMATCH"):
        await planner(planner.capital.SetCatalogue, pb.SetCatalogueRequest(catalogue=asked))


async def test_a_catalogue_whose_parts_do_not_fit_is_refused_with_every_fault(
    capital: Served,
) -> None:
    planner = capital.client("capital.planner")
    asked = toy.a_catalogue()
    asked.options[0].supply_lines[:] = ["AEV"]
    asked.options.append(asked.options[0])
    asked.profiles[0].technology = TECHNOLOGY_BEV

    with pytest.raises(Refused) as refused:
        await planner(planner.capital.SetCatalogue, pb.SetCatalogueRequest(catalogue=asked))

    assert refused.value.reason == "FIELD_INVALID"
    for fault in (
        "catalogue.options[1].option_id: must be unique in the catalogue",
        "catalogue.options[0].supply_lines[0]: must be a supply line of the catalogue",
        "catalogue.options[0].technology: needs a profile of its type and technology",
    ):
        assert fault in refused.value.message


async def test_who_has_no_catalogue_is_told_so(capital: Served) -> None:
    reader = capital.client("capital.viewer")

    with pytest.raises(Refused) as refused:
        await reader(reader.capital.GetCatalogue, pb.GetCatalogueRequest(holder="RYA"))

    assert refused.value.reason == "CATALOGUE_NOT_FOUND"


async def test_a_requirement_takes_the_place_of_the_same_year_s(capital: Served) -> None:
    planner = capital.client("capital.planner")
    await toy.tell_of_the_fleet(capital.database)
    await toy.set_the_terms(planner)
    request = pb.SetRequirementRequest()
    request.requirement.trust = "RYA"
    request.requirement.vehicle_type = VEHICLE_TYPE_DCA
    request.requirement.from_financial_year = toy.FIRST_YEAR
    request.requirement.establishment_maximum = 20
    await planner(planner.capital.SetRequirement, request)

    scenario = await toy.a_scenario(planner)
    found = await planner(
        planner.capital.GetScenarioProblem,
        pb.GetScenarioProblemRequest(scenario_id=scenario.scenario_id),
    )

    assert [row.maximum for row in found.problem.establishments] == [20]
