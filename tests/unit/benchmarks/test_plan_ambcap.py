"""AMB-CAP is the recipe's own: the linear bounds that were published of it are found again."""

import pytest
from ortools.math_opt.python import mathopt

from benchmarks.plan.instances import instance
from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Level
from services.capital.optimiser.terms import Terms

# In thousands of pounds. With lumpy orders: as tightened by what each budget can buy.
PUBLISHED = {
    "ambcap-10y": 1_253_611.4,
    "ambcap-20y": 2_365_468.0,
    "ambcap-f-10y": 1_262_426.0,
    "ambcap-f-20y": 2_381_457.0,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_seven_thousand_vehicles_are_drawn(name: str) -> None:
    assert sum(row.vehicles for row in instance(name).cohorts) == 7_172


# The fourth, at 2,365,482.3 in this model, takes longer than a unit test may.
@pytest.mark.parametrize("name", ["ambcap-10y", "ambcap-f-10y", "ambcap-f-20y"])
def test_the_linear_bound_is_the_published_one(name: str) -> None:
    model = RenewalModel(Terms(instance(name)))
    for variable in model.program.variables():
        variable.integer = False
    model.hold(Level.SHORTFALL, 0)
    model.minimise(Level.COST)

    result = mathopt.solve(model.program, mathopt.SolverType.HIGHS)

    assert result.objective_value() == pytest.approx(PUBLISHED[name], rel=7e-6)
