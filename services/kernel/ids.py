"""Identities, each its own type, so that swapping two is a type error."""

from typing import NewType
from uuid import UUID

VehicleId = NewType("VehicleId", UUID)
HubId = NewType("HubId", UUID)
BayId = NewType("BayId", UUID)
JobId = NewType("JobId", UUID)
PlanId = NewType("PlanId", UUID)
ScenarioId = NewType("ScenarioId", UUID)
EnvelopeId = NewType("EnvelopeId", UUID)

# An organisation by its Organisation Data Service code: capitals and digits, "RYA".
OdsCode = NewType("OdsCode", str)
# A registration mark in capitals without spaces: "BX71ABC".
Vrm = NewType("Vrm", str)
# A vehicle identification number: 17 capitals and digits without I, O and Q.
Vin = NewType("Vin", str)
