"""Where a vehicle stands, and the one table of how it gets from there to anywhere else (rule 1)."""

from enum import StrEnum
from typing import Final, NamedTuple


class VehicleState(StrEnum):
    ORDERED = "ORDERED"
    CHASSIS_RECEIVED = "CHASSIS_RECEIVED"
    IN_CONVERSION = "IN_CONVERSION"
    COMMISSIONING = "COMMISSIONING"
    AWAITING_MAKE_READY = "AWAITING_MAKE_READY"
    IN_MAKE_READY = "IN_MAKE_READY"
    MADE_READY = "MADE_READY"
    DEPLOYED = "DEPLOYED"
    RESERVE = "RESERVE"
    OFF_ROAD = "OFF_ROAD"
    AWAITING_DISPOSAL = "AWAITING_DISPOSAL"
    DISPOSED = "DISPOSED"
    ON_LOAN_OUT = "ON_LOAN_OUT"
    ON_LOAN_IN = "ON_LOAN_IN"


class Verb(StrEnum):
    """What moves a vehicle. Its value is the reason that events and the history give."""

    DEPLOY = "deployed"
    RETURN = "returned"
    TAKE_OFF_ROAD = "taken off the road"
    RETURN_TO_ROAD = "back on the road"
    START_MAKE_READY = "make-ready started"
    COMPLETE_MAKE_READY = "made ready"
    LEAVE_BAY = "left its bay"
    ENTER_SERVICE = "entered service"
    WITHDRAW = "withdrawn"
    DISPOSE = "disposed of"


class Move(NamedTuple):
    sources: frozenset[VehicleState]
    target: VehicleState


def _move(target: VehicleState, *sources: VehicleState) -> Move:
    return Move(frozenset(sources), target)


_S = VehicleState
ON_ROAD: Final = frozenset(
    {_S.AWAITING_MAKE_READY, _S.IN_MAKE_READY, _S.MADE_READY, _S.DEPLOYED, _S.RESERVE}
)
IN_SERVICE: Final = ON_ROAD | {_S.OFF_ROAD}
# With a seal on, or out with a crew that may have broken it.
SEALED: Final = frozenset({_S.MADE_READY, _S.DEPLOYED, _S.RESERVE})
# What a crew has, or may have.
USABLE: Final = SEALED
# A new vehicle, or one taken over from another register.
OPENING: Final = frozenset({_S.COMMISSIONING, _S.AWAITING_MAKE_READY, _S.MADE_READY, _S.RESERVE})

MOVES: Final[dict[Verb, Move]] = {
    Verb.DEPLOY: _move(_S.DEPLOYED, _S.MADE_READY),
    Verb.RETURN: _move(_S.AWAITING_MAKE_READY, _S.DEPLOYED),
    Verb.TAKE_OFF_ROAD: _move(_S.OFF_ROAD, *ON_ROAD),
    Verb.RETURN_TO_ROAD: _move(_S.AWAITING_MAKE_READY, _S.OFF_ROAD),
    Verb.START_MAKE_READY: _move(_S.IN_MAKE_READY, _S.AWAITING_MAKE_READY),
    Verb.COMPLETE_MAKE_READY: _move(_S.MADE_READY, _S.IN_MAKE_READY, _S.AWAITING_MAKE_READY),
    Verb.LEAVE_BAY: _move(_S.AWAITING_MAKE_READY, _S.IN_MAKE_READY),
    Verb.ENTER_SERVICE: _move(_S.MADE_READY, _S.COMMISSIONING),
    Verb.WITHDRAW: _move(
        _S.AWAITING_DISPOSAL, _S.AWAITING_MAKE_READY, _S.MADE_READY, _S.RESERVE, _S.OFF_ROAD
    ),
    Verb.DISPOSE: _move(_S.DISPOSED, _S.AWAITING_DISPOSAL),
}
# Moves that follow the work at a hub; every other follows a command.
FOLLOWS_WORK: Final = frozenset(
    {Verb.START_MAKE_READY, Verb.COMPLETE_MAKE_READY, Verb.LEAVE_BAY, Verb.ENTER_SERVICE}
)


# Where commands may bring a vehicle that stands at each state.
NEXT_BY_COMMAND: Final[dict[VehicleState, frozenset[VehicleState]]] = {
    state: frozenset(
        move.target
        for verb, move in MOVES.items()
        if state in move.sources and verb not in FOLLOWS_WORK
    )
    for state in VehicleState
}
