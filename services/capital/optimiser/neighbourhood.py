"""The plans near a plan: those that buy nearly the same."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.capital.optimiser.model import RenewalModel
from services.capital.optimiser.plan import Decisions
from services.capital.optimiser.variables import Buy


@contextmanager
def near(model: RenewalModel, decisions: Decisions, radius: int) -> Iterator[None]:
    """Within the context, let each purchase differ by at most `radius` vehicles."""
    bought = _bought(decisions)
    # Disposals are left free: they follow the purchases, and cost nothing to search.
    most = {key: variable.upper_bound for key, variable in model.variables.buy.items()}
    for key, variable in model.variables.buy.items():
        variable.lower_bound = max(0, bought[key] - radius)
        variable.upper_bound = min(most[key], bought[key] + radius)
    yield
    for key, variable in model.variables.buy.items():
        variable.lower_bound = 0
        variable.upper_bound = most[key]


def _bought(decisions: Decisions) -> Counter[Buy]:
    return Counter(
        {
            Buy(row.trust, row.option_id, row.delivery_year, row.envelope_id): row.vehicles
            for row in decisions.purchases
        }
    )
