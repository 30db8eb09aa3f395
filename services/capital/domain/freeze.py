"""From what is known to the problem the optimiser is asked, as renewal_problem.proto defines it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from services.capital.domain.ages import age_years
from services.capital.domain.catalogue import Kind
from services.capital.domain.codes import technology_code, type_code
from services.capital.domain.envelope import Certainty
from services.capital.domain.inputs import Inputs, with_changes
from services.capital.domain.market import Market, technologies
from services.capital.domain.requirement import Requirement
from services.capital.domain.rounding import discounts_ppm, indices_permille
from services.capital.domain.scenario import (
    CatalogueIncomplete,
    ProblemTooLarge,
    Question,
)
from services.capital.optimiser.faults import InvalidProblem, TooLarge
from services.capital.optimiser.problem import (
    Cohort,
    Commissioning,
    Envelope,
    EnvelopeId,
    Establishment,
    LifePolicy,
    Need,
    Problem,
    TrustCode,
)
from services.capital.optimiser.size import variable_count
from services.capital.optimiser.terms import Terms
from services.capital.optimiser.validate import MOST_VARIABLES, check_problem
from services.kernel.vehicle import VehicleType

# A hub's vehicles a week, over a year: the 53rd week of some years is left as slack.
WEEKS_PER_YEAR: Final = 52


def frozen(inputs: Inputs, question: Question) -> Problem:
    """Return the problem of `question`, its changes made to `inputs`.

    Refused with CATALOGUE_INCOMPLETE when a cost is missing or leads nowhere, PROBLEM_TOO_LARGE
    when it is beyond one solve.
    """
    problem = _problem(with_changes(inputs, question), question)
    try:
        check_problem(problem)
    except TooLarge as refusal:
        variables = variable_count(Terms(problem))
        raise ProblemTooLarge(str(refusal), variables, MOST_VARIABLES) from refusal
    except InvalidProblem as refusal:
        raise CatalogueIncomplete(str(refusal), what=refusal.faults[0].field) from refusal
    return problem


def types_covered(inputs: Inputs, question: Question) -> tuple[VehicleType, ...]:
    """Return the types asked for, or else those there are vehicles of."""
    in_use = {row.kind.vehicle_type for row in inputs.vehicles}
    return tuple(sorted(question.vehicle_types or in_use))


def _problem(inputs: Inputs, question: Question) -> Problem:
    types = types_covered(inputs, question)
    market = Market(inputs.catalogue, question, types)
    kinds = market.kinds(row.kind for row in inputs.vehicles)
    needed = [row for row in inputs.requirements if row.vehicle_type in types]
    return Problem(
        description=inputs.catalogue.source,
        first_financial_year=question.first_financial_year,
        years=question.years,
        trusts=tuple(map(TrustCode, question.trusts)),
        vehicle_types=market.types(),
        technologies=technologies(kinds),
        age_profiles=market.profiles(kinds, inputs.life_ages),
        cohorts=_cohorts(inputs, question),
        options=market.options(),
        envelopes=tuple(_envelopes(inputs, question, kinds)),
        needs=tuple(_needs(needed, question)),
        establishments=tuple(_establishments(needed, question)),
        life_policies=tuple(_policies(inputs, question, types)),
        supply_lines=market.lines(),
        commissioning=_commissioning(inputs, question),
        mandates=tuple(market.mandates()),
        discount_ppm=discounts_ppm(inputs.catalogue.discount_permille, question.years),
        price_index_permille=indices_permille(
            inputs.catalogue.cost_inflation_permille, question.years
        ),
    )


def _cohorts(inputs: Inputs, question: Question) -> tuple[Cohort, ...]:
    first = question.first_financial_year
    counts = Counter(
        (row.trust, row.kind, age_years(row.in_service_on, first)) for row in inputs.vehicles
    )
    return tuple(
        Cohort(
            trust=TrustCode(trust),
            vehicle_type=type_code(kind.vehicle_type),
            technology=technology_code(kind.technology),
            age_years=age,
            vehicles=vehicles,
        )
        for (trust, kind, age), vehicles in sorted(counts.items())
    )


def _envelopes(inputs: Inputs, question: Question, kinds: Sequence[Kind]) -> Iterator[Envelope]:
    """Yield each envelope that can buy something here, told of these trusts and kinds alone."""
    types = {kind.vehicle_type for kind in kinds}
    drives = {kind.technology for kind in kinds}
    for row in inputs.envelopes:
        trusts = tuple(TrustCode(code) for code in row.trusts if code in question.trusts)
        codes = tuple(type_code(code) for code in row.vehicle_types if code in types)
        fuels = tuple(technology_code(code) for code in row.technologies if code in drives)
        is_narrowed_to_nothing = (row.vehicle_types and not codes) or (
            row.technologies and not fuels
        )
        if trusts and not is_narrowed_to_nothing and row.financial_year in question.horizon:
            yield Envelope(
                envelope_id=EnvelopeId(str(row.id)),
                holder=row.holder_name,
                fund=row.fund.value,
                financial_year=row.financial_year,
                allocation_pence=row.allocation_pence,
                trusts=trusts,
                vehicle_types=codes,
                technologies=fuels,
                indicative=row.certainty is Certainty.INDICATIVE,
            )


def _needs(rows: Sequence[Requirement], question: Question) -> Iterator[Need]:
    for year in question.horizon:
        for row in _in_force(rows, year):
            yield Need(
                trust=TrustCode(row.trust),
                vehicle_type=type_code(row.vehicle_type),
                financial_year=year,
                required_available=row.required_available,
            )


def _in_force(rows: Sequence[Requirement], year: int) -> list[Requirement]:
    """Return the last requirement of each trust and type that has begun by the year."""
    begun = sorted(
        (row for row in rows if row.from_financial_year <= year),
        key=lambda row: row.from_financial_year,
    )
    return list({(row.trust, row.vehicle_type): row for row in begun}.values())


def _establishments(rows: Sequence[Requirement], question: Question) -> Iterator[Establishment]:
    """Yield what is in force in the first year, and what begins in the horizon after."""
    first = question.first_financial_year
    later = [row for row in rows if first < row.from_financial_year < question.horizon.stop]
    for row in (*_in_force(rows, first), *later):
        yield Establishment(
            trust=TrustCode(row.trust),
            vehicle_type=type_code(row.vehicle_type),
            from_financial_year=row.from_financial_year,
            minimum=row.establishment_minimum,
            maximum=row.establishment_maximum,
        )


def _policies(
    inputs: Inputs, question: Question, types: Sequence[VehicleType]
) -> Iterator[LifePolicy]:
    for row in inputs.life_ages:
        if row.vehicle_type in types:
            yield LifePolicy(
                trust=TrustCode(row.trust),
                vehicle_type=type_code(row.vehicle_type),
                from_financial_year=question.first_financial_year,
                target_age_years=row.target_years,
                maximum_age_years=row.maximum_years,
            )


def _commissioning(inputs: Inputs, question: Question) -> tuple[Commissioning, ...]:
    return tuple(
        Commissioning(
            trust=TrustCode(trust), vehicles=(per_week * WEEKS_PER_YEAR,) * question.years
        )
        for trust, per_week in sorted(inputs.commissioning_per_week.items())
        if trust in question.trusts
    )
