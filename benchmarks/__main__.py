"""`./dev bench NAME [--json FILE] [--rounds N] [--calls N]`.

NAME is write, read or events, the services beside bare servers; or refusals, files at fault.
`./dev bench plan --help` and `./dev bench choices --help` tell what the benches of plans take.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from benchmarks import calls, events, large_files
from benchmarks.plan import choices
from benchmarks.plan import run as plans
from benchmarks.result import Row, report

METHODS = {"write": "DeployVehicle", "read": "GetVehicle"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", choices=[*METHODS, "events", "refusals"])
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are reported")
    parser.add_argument("--calls", type=int, default=6_000, help="calls, or events, in a round")
    return parser.parse_args()


async def measured(name: str, rounds: int, count: int) -> list[Row]:
    if name == "events":
        return await events.measure(rounds, count)
    if name == "refusals":
        return large_files.measure(rounds)
    return await calls.measure(METHODS[name], count, rounds)


def main() -> None:
    of_plans = {"plan": plans.main, "choices": choices.main}
    if sys.argv[1:] and sys.argv[1] in of_plans:
        of_plans[sys.argv[1]](sys.argv[2:])
        return
    given = arguments()
    report(given.name, asyncio.run(measured(given.name, given.rounds, given.calls)), given.json)


if __name__ == "__main__":
    main()
