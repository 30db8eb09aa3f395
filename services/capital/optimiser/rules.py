"""The names of the rules: the same in the model, the checker, the tests and the reasons given."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from services.capital.optimiser.problem import SupplyKind


class Owner(StrEnum):
    """Who can change what a rule says; a problem names them where it has a name for them."""

    TRUST = "trust"
    HOLDER = "holder of the money"
    SYSTEM = "system"
    SUPPLIER = "supplier"
    LESSOR = "lessor"
    GRID = "grid operator"
    LAW = "law"
    OPTIMISER = "optimiser"


class Unit(StrEnum):
    """What a rule is counted in, and what it gives in when it gives."""

    PENCE = "pence"
    VEHICLES = "vehicles"
    VEHICLE_YEARS = "vehicle-years"
    CHARGERS = "chargers"
    KILOWATTS = "kilowatts"
    STATEMENTS = "statements"


class Rule(StrEnum):
    """What a plan must keep: each is one method of `RenewalModel` and one clause of `check`.

    By its stable name, with who owns it and what it is counted in.
    """

    owner: Owner
    unit: Unit

    def __new__(cls, name: str, owner: Owner, unit: Unit) -> Self:
        rule = str.__new__(cls, name)
        rule._value_ = name
        rule.owner, rule.unit = owner, unit
        return rule

    VEHICLES_CONSERVED = "vehicles_conserved", Owner.TRUST, Unit.VEHICLES
    NEW_VEHICLES_SERVE = "new_vehicles_serve", Owner.TRUST, Unit.VEHICLES
    MAXIMUM_AGE = "maximum_age", Owner.TRUST, Unit.VEHICLES
    DISPOSAL_FREEZE = "disposal_freeze", Owner.TRUST, Unit.VEHICLES
    LEAD_TIME = "lead_time", Owner.SUPPLIER, Unit.VEHICLES
    ENVELOPE_ELIGIBILITY = "envelope_eligibility", Owner.HOLDER, Unit.VEHICLES
    ENVELOPE_ALLOCATION = "envelope_allocation", Owner.HOLDER, Unit.PENCE
    CARRY_FORWARD = "carry_forward", Owner.HOLDER, Unit.PENCE
    SPENDING_CEILING = "spending_ceiling", Owner.SYSTEM, Unit.PENCE
    REVENUE_BUDGET = "revenue_budget", Owner.TRUST, Unit.PENCE
    LEASE_TERM = "lease_term", Owner.LESSOR, Unit.VEHICLES
    CONCENTRATION = "concentration", Owner.TRUST, Unit.VEHICLES
    CANCELLATION = "cancellation", Owner.SUPPLIER, Unit.VEHICLES
    MINIMUM_ORDER = "minimum_order", Owner.SUPPLIER, Unit.VEHICLES
    CONVERTER_SLOTS = "converter_slots", Owner.SUPPLIER, Unit.VEHICLES
    CHASSIS_ALLOTMENT = "chassis_allotment", Owner.SUPPLIER, Unit.VEHICLES
    COMMISSIONING_CAPACITY = "commissioning_capacity", Owner.TRUST, Unit.VEHICLES
    HUB_COMMISSIONING = "hub_commissioning", Owner.TRUST, Unit.VEHICLES
    CHARGER_CAPACITY = "charger_capacity", Owner.TRUST, Unit.VEHICLES
    GRID_CAPACITY = "grid_capacity", Owner.GRID, Unit.CHARGERS
    DUTY_FIT = "duty_fit", Owner.TRUST, Unit.VEHICLES
    ZERO_EMISSION_MANDATE = "zero_emission_mandate", Owner.LAW, Unit.VEHICLES
    ESTABLISHMENT_MAXIMUM = "establishment_maximum", Owner.TRUST, Unit.VEHICLES
    TRUST_GUARANTEE = "trust_guarantee", Owner.TRUST, Unit.VEHICLE_YEARS
    HIRE_MAXIMUM = "hire_maximum", Owner.SUPPLIER, Unit.VEHICLES
    ORDER_RULING = "order_ruling", Owner.TRUST, Unit.VEHICLES
    SERVICE_RULING = "service_ruling", Owner.TRUST, Unit.VEHICLES
    MOVE_RULING = "move_ruling", Owner.TRUST, Unit.VEHICLES
    HIRE_RULING = "hire_ruling", Owner.TRUST, Unit.VEHICLES
    CHARGER_RULING = "charger_ruling", Owner.TRUST, Unit.CHARGERS
    CANCELLATION_RULING = "cancellation_ruling", Owner.TRUST, Unit.VEHICLES
    TRANSFER_ROUTE = "transfer_route", Owner.TRUST, Unit.VEHICLES
    TRANSFER_REMAINDER = "transfer_remainder", Owner.TRUST, Unit.VEHICLES
    REMOUNT_OFFER = "remount_offer", Owner.SUPPLIER, Unit.VEHICLES
    RESERVE_AGE = "reserve_age", Owner.TRUST, Unit.VEHICLES
    RESERVE_MAXIMUM = "reserve_maximum", Owner.TRUST, Unit.VEHICLES
    # Soft: what falls short is counted, first in the objective.
    ESTABLISHMENT_MINIMUM = "establishment_minimum", Owner.TRUST, Unit.VEHICLE_YEARS
    AVAILABILITY = "availability", Owner.TRUST, Unit.VEHICLE_YEARS
    # Soft: what is over age is counted, second in the objective.
    TARGET_AGE = "target_age", Owner.TRUST, Unit.VEHICLE_YEARS
    # Soft: what differs from what was approved is counted, at its price.
    ORDER_CHANGE = "order_change", Owner.TRUST, Unit.PENCE
    WHOLE_LIFE_COST = "whole_life_cost", Owner.SYSTEM, Unit.PENCE
    # Counted in whole-life cost.
    ORDERING_CHARGE = "ordering_charge", Owner.SUPPLIER, Unit.PENCE
    PRICE_TIER = "price_tier", Owner.SUPPLIER, Unit.VEHICLES
    # About how a plan is stated, not what it does.
    WELL_FORMED = "well_formed", Owner.OPTIMISER, Unit.STATEMENTS
    HONEST_PROOF = "honest_proof", Owner.OPTIMISER, Unit.STATEMENTS


RULES: Final = {rule.value: rule for rule in Rule}


def rule_of(kind: SupplyKind) -> Rule:
    """Return the rule a supply line of this kind sets."""
    return Rule.CONVERTER_SLOTS if kind is SupplyKind.CONVERTER else Rule.CHASSIS_ALLOTMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken: `subject` names by what, `detail` says how."""

    rule: Rule
    subject: str
    detail: str
