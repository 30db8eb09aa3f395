"""Who may call what. System planners see aggregates, never where vehicles are."""

from typing import Final

from services.runtime.auth.permissions import Permissions, read, stream, write

SUPERVISORS: Final = ("hub.supervisor", "fleet.manager", "service")
OPERATIVES: Final = ("hub.operator", "hub.supervisor", "service")
READERS: Final = ("hub.operator", "hub.supervisor", "fleet.viewer", "fleet.manager", "service")
CAPITAL: Final = ("capital.viewer", "capital.planner", "capital.approver")
EVIDENCE: Final = ("capital.viewer", "capital.planner", "system.planner", "reviewer")

PERMISSIONS: Final[Permissions] = {
    "RegisterHub": write(*SUPERVISORS),
    "ListHubs": read(*READERS, *CAPITAL),
    "SetBays": write(*SUPERVISORS),
    "SetRoster": write(*SUPERVISORS),
    "SetCrewStarts": write(*SUPERVISORS),
    "ListJobs": read(*READERS),
    "StartJob": write(*OPERATIVES),
    "PauseJob": write(*OPERATIVES),
    "BlockJob": write(*OPERATIVES),
    "CompleteJob": write(*OPERATIVES),
    "GetBoard": read(*READERS),
    "WatchBoard": stream(*READERS),
    "GetThroughput": read(*READERS, *EVIDENCE),
}
