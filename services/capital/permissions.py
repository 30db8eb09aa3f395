"""Who may call what of CapitalService."""

from typing import Final

from services.runtime.auth.permissions import Permissions, read, stream, write

# Who sees envelopes, scenarios and plans: aggregates, no vehicle by name.
WATCHERS: Final = (
    "capital.viewer",
    "capital.planner",
    "capital.approver",
    "fleet.manager",
    "system.planner",
    "reviewer",
    "service",
)
# System planners see sums of their trusts, not single vehicles (domain rule 42).
LINE_READERS: Final = tuple(role for role in WATCHERS if role != "system.planner")

PERMISSIONS: Final[Permissions] = {
    "AllocateEnvelope": write("capital.planner", "service"),
    "ListEnvelopes": read(*WATCHERS),
    "SetCatalogue": write("capital.planner"),
    "GetCatalogue": read(*WATCHERS),
    "SetRequirement": write("capital.planner"),
    "GetPlanningInputs": read(*WATCHERS),
    "CreateScenario": write("capital.planner"),
    "ListScenarios": read(*WATCHERS),
    "GetScenarioProblem": read(*WATCHERS),
    "RequestPlan": write("capital.planner"),
    "GetPlan": read(*WATCHERS),
    "ListPlans": read(*WATCHERS),
    "WatchPlan": stream(*WATCHERS),
    "ListPlanLines": read(*LINE_READERS),
    "CancelPlan": write("capital.planner"),
    "SubmitPlan": write("capital.planner"),
    "ApprovePlan": write("capital.approver"),
}
