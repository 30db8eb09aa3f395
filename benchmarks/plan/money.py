"""Who pays: providers, their host systems, regions, national programmes; and what is on order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

from benchmarks.plan.figures import (
    BEV,
    DCA,
    DIESEL,
    FIRST_YEAR,
    NATIONAL_AMBULANCES,
    NATIONAL_FIRM_YEARS,
    NATIONAL_POUNDS,
    VEHICLE_INFLATION,
    Kind,
    Trust,
    kinds,
    price_pounds,
)
from services.capital.optimiser.problem import (
    Commitment,
    CommitmentId,
    Envelope,
    EnvelopeId,
    TechnologyCode,
    TrustCode,
)

LATER_NATIONAL: Final = 0.8
# What the national programme does not pay, in hundredths: the trust, its system, its region [E].
PROVIDER_PERCENT: Final = 78
SYSTEM_PERCENT: Final = 17
REGION_PERCENT: Final = 5
# No two years are alike: allocations of a year are between these parts of a steady one [E].
LEAST_YEAR: Final = 0.85
MOST_YEAR: Final = 1.15
# The least local money, of a steady year's, however much the national programme brings [E].
LEAST_LOCAL: Final = 0.35
# On order for the first year, of a year's steady renewals [E].
AMBULANCES_ORDERED: Final = 0.7
OTHERS_ORDERED: Final = 0.5


def envelopes(
    trusts: Sequence[Trust], years: int, random: Random, share: float
) -> Iterator[Envelope]:
    """Yield what pays for `share` of the trusts' steady renewal, by holder and year."""
    for year in range(years):
        local = {
            trust.code: _local_pounds(trust, year, share) * random.uniform(LEAST_YEAR, MOST_YEAR)
            for trust in trusts
        }
        for trust in trusts:
            yield from _of_trust(trust, year, local[trust.code])
        for region in sorted({trust.region for trust in trusts}):
            yield _of_region(region, [row for row in trusts if row.region == region], year, local)
        yield _national(trusts, year)


def _local_pounds(trust: Trust, year: int, share: float) -> float:
    steady = steady_pounds(trust, year)
    return max(LEAST_LOCAL * steady, share * steady - national_pounds([trust], year))


def _of_trust(trust: Trust, year: int, pounds: float) -> Iterator[Envelope]:
    for code, holder, fund, percent in (
        ("provider", trust.name, "operational capital", PROVIDER_PERCENT),
        ("system", f"{trust.system} system", "strategic capital", SYSTEM_PERCENT),
    ):
        yield Envelope(
            envelope_id=EnvelopeId(f"{code}-{trust.code}-{FIRST_YEAR + year}"),
            holder=holder,
            fund=fund,
            financial_year=FIRST_YEAR + year,
            allocation_pence=round(pounds) * percent,
            trusts=(trust.code,),
        )


def _of_region(
    region: str, trusts: Sequence[Trust], year: int, local: Mapping[TrustCode, float]
) -> Envelope:
    pounds = sum(local[trust.code] for trust in trusts)
    return Envelope(
        envelope_id=EnvelopeId(f"region-{region.replace(' ', '-')}-{FIRST_YEAR + year}"),
        holder=f"NHS England {region}",
        fund="net zero grant",
        financial_year=FIRST_YEAR + year,
        allocation_pence=round(pounds) * REGION_PERCENT,
        trusts=tuple(trust.code for trust in trusts),
        technologies=(BEV,),
    )


def _national(trusts: Sequence[Trust], year: int) -> Envelope:
    return Envelope(
        envelope_id=EnvelopeId(f"national-{FIRST_YEAR + year}"),
        holder="NHS England",
        fund="public dividend capital",
        financial_year=FIRST_YEAR + year,
        allocation_pence=100 * round(national_pounds(trusts, year)),
        vehicle_types=(DCA,),
    )


def national_pounds(trusts: Iterable[Trust], year: int) -> float:
    """Return the trusts' share of the national programme, by their ambulances."""
    ambulances = sum(trust.ambulances for trust in trusts)
    later = VEHICLE_INFLATION**year * LATER_NATIONAL
    part = 1.0 if year < NATIONAL_FIRM_YEARS else later
    return NATIONAL_POUNDS * part * ambulances / NATIONAL_AMBULANCES


def steady_pounds(trust: Trust, year: int) -> float:
    """Return what a year of steady renewal costs, at diesel's price."""
    return sum(trust.yearly_renewals(kind) * price_pounds(kind, DIESEL, year) for kind in kinds())


def commitments(trusts: Sequence[Trust]) -> Iterator[Commitment]:
    """Yield what arrives in the first year, having been ordered before the horizon began."""
    for trust in trusts:
        electric = trust.bev_on_order
        for kind in kinds():
            part = AMBULANCES_ORDERED if kind.code == DCA else OTHERS_ORDERED
            vehicles = int(part * trust.yearly_renewals(kind)) if kind.line else 0
            clean = electric if kind.code == DCA else 0
            yield from _on_order(trust, kind, BEV, clean)
            yield from _on_order(trust, kind, DIESEL, vehicles - clean)


def _on_order(
    trust: Trust, kind: Kind, technology: TechnologyCode, vehicles: int
) -> Iterator[Commitment]:
    if vehicles > 0:
        holder = "national" if kind.code == DCA else f"provider-{trust.code}"
        yield Commitment(
            commitment_id=CommitmentId(f"{trust.code}-{kind.code}-{technology}"),
            trust=trust.code,
            vehicle_type=kind.code,
            technology=technology,
            financial_year=FIRST_YEAR,
            vehicles=vehicles,
            price_pence=100 * round(price_pounds(kind, technology, 0)),
            envelope_id=EnvelopeId(f"{holder}-{FIRST_YEAR}"),
        )
