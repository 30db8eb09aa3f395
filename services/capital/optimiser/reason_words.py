"""What a rule that is in the way of one vehicle's replacement says, in words."""

from typing import Final

from services.capital.optimiser.margin import Broken
from services.capital.optimiser.plan import Level
from services.capital.optimiser.problem import Option, SiteId
from services.capital.optimiser.problem.periods import label
from services.capital.optimiser.rules import Rule
from services.capital.optimiser.terms import PAR_PERMILLE, Terms

PENCE_PER_POUND: Final = 100
# By rule; `key` is that of the row in the model.
WORDS: Final = {
    Rule.SPENDING_CEILING: "{key[0]} leaves no room for one more {priced} in {year}",
    Rule.REVENUE_BUDGET: "the revenue budget of {key[0]} for {last} has no room for it",
    Rule.MINIMUM_ORDER: "one more {named} in {year} is below the least order of {least}",
    Rule.CONVERTER_SLOTS: "{key[0]} has no place left in {year}",
    Rule.CHASSIS_ALLOTMENT: "{key[0]} has no chassis left in {year}",
    Rule.COMMISSIONING_CAPACITY: "the hubs of {key[0]} can commission no more in {year}",
    Rule.HUB_COMMISSIONING: "{key[1]} of {key[0]} can commission no more in {year}",
    Rule.GRID_CAPACITY: "the grid of {key[0]} carries no more in {last}",
    Rule.DUTY_FIT: "{key[2]} can do no more of the duties of {key[1]} at {key[0]} in {last}",
    Rule.ESTABLISHMENT_MAXIMUM: "{key[0]} may have no more {key[1]} in {last}",
    Rule.CONCENTRATION: "{key[0]} lets no more of what {key[1]} buys come from the same lines",
    Rule.TRUST_GUARANTEE: "{key[0]} is guaranteed no more {key[1]}",
    Rule.DISPOSAL_FREEZE: "disposals are frozen in {last}",
    Rule.MAXIMUM_AGE: "what came instead could not serve {last} at its age",
    Rule.LEASE_TERM: "what is leased instead is gone by {last}",
    Rule.NEW_VEHICLES_SERVE: "what comes in {last} serves that year",
    Rule.RESERVE_MAXIMUM: "the reserve of {key[0]} holds no more in {last}",
    Rule.TRANSFER_REMAINDER: "{key[0]} gives to {key[1]}, and keeps no more than it must",
}
RULED: Final = {
    "most": "no more {what} may be had in {year}, as ruled",
    "least": "no fewer {what} may be had in {year}, as ruled",
}
LEVELS: Final = {
    Level.SHORTFALL: (Rule.AVAILABILITY, "vehicle-years short"),
    Level.OVER_AGE: (Rule.TARGET_AGE, "vehicle-years over age"),
    Level.COST: (Rule.WHOLE_LIFE_COST, ""),
}


class Words:
    """Says what is in the way of buying an option for a year."""

    def __init__(self, terms: Terms) -> None:
        self._terms: Final = terms

    def of(self, broken: Broken, option: Option | None, year: int, *, alone: bool) -> str:
        """Return what the rule says; `alone`: for one envelope of several."""
        match broken.rule:
            case Rule.ENVELOPE_ALLOCATION:
                return self._of_envelope(broken.key[0], option, year, alone=alone)
            case Rule.ORDER_RULING:
                trust, option_id, when, end = broken.key
                return RULED[end].format(what=f"{option_id} for {trust}", year=_year(when))
            case Rule.SERVICE_RULING:
                what = f"{broken.key[1]} {broken.key[2]} of {broken.key[3]} at {broken.key[0]}"
                return RULED[broken.key[-1]].format(what=what, year=_year(broken.key[-2]))
            case Rule.CHARGER_CAPACITY:
                return self._of_chargers(broken, option)
            case Rule.ZERO_EMISSION_MANDATE:
                return self._of_mandate(broken, option)
        return self._by_table(broken, option, year)

    def priced(self, option: Option, year: int) -> str:
        pounds = self._terms.price_pence(option, year) // PENCE_PER_POUND
        return f"{option.option_id} at £{pounds:,}"

    def _by_table(self, broken: Broken, option: Option | None, year: int) -> str:
        words = WORDS.get(broken.rule, f"{broken.rule.replace('_', ' ')} is in the way in {{year}}")
        return words.format(
            key=broken.key,
            year=label(year),
            last=_year(broken.key[-1]),
            named=option.option_id if option else "",
            priced=self.priced(option, year) if option else "",
            least=option.minimum_order if option else "",
        )

    def _of_envelope(self, name: str, option: Option | None, year: int, *, alone: bool) -> str:
        more = self.priced(option, year) if option else "vehicle"
        if alone:
            return f"{name} has no room for one more {more} in {label(year)}"
        return f"no envelope of {label(year)} has room for one more {more}"

    def _of_chargers(self, broken: Broken, option: Option | None) -> str:
        trust, *sites, year = broken.key
        named = [SiteId(one) for name in sites for one in name.split("+")]
        hubs = {self._terms.site_by_id[site_id].hub_id for site_id in named}
        where = ", ".join(sorted(hub for hub in hubs if hub))
        chargers = f"chargers at {where}" if where else f"chargers of {trust}"
        kind = option.vehicle_type if option else "vehicles"
        return f"{chargers} serve no more {kind} in {_year(year)}"

    def _of_mandate(self, broken: Broken, option: Option | None) -> str:
        name, trust, year = broken.key
        share = next(
            row.share_permille for row in self._terms.problem.mandates if row.mandate_id == name
        )
        if share == PAR_PERMILLE and option is not None:
            return f"{option.option_id} is not zero emission, as {_year(year)} asks"
        return f"{name} asks {share / 10:g} % zero emission of {trust} in {_year(year)}"


def _year(text: str) -> str:
    return label(int(text)) if text.lstrip("-").isdecimal() else text
