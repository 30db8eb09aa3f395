"""What stands against a rule by itself, where no other rule that could give does."""

from collections.abc import Iterator

from services.capital.optimiser.answers.rule import NamedRule
from services.capital.optimiser.answers.words import year_label
from services.capital.optimiser.problem import OptionId, Problem
from services.capital.optimiser.problem.periods import money_year
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import Terms, ruled_vintage


def facts(problem: Problem, rule: NamedRule) -> tuple[str, ...]:
    """Return what nobody's consent would change: what there is, what is for sale, and when."""
    told = tuple(_facts(Terms(problem), rule))
    return told or ("vehicles are neither made nor lost, and come only as they can be had",)


def _facts(terms: Terms, rule: NamedRule) -> Iterator[str]:
    match rule.rule:
        case Rule.ORDER_RULING:
            yield from _of_sale(terms, OptionId(rule.key[1]), int(rule.key[2]))
        case Rule.SERVICE_RULING:
            for row in terms.problem.service_rulings:
                vintage = ruled_vintage(row)
                if tuple(map(str, row.subject)) == rule.key:
                    known = {**terms.opening, **terms.committed}
                    there = sum(n for other, n in known.items() if other.is_ruled_by(vintage))
                    yield f"{row.trust} has {there} of these, and no way to others"
        case Rule.MOVE_RULING:
            yield "no more vehicles of the trust may become that then"
        case Rule.CHARGER_RULING:
            yield f"no more chargers may be bought for {rule.key[0]} then"
        case Rule.CANCELLATION_RULING:
            yield f"no more of {rule.key[0]} may be cancelled"
        case Rule.VEHICLES_CONSERVED:
            yield "what is on order comes, and serves the year in which it comes"


def _of_sale(terms: Terms, option_id: OptionId, year: int) -> Iterator[str]:
    option = terms.options.get(option_id)
    if option is None or not terms.price_pence(option, year):
        yield f"{option_id} is not for sale in {year_label(year)}"
    elif not any(row.financial_year == money_year(year) for row in terms.problem.envelopes):
        yield f"{year_label(year)} has no envelope to pay for {option_id}"
