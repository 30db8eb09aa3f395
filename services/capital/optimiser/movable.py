"""Every vintage there can be, and every move between them."""

from collections import deque
from collections.abc import Iterable

from services.capital.optimiser.terms import Move, Terms, Vintage


def reachable(terms: Terms, there: Iterable[Vintage]) -> tuple[list[Vintage], list[Move]]:
    """Return the vintages that those there can become, themselves included, and how; in order."""
    vintages = set(there)
    waiting = deque(vintages)
    moves: list[Move] = []
    while waiting:
        source = waiting.popleft()
        for move in _moves(terms, source):
            moves.append(move)
            if move.target not in vintages:
                vintages.add(move.target)
                waiting.append(move.target)
    return sorted(vintages), sorted(moves)


def _moves(terms: Terms, source: Vintage) -> Iterable[Move]:
    for year in terms.horizon:
        for move in terms.moves_of(source, year):
            if move.target.fleet in terms.fleets:
                yield move
