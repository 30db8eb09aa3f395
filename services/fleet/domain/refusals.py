"""What fleet refuses, and the reasons it gives; the catalogue is in error_reason.proto."""

from datetime import datetime

from services.fleet.domain.kinds import Capability, VorCause, in_words
from services.fleet.domain.states import MOVES, VehicleState, Verb
from services.kernel.errors import AlreadyExists, NotFound, RuleBroken


class VehicleNotFound(NotFound):
    reason = "VEHICLE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("vehicle not found")


class VehicleExists(AlreadyExists):
    """`identifier` is what is taken: vrm, vin or fleet_number."""

    reason = "VEHICLE_EXISTS"

    def __init__(self, identifier: str) -> None:
        words = identifier.replace("_", " ")
        super().__init__(f"a vehicle with this {words} exists", identifier=identifier)


class IllegalTransition(RuleBroken):
    reason = "VEHICLE_ILLEGAL_TRANSITION"

    def __init__(self, state: VehicleState, verb: Verb) -> None:
        super().__init__(f"a vehicle that is {in_words(state)} cannot be {verb}")
        self.metadata = {"from": state.value, "to": MOVES[verb].target.value}


class VehicleGone(IllegalTransition):
    """Nothing more happens to a vehicle that was disposed of."""

    def __init__(self) -> None:
        super().__init__(VehicleState.DISPOSED, Verb.DISPOSE)
        self.message = "the vehicle has been disposed of"


class NotRoadworthy(RuleBroken):
    reason = "VEHICLE_NOT_ROADWORTHY"

    def __init__(self, item: VorCause, because: str) -> None:
        super().__init__(f"the vehicle is not roadworthy: {because}", item=item.value)


class LacksCapability(RuleBroken):
    reason = "VEHICLE_LACKS_CAPABILITY"

    def __init__(self, capability: Capability) -> None:
        words = in_words(capability)
        super().__init__(f"the vehicle lacks a capability: {words}", capability=capability.value)


class RingFenced(RuleBroken):
    reason = "VEHICLE_RING_FENCED"


class EpisodeOpen(RuleBroken):
    reason = "VOR_EPISODE_OPEN"

    def __init__(self, cause: VorCause) -> None:
        super().__init__(f"it is off the road for {in_words(cause)} already", cause=cause.value)


class EpisodeNotFound(NotFound):
    reason = "VOR_EPISODE_NOT_FOUND"

    def __init__(self, cause: VorCause) -> None:
        super().__init__(f"it is not off the road for {in_words(cause)}", cause=cause.value)


class EffectiveTimeTooEarly(RuleBroken):
    reason = "EFFECTIVE_TIME_TOO_EARLY"

    def __init__(self, last_change_at: datetime) -> None:
        stamp = last_change_at.isoformat()
        super().__init__(f"at: the vehicle last changed at {stamp}", last_change=stamp)


class DisposalWithoutReplacement(RuleBroken):
    reason = "DISPOSAL_WITHOUT_REPLACEMENT"


class HubOfOtherTrust(RuleBroken):
    reason = "HUB_OF_OTHER_TRUST"


class LifePolicyExists(AlreadyExists):
    reason = "LIFE_POLICY_EXISTS"
