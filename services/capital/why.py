"""What a no would cost: which decision a command line asks about, and how much of it."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from services.capital.optimiser.problem import (
    CancellationRuling,
    ChargerRuling,
    CommitmentId,
    HireRuling,
    MoveKind,
    MoveRuling,
    OptionId,
    OrderRuling,
    Problem,
    ServiceRuling,
    SiteId,
    TechnologyCode,
    TrustCode,
    TypeCode,
)
from services.capital.optimiser.problem.ruling import NO_MAXIMUM, Ruling

OLDEST: Final = 100

Words: TypeAlias = Sequence[str]


class Why(NamedTuple):
    """An argument that asks about one kind of decision: its words, and what they speak of."""

    flag: str
    words: tuple[str, ...]
    help: str
    speaks_of: Callable[[Words], Ruling]


def _purchase(words: Words) -> Ruling:
    trust, option, year = words
    return OrderRuling(
        trust=TrustCode(trust), option_id=OptionId(option), financial_year=_year(year)
    )


def _departure(words: Words) -> Ruling:
    trust, vehicle_type, technology, entered, year = words
    return ServiceRuling(
        trust=TrustCode(trust),
        vehicle_type=TypeCode(vehicle_type),
        technology=TechnologyCode(technology),
        entry_year=_year(entered),
        financial_year=_year(year),
    )


def _transfer(words: Words) -> Ruling:
    trust, to_trust, vehicle_type, year = words
    return MoveRuling(
        kind=MoveKind.TRANSFER,
        trust=TrustCode(trust),
        to_trust=TrustCode(to_trust),
        vehicle_type=TypeCode(vehicle_type),
        financial_year=_year(year),
    )


def _at_home(kind: MoveKind) -> Callable[[Words], Ruling]:
    def move(words: Words) -> Ruling:
        trust, vehicle_type, year = words
        return MoveRuling(
            kind=kind,
            trust=TrustCode(trust),
            vehicle_type=TypeCode(vehicle_type),
            financial_year=_year(year),
        )

    return move


def _hire(words: Words) -> Ruling:
    trust, vehicle_type, year = words
    return HireRuling(
        trust=TrustCode(trust), vehicle_type=TypeCode(vehicle_type), financial_year=_year(year)
    )


def _chargers(words: Words) -> Ruling:
    site, year = words
    return ChargerRuling(site_id=SiteId(site), financial_year=_year(year))


def _cancellation(words: Words) -> Ruling:
    (order,) = words
    return CancellationRuling(commitment_id=CommitmentId(order))


WHYS: Final = (
    Why(
        "--why-not",
        ("TRUST", "OPTION", "YEAR"),
        "what it costs not to buy this for delivery in the year, or to buy it after all",
        _purchase,
    ),
    Why(
        "--why-go",
        ("TRUST", "TYPE", "TECHNOLOGY", "ENTERED", "YEAR"),
        "what it costs to keep through the year those that go in it, or to let one go in it",
        _departure,
    ),
    Why(
        "--why-give",
        ("FROM", "TO", "TYPE", "YEAR"),
        "what it costs that one trust gives the other none, or gives one after all",
        _transfer,
    ),
    Why(
        "--why-reserve",
        ("TRUST", "TYPE", "YEAR"),
        "what it costs to put none in reserve, or one after all",
        _at_home(MoveKind.RESERVE),
    ),
    Why(
        "--why-remount",
        ("TRUST", "TYPE", "YEAR"),
        "what it costs to remount none, or one after all",
        _at_home(MoveKind.REMOUNT),
    ),
    Why(
        "--why-hire",
        ("TRUST", "TYPE", "YEAR"),
        "what it costs to hire none for the year, or one after all",
        _hire,
    ),
    Why(
        "--why-charge",
        ("SITE", "YEAR"),
        "what it costs to buy no chargers for the site in the year, or one after all",
        _chargers,
    ),
    Why(
        "--why-cancel",
        ("ORDER",),
        "what it costs to cancel none of a commitment, or one after all",
        _cancellation,
    ),
)


def add_whys(parsing: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser."""
    for why in WHYS:
        parsing.add_argument(why.flag, nargs=len(why.words), metavar=why.words, help=why.help)
    parsing.add_argument(
        "--at-most", type=int, metavar="N", help="of what --why-... asks about, instead of none"
    )
    parsing.add_argument(
        "--at-least", type=int, metavar="N", help="of what --why-... asks about, instead of one"
    )


def whys(problem: Problem, asked: argparse.Namespace) -> Iterator[Ruling]:
    """Yield a ruling for each decision asked about; an open one where it is not said how much.

    Raises ArgumentTypeError for what is not in the problem, and for amounts of nothing.
    """
    spoken = [(why, getattr(asked, why.flag[2:].replace("-", "_"))) for why in WHYS]
    spoken = [(why, words) for why, words in spoken if words is not None]
    least, most = asked.at_least, asked.at_most
    if (least is not None or most is not None) and len(spoken) != 1:
        raise argparse.ArgumentTypeError("--at-most, --at-least: of one --why-... alone")
    low, high = least or 0, NO_MAXIMUM if most is None else most
    if least == 0 or not 0 <= low <= high <= NO_MAXIMUM:
        raise argparse.ArgumentTypeError("--at-most, --at-least: cannot both be, or say nothing")
    for why, words in spoken:
        ruling = why.speaks_of(words)
        for fault in _faults(problem, ruling):
            raise argparse.ArgumentTypeError(f"{why.flag} {' '.join(words)}: {fault}")
        yield replace(ruling, minimum=low, maximum=high)


def _faults(problem: Problem, ruling: Ruling) -> Iterator[str]:
    """Yield what the problem does not have of what is spoken of."""
    known: dict[str, set[str]] = {
        "trust": set(problem.trusts),
        "to_trust": set(problem.trusts),
        "vehicle_type": {row.code for row in problem.vehicle_types},
        "technology": {row.technology for row in problem.age_profiles},
        "option_id": {row.option_id for row in problem.options},
        "site_id": {row.site_id for row in problem.charging_sites},
        "commitment_id": {row.commitment_id for row in problem.commitments},
    }
    for name, names in known.items():
        spoken = getattr(ruling, name, None)
        if spoken is not None and spoken not in names:
            yield f"{spoken} is not in the problem"
    if not isinstance(ruling, CancellationRuling):
        yield from _ill_timed(problem, ruling)


def _ill_timed(problem: Problem, ruling: Ruling) -> Iterator[str]:
    year = getattr(ruling, "financial_year", 0)
    if year not in problem.horizon:
        yield "its year is no year of the plan"
    if isinstance(ruling, ServiceRuling) and not year - OLDEST <= ruling.entry_year <= year:
        yield "they entered service in no such year"


def _year(word: str) -> int:
    """Return the year; 0, which is none, for what is not a number."""
    return int(word) if word.isdecimal() else 0
