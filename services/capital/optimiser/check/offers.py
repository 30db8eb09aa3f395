"""The rows a plan's moves are under, found in the problem's own tables."""

from services.capital.optimiser.plan import Moved
from services.capital.optimiser.problem import Remount, Reserve, TransferRoute
from services.capital.optimiser.terms import Fleet, Terms


def route_of(terms: Terms, row: Moved) -> TransferRoute | None:
    """Return the problem's own row for the transfer; None: there is no such route."""
    places = row.trust, row.to_trust, row.vehicle_type
    for route in terms.problem.transfer_routes:
        if (route.from_trust, route.to_trust, route.vehicle_type) == places:
            return route
    return None


def reserve_of(terms: Terms, fleet: Fleet) -> Reserve | None:
    """Return the fleet's reserve, found in the problem's own table."""
    rows = [row for row in terms.problem.reserves if row.vehicle_type == fleet.vehicle_type]
    own = [row for row in rows if row.trust == fleet.trust]
    return next(iter(own or [row for row in rows if row.trust is None]), None)


def remount_of(terms: Terms, row: Moved) -> Remount | None:
    """Return the offer that the vehicles are under, found in the problem's own table."""
    kind = row.vehicle_type, row.technology
    rows = [r for r in terms.problem.remount_offers if (r.vehicle_type, r.technology) == kind]
    own = [offer for offer in rows if offer.trust == row.trust]
    return next(iter(own or [offer for offer in rows if offer.trust is None]), None)


def remount_pence(terms: Terms, row: Moved) -> int:
    offer = remount_of(terms, row)
    place = row.financial_year - terms.problem.first_financial_year
    return offer.price_pence[place] if offer else 0
