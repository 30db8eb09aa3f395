"""Moves that cannot be meant: to where they began, to no reserve, to where vehicles are unknown."""

from collections.abc import Iterator

from services.capital.optimiser.faults import Fault
from services.capital.optimiser.problem import MoveKind, Problem
from services.capital.optimiser.terms import NO_BAND, Fleet, Terms


def impossible_moves(problem: Problem) -> Iterator[Fault]:
    """Yield each row about transfers and reserves that contradicts itself or another."""
    terms = Terms(problem)
    yield from _routes(problem, terms)
    yield from _boxes(problem)
    yield from _leased(problem, terms)
    for place, ruling in enumerate(problem.move_rulings):
        if bool(ruling.to_trust) != (ruling.kind is MoveKind.TRANSFER):
            rule = "must be given for a transfer, and only there"
            yield Fault(field=f"move_rulings[{place}].to_trust", rule=rule)
    for place, row in enumerate(problem.reserves):
        if 0 < row.maximum_age_years <= row.from_age_years:
            rule = "is not above the age from which vehicles join"
            yield Fault(field=f"reserves[{place}].maximum_age_years", rule=rule)
    for place, cohort in enumerate(problem.cohorts):
        fleet = Fleet(cohort.trust, cohort.vehicle_type)
        if cohort.in_reserve and terms.reserve(fleet) is None:
            rule = f"{fleet.trust} has no reserve of {fleet.vehicle_type}"
            yield Fault(field=f"cohorts[{place}].in_reserve", rule=rule)


def _boxes(problem: Problem) -> Iterator[Fault]:
    for place, row in enumerate(problem.cohorts):
        path = f"cohorts[{place}]"
        if 0 < row.box_age_years < row.age_years:
            yield Fault(field=f"{path}.box_age_years", rule="is below the age of the vehicles")
        if not row.box_body and row.box_age_years:
            yield Fault(field=f"{path}.box_age_years", rule="is of no box: box_body is false")
        if not row.box_body and row.remounts:
            yield Fault(field=f"{path}.remounts", rule="is of no box: box_body is false")


def _leased(problem: Problem, terms: Terms) -> Iterator[Fault]:
    """Yield each offer to remount what goes back to its lessor: it would outlast its term."""
    for place, row in enumerate(problem.remount_offers):
        if terms.lease_term(row.vehicle_type, row.technology) is not None:
            rule = "is of leased vehicles, whose boxes are their lessor's"
            yield Fault(field=f"remount_offers[{place}].technology", rule=rule)


def _routes(problem: Problem, terms: Terms) -> Iterator[Fault]:
    kinds = {(r.vehicle_type, r.technology, r.band or NO_BAND) for r in problem.cohorts}
    kinds |= {(r.vehicle_type, r.technology, NO_BAND) for r in problem.commitments}
    kinds |= {(r.vehicle_type, r.technology, NO_BAND) for r in problem.options}
    for place, route in enumerate(problem.transfer_routes):
        if route.from_trust == route.to_trust:
            yield Fault(field=f"transfer_routes[{place}].to_trust", rule="is the giver itself")
        receiver = Fleet(route.to_trust, route.vehicle_type)
        for vehicle_type, technology, band in sorted(kinds):
            known = terms.has_profile(receiver, technology, band)
            if vehicle_type == route.vehicle_type and not known:
                rule = f"no age profile for {vehicle_type} {technology} {band}".rstrip()
                yield Fault(field=f"transfer_routes[{place}].to_trust", rule=rule)
