"""What is lost from cohorts to named vehicles: of a cohort all cost the same, of vehicles none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.capital.optimiser.careers import Careers, served
from services.capital.optimiser.costs import WEIGHT_PER_PENNY, Costs
from services.capital.optimiser.plan import Plan
from services.capital.optimiser.problem import Problem
from services.capital.optimiser.terms import Terms, Vintage
from services.capital.optimiser.vehicle import Vehicle
from services.capital.optimiser.vehicles import cohorts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Running cost of the named vehicles through the plan, discounted pence, three ways.

    `cohort_pence`: each as its cohort, which is what the plan counts. `named_pence`: each by its
    own miles against its cohort's mean, in the order they are let go. `least_pence`: the same, most
    miles first, than which no order costs less where vehicles of a cohort are only let go.
    """

    cohort_pence: int
    named_pence: int
    least_pence: int

    @property
    def loss_pence(self) -> int:
        """What the plan's vehicles cost more than it counts; negative: less."""
        return self.named_pence - self.cohort_pence

    @property
    def order_pence(self) -> int:
        """What letting them go by service, and not by miles, costs."""
        return self.named_pence - self.least_pence


def loss(problem: Problem, plan: Plan, vehicles: Sequence[Vehicle]) -> Loss:
    """Return what the plan comes to for these vehicles; raises InvalidProblem as `assign` does."""
    terms = Terms(problem)
    cohorts = cohorts_of(terms, vehicles)
    by_service, by_miles = (
        sum(_weights(terms, plan, members)) for members in (cohorts, _most_miles_first(cohorts))
    )
    as_cohorts = sum(_weights(terms, plan, cohorts, own_miles=False))
    return Loss(
        cohort_pence=round(as_cohorts) // WEIGHT_PER_PENNY,
        named_pence=round(by_service) // WEIGHT_PER_PENNY,
        least_pence=round(min(by_service, by_miles)) // WEIGHT_PER_PENNY,
    )


def _most_miles_first(cohorts: Mapping[Vintage, Sequence[Vehicle]]) -> dict[Vintage, list[Vehicle]]:
    # What a vehicle costs grows with its years times its miles: the products add up to least when
    # the most miles meet the fewest years.
    return {
        vintage: sorted(members, key=lambda vehicle: -vehicle.miles)
        for vintage, members in cohorts.items()
    }


def _weights(
    terms: Terms,
    plan: Plan,
    cohorts: Mapping[Vintage, Sequence[Vehicle]],
    *,
    own_miles: bool = True,
) -> Iterator[float]:
    costs, careers = Costs(terms), Careers(plan, cohorts)
    for vintage, members in cohorts.items():
        mean = sum(vehicle.miles for vehicle in members) / max(1, len(members))
        for vehicle in members:
            share = vehicle.miles / mean if own_miles and mean else 1.0
            years = served(vintage, careers.events[vehicle], terms.horizon)
            yield share * _running(costs, years)


def _running(costs: Costs, years: Iterable[tuple[Vintage, int]]) -> int:
    return sum(costs.running(vintage, year) for vintage, year in years)
