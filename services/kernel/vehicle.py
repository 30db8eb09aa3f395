"""What kinds of vehicle an ambulance trust runs, and what drives them."""

from enum import StrEnum
from typing import Final


class VehicleType(StrEnum):
    """The job a vehicle is built for; drivetrain and body are attributes of their own."""

    DCA = "DCA"  # double-crewed ambulance
    RRV = "RRV"  # rapid response vehicle
    PTS = "PTS"  # patient transport vehicle
    UCS = "UCS"  # urgent care ambulance
    MHV = "MHV"  # mental health response vehicle
    HART = "HART"  # hazardous area response team
    SORT = "SORT"  # special operations response team
    MIV = "MIV"  # major incident vehicle
    BAR = "BAR"  # bariatric ambulance
    CCV = "CCV"  # critical care car
    NEO = "NEO"  # neonatal and paediatric transfer
    DTV = "DTV"  # driver training
    CMD = "CMD"  # officer's car
    LOG = "LOG"  # make-ready, stores, fuel, mechanic
    EVT = "EVT"  # event unit
    MCY = "MCY"  # motorcycle
    CYC = "CYC"  # cycle
    MOT4 = "MOT4"  # four by four


class Technology(StrEnum):
    """What drives the vehicle."""

    DIESEL = "DIESEL"
    PETROL = "PETROL"
    HEV = "HEV"
    PHEV = "PHEV"
    BEV = "BEV"
    H2_REX = "H2_REX"  # battery with hydrogen range extender


# Kept for incidents nobody plans for; they never count as available (domain.md, rule 10).
RING_FENCED: Final = frozenset({VehicleType.HART, VehicleType.SORT, VehicleType.MIV})
# Neither do vehicles that only teach (the same rule).
OUTSIDE_AVAILABILITY: Final = RING_FENCED | {VehicleType.DTV}
# No tailpipe: what the zero-emission years ask for.
ZERO_EMISSION: Final = frozenset({Technology.BEV, Technology.H2_REX})
