"""What a command line of `./dev solve` may say; what it means is looked at with the files."""

import argparse
from pathlib import Path
from typing import Final

from services.capital.optimiser.limits import MOST_SCENARIOS, Limits
from services.capital.optimiser.proof import PPM
from services.capital.why import add_whys

# As `Choice`, which is not loaded before the files are read.
FAIR: Final = ("stand_alone", "leximin", "nash")
SECONDS: Final = 30
LONGEST_SECONDS: Final = 1800


def parser() -> argparse.ArgumentParser:
    """Return the parser of all arguments."""
    parsing = argparse.ArgumentParser(prog="solve", description="Plan the renewal of a fleet.")
    parsing.add_argument("problem", type=Path, help="a RenewalProblem in protobuf JSON")
    _add_limits(parsing)
    parsing.add_argument("--out", type=Path, help="where to write the RenewalPlan")
    parsing.add_argument(
        "--report",
        action="store_true",
        help="print the plan year by year and what levels and limits cost, or why there is none",
    )
    add_whys(parsing)
    _add_other_plans(parsing)
    parsing.add_argument(
        "--vehicles", type=Path, help="named vehicles, as CSV, to tell what becomes of"
    )
    parsing.add_argument(
        "--fair", choices=FAIR, help="what treating trusts so comes to for each, and costs"
    )
    parsing.add_argument("--stress", action="store_true", help="plan the stress book, with regrets")
    parsing.add_argument(
        "--scenarios",
        type=_scenarios,
        default=0,
        metavar="N",
        help=f"of money and prices, to place first orders for, 1 to {MOST_SCENARIOS}",
    )
    return parsing


def limits_of(asked: argparse.Namespace) -> Limits:
    """Return when the search stops: where counts are to end it, the clock is not."""
    longest = SECONDS if asked.nodes is None else LONGEST_SECONDS
    return Limits(
        seconds=longest if asked.seconds is None else asked.seconds,
        gap_ppm=round(asked.gap * PPM),
        seed=asked.seed,
        nodes=asked.nodes,
        stall_seconds=asked.stall,
    )


def _add_limits(parsing: argparse.ArgumentParser) -> None:
    parsing.add_argument(
        "--seconds",
        type=int,
        help="of search, and again of each answer, 1 to 1800; 30, or with --nodes 1800",
    )
    parsing.add_argument(
        "--nodes",
        type=int,
        metavar="N",
        help="of any one programme's search tree: such counts, and no clock, end the search, and"
        " with the same seed its plan is the same to the byte wherever it is made",
    )
    parsing.add_argument("--gap", type=_share, default=1e-4, help="of cost to stop at, 0 to 1")
    parsing.add_argument(
        "--stall",
        type=int,
        metavar="SECONDS",
        help="without a move of plan or bound by 0.001 %% of cost that end the search, 1 to 1800",
    )
    parsing.add_argument("--seed", type=int, default=0, help="of the search")


def _add_other_plans(parsing: argparse.ArgumentParser) -> None:
    parsing.add_argument("--compare", type=Path, help="another RenewalPlan to set beside the plan")
    parsing.add_argument("--replan", type=Path, help="an approved RenewalPlan to change little of")
    parsing.add_argument(
        "--frozen-years",
        type=int,
        default=0,
        metavar="YEARS",
        help="the first, whose orders of the approved plan stand whatever it costs",
    )


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _scenarios(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST_SCENARIOS:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to {MOST_SCENARIOS}")
    return count
