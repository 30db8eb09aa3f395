"""The script `dev`: what it runs at once, and when it installs again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ECHO = '#!/bin/sh\necho "$PYTHONPATH | $PWD | $*"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose locks are installed, and whose Python only says how it was called."""
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    for lock in ("dev", "runtime"):
        (root / "requirements" / f"{lock}.txt").write_text(f"# {lock}\n")
    shutil.copy(ROOT / "dev", root)
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(ECHO)
    python.chmod(0o755)
    install(root, "dev")
    return root


def install(root: Path, lock: str) -> None:
    """Leave the mark of an installed lock."""
    cksum = subprocess.run(
        ["/usr/bin/cksum"],
        input=(root / "requirements" / f"{lock}.txt").read_bytes(),
        capture_output=True,
        check=True,
    )
    mark = f"{lock} {cksum.stdout.decode().strip()} {root}\n"
    (root / ".venv" / "makeready.lock").write_text(mark)


def dev(root: Path, *arguments: str, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(root / "dev"), *arguments],
        cwd=root.parent,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (("demo", "--once"), "-m demo --once"),
        (("up",), "-m demo.up"),
        (("solve", "p.json"), "-m services.capital.solve_file p.json"),
        (("bench", "write"), "-m benchmarks write"),
    ],
)
def test_a_command_on_the_callers_files_runs_where_it_was_called(
    checkout: Path, arguments: tuple[str, ...], module: str
) -> None:
    said = dev(checkout, *arguments).stdout

    assert said == f"{checkout}:{checkout}/proto/gen | {checkout.parent} | {module}\n"


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (("test", "unit", "-x"), "-m pytest tests/unit -x"),
        (("test", "-k", "vehicle"), "-m pytest -k vehicle"),
        (("check", "types"), "-m tools.check types"),
    ],
)
def test_a_command_on_the_checkout_runs_at_its_root(
    checkout: Path, arguments: tuple[str, ...], module: str
) -> None:
    said = dev(checkout, *arguments).stdout

    assert said.endswith(f"| {checkout} | {module}\n")


def test_all_tests_run_in_two_halves_side_by_side(checkout: Path) -> None:
    said = dev(checkout, "test").stdout.splitlines()

    assert [line.rpartition("| ")[2] for line in said] == [
        "-m pytest tests/integration tests/contract tests/e2e --ignore=tests/integration/kill",
        "-m pytest tests/unit tests/integration/kill",
    ]


def test_what_only_runs_is_content_with_the_smaller_lock(checkout: Path) -> None:
    install(checkout, "runtime")

    assert dev(checkout, "bench", "read").returncode == 0
    assert "no Python" in dev(checkout, "test", path=only_tools(checkout)).stderr


def test_a_changed_lock_is_installed_again(checkout: Path) -> None:
    (checkout / "requirements" / "dev.txt").write_text("# changed\n")

    ended = dev(checkout, "check", path=only_tools(checkout))

    assert ended.returncode == 1
    assert "no Python of 3.11 to 3.14 here" in ended.stderr


def test_a_moved_checkout_is_installed_again(checkout: Path) -> None:
    moved = checkout.rename(checkout.with_name("moved"))

    ended = dev(moved, "check", path=only_tools(moved))

    assert ended.returncode == 1
    assert "no Python of 3.11 to 3.14 here" in ended.stderr


def test_an_unknown_command_shows_the_known_ones(checkout: Path) -> None:
    ended = dev(checkout, "fly")

    assert ended.returncode == 1
    assert "no command fly" in ended.stderr
    assert "./dev COMMAND" in ended.stderr


def only_tools(checkout: Path) -> str:
    """Return a PATH with what the script needs and no Python."""
    tools = checkout.parent / "tools"
    tools.mkdir()
    for name in ("cat", "cksum", "dirname", "grep", "rm"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    return str(tools)
