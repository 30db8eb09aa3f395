"""What the style check counts."""

import ast
from textwrap import dedent

import pytest

from tools.style import Source, catch_alls, comment_lines, faults_of, length, nesting


def source(text: str, path: str = "services/fleet/domain.py") -> Source:
    clean = dedent(text).lstrip()
    return Source(path=path, text=clean, tree=ast.parse(clean))


def function(text: str) -> ast.FunctionDef:
    node = source(text).tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def test_a_docstring_does_not_make_a_function_longer() -> None:
    documented = function('''
        def deploy(self):
            """Deploy.

            Units: none.
            """
            return self
    ''')

    assert length(documented) == 2


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("def f():\n    return 1", 0),
        ("def f():\n    if a:\n        x\n    elif b:\n        y\n    else:\n        z", 1),
        ("def f():\n    for a in b:\n        with c:\n            while d:\n                e", 3),
    ],
)
def test_an_elif_is_no_deeper_than_its_if(text: str, depth: int) -> None:
    assert nesting(function(text)) == depth


def test_a_file_of_three_hundred_and_one_lines_is_too_long() -> None:
    long = source('"""Vehicles."""\n' + "pass\n" * 300)

    assert list(faults_of(long)) == ["services/fleet/domain.py: 301 lines, over 300"]


def test_a_file_says_what_lives_in_it() -> None:
    assert list(faults_of(source("x = 1\n"))) == [
        "services/fleet/domain.py: no docstring says what lives here"
    ]


@pytest.mark.parametrize(
    ("path", "faults"),
    [("services/fleet/wire.py", ["services/fleet/wire.py: Any"]), ("services/runtime/x.py", [])],
)
def test_only_the_runtime_may_use_any(path: str, faults: list[str]) -> None:
    text = '"""Wire."""\nfrom typing import Any\n'

    assert list(faults_of(source(text, path))) == faults


def test_what_is_raised_again_does_not_count_as_caught() -> None:
    text = """
        try:
            work()
        except Exception:
            log()
        try:
            work()
        except BaseException:
            undo()
            raise
    """

    assert list(catch_alls([source(text)])) == ["services/fleet/domain.py:3"]


def test_a_comment_in_a_string_is_no_comment() -> None:
    assert comment_lines('x = "# not one"  # one\n# two\n') == 2
