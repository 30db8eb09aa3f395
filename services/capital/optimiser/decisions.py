"""What a solution of the model decides, in whole vehicles."""

from collections.abc import Iterator, Mapping

from ortools.math_opt.python import mathopt

from services.capital.optimiser.charging import ChargersBought
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import (
    Cancellation,
    Decisions,
    Disposal,
    Hired,
    Moved,
    Purchase,
    moved,
)

Values = Mapping[mathopt.Variable, float]


def decisions_of(model: RenewalModel, values: Values) -> Decisions:
    """Round the solution; whether it still keeps every rule is the checker's to say."""
    return Decisions(
        purchases=tuple(sorted(_purchases(model, values))),
        disposals=tuple(sorted(_disposals(model, values))),
        hires=tuple(sorted(_hires(model, values))),
        moves=tuple(sorted(_moves(model, values))),
        chargers=tuple(sorted(_chargers(model, values))),
        cancellations=tuple(sorted(_cancellations(model, values))),
    )


def _purchases(model: RenewalModel, values: Values) -> Iterator[Purchase]:
    for key, variable in model.variables.buy.items():
        vehicles = round(values[variable])
        if vehicles:
            lead_years = model.terms.options[key.option_id].lead_time_years
            yield Purchase(
                trust=key.trust,
                option_id=key.option_id,
                order_year=key.delivery_year - lead_years,
                delivery_year=key.delivery_year,
                envelope_id=key.envelope_id,
                vehicles=vehicles,
            )


def _cancellations(model: RenewalModel, values: Values) -> Iterator[Cancellation]:
    for commitment_id, variable in model.variables.cancel.items():
        vehicles = round(values[variable])
        if vehicles:
            yield Cancellation(commitment_id=commitment_id, vehicles=vehicles)


def _disposals(model: RenewalModel, values: Values) -> Iterator[Disposal]:
    for (vintage, year), variable in model.variables.dispose.items():
        vehicles = round(values[variable])
        if vehicles:
            yield Disposal.of(vintage, year, vehicles)


def _moves(model: RenewalModel, values: Values) -> Iterator[Moved]:
    for move, variable in model.variables.move.items():
        vehicles = round(values[variable])
        if vehicles:
            yield moved(move, vehicles)


def _hires(model: RenewalModel, values: Values) -> Iterator[Hired]:
    for (fleet, year), variable in model.variables.hire.items():
        vehicles = round(values[variable])
        if vehicles:
            yield Hired(
                trust=fleet.trust,
                vehicle_type=fleet.vehicle_type,
                financial_year=year,
                vehicles=vehicles,
            )


def _chargers(model: RenewalModel, values: Values) -> Iterator[ChargersBought]:
    for key, variable in model.variables.charge.items():
        chargers = round(values[variable])
        if chargers:
            yield ChargersBought(
                site_id=key.site_id,
                financial_year=key.financial_year,
                envelope_id=key.envelope_id,
                chargers=chargers,
            )
