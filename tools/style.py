"""The numbers of our style that a script can count, over everything we wrote but the tests."""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final, TypeAlias

from tools.outcome import ROOT, Outcome

PLACES: Final = ("services", "demo", "tools", "benchmarks")
FUNCTION_LINES: Final = 40
FUNCTION_P90: Final = 25
FUNCTION_MEDIAN: Final = 8
FILE_LINES: Final = 300
FILE_MEDIAN: Final = 120
NESTING: Final = 3
# The gRPC guard, which answers INTERNAL, and the consumer, which stops.
CATCH_ALLS: Final = 2
COMMENT_SHARE: Final = (0.01, 0.04)
# Messages that the gRPC edge cannot name are the one place for Any.
ANY_ALLOWED: Final = "services/runtime/"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS: Final = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.TryStar,
    ast.Match,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of ours, read and parsed once."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")


def check() -> Outcome:
    """Measure every file and the whole; the note has the figures that a limit is set for."""
    sources = list(read(PLACES))
    functions = [length(function) for source in sources for function in functions_of(source)]
    faults = [fault for source in sources for fault in faults_of(source)]
    return Outcome.of([*faults, *overall(sources, functions)], figures(sources, functions))


def read(places: Iterable[str]) -> Iterator[Source]:
    for place in places:
        for file in sorted((ROOT / place).rglob("*.py")):
            text = file.read_text()
            yield Source(path=str(file.relative_to(ROOT)), text=text, tree=ast.parse(text))


def functions_of(source: Source) -> Iterator[Function]:
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Return a function's lines from `def` to its end, without its docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0)


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Return how deep blocks stand in blocks; an elif is no deeper than its if."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deeper = isinstance(child, BLOCKS) and not is_elif
        deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def faults_of(source: Source) -> Iterator[str]:
    if source.lines > FILE_LINES:
        yield f"{source.path}: {source.lines} lines, over {FILE_LINES}"
    if ast.get_docstring(source.tree) is None:
        yield f"{source.path}: no docstring says what lives here"
    if imports_any(source.tree) and not source.path.startswith(ANY_ALLOWED):
        yield f"{source.path}: Any"
    for function in functions_of(source):
        where = f"{source.path}:{function.lineno}: {function.name}"
        if length(function) > FUNCTION_LINES:
            yield f"{where} has {length(function)} lines, over {FUNCTION_LINES}"
        if nesting(function) > NESTING:
            yield f"{where} nests {nesting(function)} deep, over {NESTING}"


def imports_any(tree: ast.Module) -> bool:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any(alias.name == "Any" for node in imports for alias in node.names)


def overall(sources: list[Source], functions: list[int]) -> Iterator[str]:
    low, high = COMMENT_SHARE
    if median(functions) > FUNCTION_MEDIAN:
        yield f"the median function has {median(functions):g} lines, over {FUNCTION_MEDIAN}"
    if p90(functions) > FUNCTION_P90:
        yield f"one function in ten has {p90(functions):g} lines, over {FUNCTION_P90}"
    if median(source.lines for source in sources) > FILE_MEDIAN:
        yield f"the median file is over {FILE_MEDIAN} lines"
    if not low <= comment_share(sources) <= high:
        yield f"{comment_share(sources):.1%} of lines are comments, not {low:.0%} to {high:.0%}"
    if len(catches := list(catch_alls(sources))) > CATCH_ALLS:
        yield f"over {CATCH_ALLS} places catch everything: {', '.join(catches)}"


def p90(values: list[int]) -> float:
    return quantiles(values, n=10)[-1]


def comment_share(sources: list[Source]) -> float:
    comments = sum(comment_lines(source.text) for source in sources)
    return comments / sum(source.lines for source in sources)


def comment_lines(text: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def catch_alls(sources: list[Source]) -> Iterator[str]:
    """Yield where everything is caught and, at the end of the handler, not raised again."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ExceptHandler) and swallows_everything(node):
                yield f"{source.path}:{node.lineno}"


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    everything = caught is None or (
        isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"}
    )
    return everything and not isinstance(handler.body[-1], ast.Raise)


def figures(sources: list[Source], functions: list[int]) -> str:
    return (
        f"{len(sources)} files, {len(functions)} functions: median {median(functions):g}, "
        f"p90 {p90(functions):g}, max {max(functions)} lines; "
        f"{comment_share(sources):.1%} comments; {len(list(catch_alls(sources)))} catch-alls"
    )
