"""What a way of buying costs: in which year, from whose envelope, in capital and in revenue."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from services.capital.optimiser.problem import (
    CommitmentId,
    Envelope,
    EnvelopeId,
    LineId,
    Option,
    Problem,
)
from tests.unit.capital.optimiser.oracle_ruled import cancelled_as_ruled
from tests.unit.capital.optimiser.oracle_tables import Tables, money_of


class Lot(NamedTuple):
    """Vehicles of one option ordered by one trust in one year from one envelope."""

    trust: str
    option: Option
    order_year: int
    envelope: Envelope
    vehicles: int

    def __hash__(self) -> int:
        # By names: rows are long to look through.
        names = self.trust, self.option.option_id, self.envelope.envelope_id
        return hash((names, self.order_year, self.vehicles))

    @property
    def delivery_year(self) -> int:
        return self.order_year + self.option.lead_time_years


class Besides(NamedTuple):
    """What is not bought as vehicles but brings money, costs it, or takes places."""

    proceeds_pence: Counter[EnvelopeId]
    spent_pence: Counter[EnvelopeId]
    places: Counter[tuple[LineId, int]]


def price(problem: Problem, lot: Lot, lots: Sequence[Lot]) -> int:
    """Return what each vehicle of a lot costs, with all that are bought beside it."""
    whole = lot.option.price_pence[lot.delivery_year - problem.first_financial_year]
    together = sum(
        other.vehicles
        for other in lots
        if (other.option.option_id, other.order_year) == (lot.option.option_id, lot.order_year)
        and (lot.option.joint_tiers or other.trust == lot.trust)
    )
    shares = [t.price_permille for t in lot.option.price_tiers if t.from_vehicles <= together]
    return whole * min([1000, *shares]) // 1000


def scores(
    problem: Problem, lot: Lot, lots: Sequence[Lot]
) -> Iterator[tuple[int, EnvelopeId | None, int]]:
    """Yield the year, envelope and pence of each part of a lot; no envelope: nobody to pay it."""
    whole = price(problem, lot, lots)
    early = 0
    for part in lot.option.instalments:
        pence = whole * part.permille // 1000
        year = lot.delivery_year - part.years_before_delivery
        early += pence
        payers = (row.envelope_id for row in problem.envelopes if _pays_early(row, lot, year))
        yield year, next(payers, None), lot.vehicles * pence
    yield lot.delivery_year, lot.envelope.envelope_id, lot.vehicles * (whole - early)


def revenue(problem: Problem, lots: Sequence[Lot]) -> Iterator[tuple[str, int, int]]:
    """Yield the trust, year and pence of each charge and payment that buying brings."""
    first = problem.first_financial_year
    for trust, option, year in {(lot.trust, lot.option, lot.order_year) for lot in lots}:
        if option.order_charge_pence:
            yield trust, year, option.order_charge_pence[year + option.lead_time_years - first]
    for lot in lots:
        if lot.option.lease:
            pence = lot.option.lease.yearly_payment_pence[lot.delivery_year - first]
            for served in range(lot.option.lease.term_years):
                if lot.delivery_year + served < first + problem.years:
                    yield lot.trust, lot.delivery_year + served, lot.vehicles * pence


def paid_weight(problem: Problem, lots: Sequence[Lot]) -> int:
    """Return what purchases, commitments and changes to what was approved cost, in 10^-12 pence."""
    tables = Tables(problem)
    paid = sum(
        pence * tables.discount(year)
        for lot in lots
        if not lot.option.lease
        for year, _, pence in scores(problem, lot, lots)
    )
    paid += sum(
        row.vehicles * row.price_pence * tables.discount(row.financial_year)
        for row in problem.commitments
    )
    paid += sum(pence * tables.discount(year) for _, year, pence in revenue(problem, lots))
    differing: Counter[tuple[str, str, int]] = Counter()
    for lot in lots:
        differing[lot.trust, lot.option.option_id, lot.delivery_year] += lot.vehicles
    for row in problem.approved_orders:
        differing[row.trust, row.option_id, row.financial_year] -= row.vehicles
    changed = sum(abs(n) * tables.worth(year) for (_, _, year), n in differing.items())
    return paid * 10**6 + changed * problem.change_price_pence * 1000


def pays(envelope: Envelope, trust: str, option: Option) -> bool:
    return (
        (not envelope.trusts or trust in envelope.trusts)
        and (not envelope.vehicle_types or option.vehicle_type in envelope.vehicle_types)
        and (not envelope.technologies or option.technology in envelope.technologies)
    )


def _pays_early(envelope: Envelope, lot: Lot, period: int) -> bool:
    """Whether the envelope pays the part of a lot that scores in a period: its own, or a sister."""
    if money_of(period) == lot.envelope.financial_year:
        return envelope == lot.envelope
    same = (envelope.holder, envelope.fund) == (lot.envelope.holder, lot.envelope.fund)
    return (
        same
        and envelope.financial_year == money_of(period)
        and pays(envelope, lot.trust, lot.option)
    )


def cancellations(problem: Problem) -> Iterator[tuple[Problem, int]]:
    """Yield the problem as each way to cancel leaves it, and what that costs, in 10^-12 pence."""
    names = [row.commitment_id for row in problem.commitments]
    ways = product(*(range(row.vehicles * row.cancellable + 1) for row in problem.commitments))
    worth = problem.discount_ppm[0] if problem.discount_ppm else 10**6
    for gone in ways:
        cancelled = dict(zip(names, gone, strict=True))
        if not cancelled_as_ruled(problem, cancelled):
            continue
        prices = (row.cancellation_price_pence for row in problem.commitments)
        paid = sum(out * price for out, price in zip(gone, prices, strict=True))
        yield cut(problem, cancelled), paid * worth * 10**6


def cut(problem: Problem, gone: Mapping[CommitmentId, int]) -> Problem:
    """Return the problem without what is cancelled, and with the less revenue that it leaves."""
    paid: Counter[str] = Counter()
    for row in problem.commitments:
        paid[row.trust] += gone.get(row.commitment_id, 0) * row.cancellation_price_pence
    return replace(
        problem,
        commitments=tuple(
            replace(row, vehicles=max(0, row.vehicles - gone.get(row.commitment_id, 0)))
            for row in problem.commitments
        ),
        revenue_budgets=tuple(
            replace(row, limit_pence=row.limit_pence - paid[row.trust])
            if row.financial_year == problem.first_financial_year
            else row
            for row in problem.revenue_budgets
        ),
    )
