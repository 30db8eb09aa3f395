"""The names of the rules: the same in the model, the checker, the tests and the reasons given."""

from dataclasses import dataclass
from enum import StrEnum

from services.capital.optimiser.problem import SupplyKind


class Rule(StrEnum):
    """What a plan must keep: each is one method of `RenewalModel` and one clause of `check`."""

    VEHICLES_CONSERVED = "vehicles_conserved"
    NEW_VEHICLES_SERVE = "new_vehicles_serve"
    MAXIMUM_AGE = "maximum_age"
    DISPOSAL_FREEZE = "disposal_freeze"
    LEAD_TIME = "lead_time"
    ENVELOPE_ELIGIBILITY = "envelope_eligibility"
    ENVELOPE_ALLOCATION = "envelope_allocation"
    CARRY_FORWARD = "carry_forward"
    SPENDING_CEILING = "spending_ceiling"
    REVENUE_BUDGET = "revenue_budget"
    LEASE_TERM = "lease_term"
    CONCENTRATION = "concentration"
    CANCELLATION = "cancellation"
    MINIMUM_ORDER = "minimum_order"
    CONVERTER_SLOTS = "converter_slots"
    CHASSIS_ALLOTMENT = "chassis_allotment"
    COMMISSIONING_CAPACITY = "commissioning_capacity"
    HUB_COMMISSIONING = "hub_commissioning"
    CHARGER_CAPACITY = "charger_capacity"
    GRID_CAPACITY = "grid_capacity"
    DUTY_FIT = "duty_fit"
    ZERO_EMISSION_MANDATE = "zero_emission_mandate"
    ESTABLISHMENT_MAXIMUM = "establishment_maximum"
    TRUST_GUARANTEE = "trust_guarantee"
    HIRE_MAXIMUM = "hire_maximum"
    ORDER_RULING = "order_ruling"
    SERVICE_RULING = "service_ruling"
    TRANSFER_ROUTE = "transfer_route"
    TRANSFER_REMAINDER = "transfer_remainder"
    REMOUNT_OFFER = "remount_offer"
    RESERVE_AGE = "reserve_age"
    RESERVE_MAXIMUM = "reserve_maximum"
    # Soft: what falls short is counted, first in the objective.
    ESTABLISHMENT_MINIMUM = "establishment_minimum"
    AVAILABILITY = "availability"
    # Soft: what is over age is counted, second in the objective.
    TARGET_AGE = "target_age"
    # Soft: what differs from what was approved is counted, at its price.
    ORDER_CHANGE = "order_change"
    WHOLE_LIFE_COST = "whole_life_cost"
    # Counted in whole-life cost.
    ORDERING_CHARGE = "ordering_charge"
    PRICE_TIER = "price_tier"
    # About how a plan is stated, not what it does.
    WELL_FORMED = "well_formed"
    HONEST_PROOF = "honest_proof"


def rule_of(kind: SupplyKind) -> Rule:
    """Return the rule a supply line of this kind sets."""
    return Rule.CONVERTER_SLOTS if kind is SupplyKind.CONVERTER else Rule.CHASSIS_ALLOTMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken: `subject` names by what, `detail` says how."""

    rule: Rule
    subject: str
    detail: str
