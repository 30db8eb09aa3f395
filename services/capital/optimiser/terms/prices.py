"""What vehicles cost to have: prices and their tiers, charges for orders, leases."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from services.capital.optimiser.problem import (
    Commitment,
    CommitmentId,
    Option,
    OptionId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.terms.keys import PAR_PERMILLE, OfProblem, Vintage


class Batch(NamedTuple):
    """What is counted together for a price: of one trust, or (None) of every trust."""

    trust: TrustCode | None
    option_id: OptionId
    delivery_year: int


class PriceTerms(OfProblem):
    """The look-ups of what options and orders cost."""

    @cached_property
    def on_order(self) -> Mapping[CommitmentId, Commitment]:
        rows = sorted(self.problem.commitments, key=lambda row: row.commitment_id)
        return {row.commitment_id: row for row in rows}

    def price_pence(self, option: Option, delivery_year: int) -> int:
        """Return the price of one vehicle; 0 when it is not for sale then."""
        if delivery_year not in self.problem.horizon:
            return 0
        return option.price_pence[delivery_year - self.problem.horizon[0]]

    def order_charge_pence(self, option: Option, delivery_year: int) -> int:
        """Return what placing an order costs, however many vehicles it is of."""
        table = option.order_charge_pence
        if not table or delivery_year not in self.problem.horizon:
            return 0
        return table[delivery_year - self.problem.horizon[0]]

    def lease_payment_pence(self, option: Option, delivery_year: int) -> int:
        """Return what one vehicle leased from the year pays in each year of its term."""
        if option.lease is None or delivery_year not in self.problem.horizon:
            return 0
        return option.lease.yearly_payment_pence[delivery_year - self.problem.horizon[0]]

    def lease_term(self, vehicle_type: TypeCode, technology: TechnologyCode) -> int | None:
        """Return the years for which such vehicles are leased; None: they are not."""
        return self._lease_terms.get((vehicle_type, technology))

    @cached_property
    def _lease_terms(self) -> Mapping[tuple[TypeCode, TechnologyCode], int]:
        return {
            (row.vehicle_type, row.technology): row.lease.term_years
            for row in self.problem.options
            if row.lease is not None
        }

    def is_past_lease(self, vintage: Vintage, year: int) -> bool:
        term = self.lease_term(vintage.vehicle_type, vintage.technology)
        return term is not None and vintage.age_in(year) >= term

    def batch(self, trust: TrustCode, option: Option, delivery_year: int) -> Batch:
        """Return what the trust's vehicles are counted with for a price by volume."""
        alone = None if option.joint_tiers else trust
        return Batch(alone, option.option_id, delivery_year)

    def volume_price_pence(self, option: Option, delivery_year: int, vehicles: int) -> int:
        """Return the price of each of so many vehicles bought together."""
        reached = [row for row in option.price_tiers if row.from_vehicles <= vehicles]
        tier = max(reached, key=lambda row: row.from_vehicles, default=None)
        share = tier.price_permille if tier else PAR_PERMILLE
        return self.price_pence(option, delivery_year) * share // PAR_PERMILLE

    def lowest_price_pence(self, option: Option, delivery_year: int) -> int:
        """Return the price of one vehicle where as many as may be are bought."""
        most = max((row.from_vehicles for row in option.price_tiers), default=0)
        return self.volume_price_pence(option, delivery_year, most)
