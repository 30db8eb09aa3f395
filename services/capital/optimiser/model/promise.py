"""Rules of promises: no trust fares worse than it was told."""

from collections.abc import Iterator

from ortools.math_opt.python import mathopt

from services.capital.optimiser.model.rows import Rows
from services.capital.optimiser.problem import TrustCode
from services.capital.optimiser.rules import Rule


class PromiseRules(Rows):
    """What each trust is guaranteed."""

    def _no_trust_fares_worse_than_guaranteed(self) -> None:
        """Short + vacant <= most; kept over age <= most; over the whole horizon."""
        for row in self.terms.problem.guarantees:
            short, old = self.missing_at(row.trust), self.over_age_at(row.trust)
            key = Rule.TRUST_GUARANTEE, row.trust
            self._limit(short, row.most_shortfall, *key, "shortfall")
            self._limit(old, row.most_over_age, *key, "over_age")

    def missing_at(self, trust: TrustCode) -> Iterator[mathopt.Variable]:
        """Yield what is missing at the trust from needs and establishments."""
        for missing in (self.variables.short, self.variables.vacant):
            for (fleet, _), vehicles in missing.items():
                if fleet.trust == trust:
                    yield vehicles

    def over_age_at(self, trust: TrustCode) -> Iterator[mathopt.Variable]:
        """Yield what serves the trust over age."""
        for (vintage, year), kept in self.variables.keep.items():
            policy = self.terms.policy_of(vintage, year)
            if vintage.trust == trust and policy.is_over_age(vintage.age_in(year)):
                yield kept
