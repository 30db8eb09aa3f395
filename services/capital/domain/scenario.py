"""A scenario: everything a plan depends on, frozen; and what it changes in what is live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.capital.domain.envelope import Fund, HolderKind
from services.kernel.errors import Exhausted, NotFound, Refusal, RuleBroken
from services.kernel.ids import EnvelopeId, OdsCode, ScenarioId
from services.kernel.vehicle import VehicleType


class ScenarioNotFound(NotFound):
    reason = "SCENARIO_NOT_FOUND"


class NothingToPlan(RuleBroken):
    reason = "NOTHING_TO_PLAN"

    def __init__(self, trusts: Iterable[OdsCode]) -> None:
        whose = ", ".join(trusts)
        super().__init__(f"nothing to plan: no vehicle of {whose} is known", what="vehicles")


class CatalogueIncomplete(RuleBroken):
    reason = "CATALOGUE_INCOMPLETE"


class ProblemTooLarge(Exhausted):
    reason = "PROBLEM_TOO_LARGE"

    def __init__(self, message: str, variables: int, limit: int) -> None:
        # Not Exhausted's own: the same problem is too large after any wait.
        Refusal.__init__(self, message, variables=str(variables), limit=str(limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeChange:
    """Envelopes become `permille` of what they are. No fund or year named: all."""

    fund: Fund | None
    financial_year: int | None
    permille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetAgeChange:
    vehicle_type: VehicleType
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """Prices become `permille` of what they are. No option named: all."""

    option_id: str | None
    permille: int


ScenarioChange: TypeAlias = EnvelopeChange | TargetAgeChange | PriceChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a scenario is asked to cover. No type named: every type there are vehicles of."""

    trusts: tuple[OdsCode, ...]
    vehicle_types: tuple[VehicleType, ...] = ()
    first_financial_year: int
    years: int
    changes: tuple[ScenarioChange, ...] = ()

    @property
    def horizon(self) -> range:
        return range(self.first_financial_year, self.first_financial_year + self.years)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A question with its answer's every input frozen; `vehicle_types` are those covered."""

    id: ScenarioId
    holder: OdsCode
    name: str
    content_hash: str
    question: Question
    vehicle_types: tuple[VehicleType, ...]
    vehicles: int
    frozen_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenEnvelope:
    """Whose an envelope was when the scenario was frozen; the problem has its amount."""

    id: EnvelopeId
    holder_name: str
    holder_kind: HolderKind
    fund: Fund
