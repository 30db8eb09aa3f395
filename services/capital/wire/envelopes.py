"""Envelopes as protobuf, and back."""

from typing import Final, assert_never

from google.protobuf.message import Message
from makeready.capital.v1 import capital_service_pb2 as service_pb
from makeready.capital.v1 import envelope_pb2 as pb
from makeready.capital.v1 import plan_events_pb2 as events_pb

from services.capital.domain.envelope import (
    Certainty,
    Envelope,
    EnvelopeAllocated,
    EnvelopeFact,
    EnvelopeRevised,
    Fund,
    HolderKind,
)
from services.capital.wire.kinds import (
    technology_from,
    technology_to_proto,
    vehicle_type_to_proto,
    vehicle_types_from,
)
from services.kernel.ids import EnvelopeId
from services.runtime.parse import parse_ods_code, parse_text
from services.runtime.rpc.etags import etag_of

MOST_NAME: Final = 80
MOST_SOURCE: Final = 200


def envelope_from(request: service_pb.AllocateEnvelopeRequest, new_id: EnvelopeId) -> Envelope:
    """Read the envelope a request describes, under `new_id` until an earlier one's id is known."""
    trusts = (parse_ods_code(f"trusts[{index}]", code) for index, code in enumerate(request.trusts))
    return Envelope(
        id=new_id,
        holder=parse_ods_code("holder", request.holder),
        holder_name=parse_text("holder_name", request.holder_name, MOST_NAME),
        holder_kind=holder_kind_from(request.holder_kind),
        fund=fund_from(request.fund),
        financial_year=request.financial_year,
        allocation_pence=request.allocation_pence,
        certainty=Certainty(pb.Certainty.Name(request.certainty).removeprefix("CERTAINTY_")),
        trusts=tuple(trusts),
        vehicle_types=vehicle_types_from(request.vehicle_types),
        technologies=tuple(map(technology_from, request.technologies)),
        source=parse_text("source", request.source, MOST_SOURCE),
    )


def envelope_to_proto(envelope: Envelope) -> pb.CapitalEnvelope:
    return pb.CapitalEnvelope(
        envelope_id=str(envelope.id),
        holder=envelope.holder,
        holder_name=envelope.holder_name,
        holder_kind=holder_kind_to_proto(envelope.holder_kind),
        fund=fund_to_proto(envelope.fund),
        financial_year=envelope.financial_year,
        allocation_pence=envelope.allocation_pence,
        certainty=pb.Certainty.Value(f"CERTAINTY_{envelope.certainty}"),
        trusts=envelope.trusts,
        vehicle_types=map(vehicle_type_to_proto, envelope.vehicle_types),
        technologies=map(technology_to_proto, envelope.technologies),
        source=envelope.source,
        etag=etag_of(envelope.version),
    )


def envelope_event(fact: EnvelopeFact) -> Message:
    match fact:
        case EnvelopeAllocated(envelope=envelope):
            return events_pb.EnvelopeAllocated(envelope=envelope_to_proto(envelope))
        case EnvelopeRevised(envelope=envelope, previous_allocation_pence=previous_pence):
            return events_pb.EnvelopeRevised(
                envelope=envelope_to_proto(envelope), previous_allocation_pence=previous_pence
            )
    assert_never(fact)


def holder_kind_from(value: "pb.HolderKind.ValueType") -> HolderKind:
    return HolderKind(pb.HolderKind.Name(value).removeprefix("HOLDER_KIND_"))


def holder_kind_to_proto(kind: HolderKind) -> "pb.HolderKind.ValueType":
    return pb.HolderKind.Value(f"HOLDER_KIND_{kind}")


def fund_from(value: "pb.Fund.ValueType") -> Fund:
    return Fund(pb.Fund.Name(value).removeprefix("FUND_"))


def fund_to_proto(fund: Fund | None) -> "pb.Fund.ValueType":
    return pb.Fund.Value(f"FUND_{fund}") if fund else pb.FUND_UNSPECIFIED
