"""Plans: a first one soon, better ones for as long as there is time, each of them checked."""

from services.capital.optimiser.engine.primal.budget import Budget
from services.capital.optimiser.engine.primal.drafting import draft
from services.capital.optimiser.engine.primal.feasible import feasible
from services.capital.optimiser.engine.primal.guide import Guide, linear_guide
from services.capital.optimiser.engine.primal.improving import improve

__all__ = ["Budget", "Guide", "draft", "feasible", "improve", "linear_guide"]
