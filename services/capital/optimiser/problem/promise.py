"""Rows about what trusts are promised of a plan that all of them share."""

from dataclasses import dataclass

from services.capital.optimiser.problem.codes import Capacity, TrustCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """The most vehicle-years, over the whole horizon, that a trust is short or has over age."""

    trust: TrustCode
    most_shortfall: Capacity
    most_over_age: Capacity
