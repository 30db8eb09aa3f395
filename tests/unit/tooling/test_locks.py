"""When a lock is stale."""

import shutil
from pathlib import Path

from tools.locks import stale

ROOT = Path(__file__).parents[3]


def copy(to: Path) -> Path:
    shutil.copytree(ROOT / "requirements", to / "requirements")
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def test_a_lock_outlives_a_change_of_anything_but_dependencies(tmp_path: Path) -> None:
    root = copy(tmp_path)
    project = root / "pyproject.toml"
    project.write_text(project.read_text().replace("line-length = 100", "line-length = 99"))

    assert stale(root) == []


def test_a_changed_pin_makes_every_lock_stale(tmp_path: Path) -> None:
    root = copy(tmp_path)
    project = root / "pyproject.toml"
    project.write_text(project.read_text().replace("grpcio==1.85.1", "grpcio==1.85.0"))

    assert stale(root) == [
        "requirements/dev.txt",
        "requirements/runtime.txt",
        "requirements/service.txt",
    ]


def test_a_missing_lock_is_stale(tmp_path: Path) -> None:
    root = copy(tmp_path)
    (root / "requirements" / "service.txt").unlink()

    assert stale(root) == ["requirements/service.txt"]
