"""Regenerate `proto/gen` and `proto/stubs` from `proto/`, running protoc in a process of its own.

protoc and OR-Tools abort an interpreter that loads both, so nothing imports grpc_tools.protoc.
"""

import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PROTO: Final = ROOT / "proto"
OURS: Final = ("makeready", "buf/validate")
# Installed without type information, and used in our signatures: only their stubs are generated.
GOOGLES: Final = ("google/rpc", "google/type")
OUTPUTS: Final = ("gen", "stubs")
SERVICE: Final = re.compile(r"^service \w+", re.MULTILINE)


def installed() -> Path:
    return Path(sysconfig.get_path("purelib"))


def sources(proto: Path, packages: tuple[str, ...] = OURS) -> list[Path]:
    """Return every .proto file of `packages` under `proto`, in a fixed order."""
    return sorted(file for package in packages for file in (proto / package).glob("**/*.proto"))


class ProtocFailed(Exception):
    """protoc refused a .proto file; the message is its own."""


def protoc(proto: Path, files: list[Path], *arguments: str) -> None:
    """Run protoc over `files` of `proto`. Raises ProtocFailed."""
    includes = [f"-I{proto}", f"-I{installed() / 'grpc_tools' / '_proto'}", f"-I{installed()}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", *includes, *arguments]
    outcome = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise ProtocFailed(outcome.stderr)


def plugin(name: str) -> str:
    return f"--plugin={name}={Path(sysconfig.get_path('scripts')) / name}"


def generate(out: Path) -> None:
    """Write `gen` (messages, services and their types) and `stubs` (Google's types) into `out`."""
    gen, stubs = (out / name for name in OUTPUTS)
    gen.mkdir()
    stubs.mkdir()
    files = sources(PROTO)
    mypy = plugin("protoc-gen-mypy")
    protoc(PROTO, files, mypy, f"--python_out={gen}", f"--mypy_out=quiet:{gen}")
    protoc(PROTO, sources(installed(), GOOGLES), mypy, f"--mypy_out=quiet:{stubs}")
    generate_services([file for file in files if SERVICE.search(file.read_text())], gen)


def generate_services(files: list[Path], gen: Path) -> None:
    outputs = f"--grpc_python_out={gen}", f"--mypy_grpc_out=quiet,only_async:{gen}"
    if files:
        protoc(PROTO, files, plugin("protoc-gen-mypy_grpc"), *outputs)


def main() -> str | None:
    """Generate into a new directory first, so that a fault leaves what was there."""
    with tempfile.TemporaryDirectory(dir=PROTO) as fresh:
        try:
            generate(Path(fresh))
        except ProtocFailed as fault:
            return str(fault)
        for name in OUTPUTS:
            shutil.rmtree(PROTO / name, ignore_errors=True)
            (Path(fresh) / name).rename(PROTO / name)
    return None


if __name__ == "__main__":
    sys.exit(main())
