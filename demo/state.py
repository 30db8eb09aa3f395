"""Where `./dev up` keeps its data, and what it says of itself there."""

import json
from dataclasses import asdict, dataclass
from typing import Final, Self

from demo.process import ROOT
from demo.servers.child import command_line

HOME: Final = ROOT / ".makeready"
KEYS: Final = HOME / "keys"
STATE: Final = HOME / "state.json"
LOG: Final = HOME / "up.log"
# What the command line of a supervisor says: a process that does not is another by that number.
MARK: Final = "demo.supervise"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What runs: the supervisor, and what it keeps running, by name."""

    supervisor: int
    processes: dict[str, int]
    addresses: dict[str, str]

    def write(self) -> None:
        """Put it where `read` finds it, whole or not at all."""
        draft = STATE.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        draft.rename(STATE)

    @classmethod
    def read(cls) -> Self | None:
        """Return what runs. None: nothing does."""
        try:
            state = cls(**json.loads(STATE.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        return state if MARK in command_line(state.supervisor) else None

    @staticmethod
    def forget() -> None:
        STATE.unlink(missing_ok=True)
