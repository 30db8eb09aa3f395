"""The contract's checks: buf's lint and breaking rules, and `proto/gen` is what protoc makes."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

from tools import proto
from tools.outcome import ROOT, Outcome, command, run
from tools.proto import ProtocFailed

CONFIG: Final = "--config=proto/buf.yaml"
GIT: Final = ("git", "--no-pager")


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


def image(source: Path, out: Path) -> str:
    """Compile `source` with all it imports into one descriptor file, which is what buf reads here.

    buf alone would have to fetch Google's common protos; protoc has them installed.
    """
    descriptors = f"--descriptor_set_out={out}"
    files = proto.sources(source)
    proto.protoc(source, files, "--include_imports", "--include_source_info", descriptors)
    return str(out)


def lint() -> Outcome:
    with scratch() as place:
        try:
            present = image(proto.PROTO, place / "present.binpb")
        except ProtocFailed as fault:
            return Outcome.of([str(fault)])
        return run("buf", "lint", present, CONFIG)


def breaking() -> Outcome:
    """Compare with the last commit before the present state of `proto/`."""
    changed = command([*GIT, "diff", "--quiet", "HEAD", "--", "proto"]).returncode
    base = "HEAD" if changed else "HEAD^"
    with scratch() as place:
        if not checkout(base, place / "base"):
            return Outcome(note=f"nothing to compare: {base} has no proto/")
        try:
            before = image(place / "base" / "proto", place / "before.binpb")
            present = image(proto.PROTO, place / "present.binpb")
        except ProtocFailed as fault:
            return Outcome.of([str(fault)])
        found = run("buf", "breaking", present, f"--against={before}", CONFIG)
        return Outcome(faults=found.faults, note=f"against {base}")


def checkout(revision: str, place: Path) -> bool:
    """Unpack `proto/` of a commit; False when there is no such commit or no proto/ in it."""
    wanted = [*GIT, "archive", revision, "proto/makeready", "proto/buf"]
    archive = subprocess.run(wanted, cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        return False
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        # An attribute, since the parameter came with 3.11.4 only.
        files.extraction_filter = tarfile.data_filter if hasattr(tarfile, "data_filter") else None
        files.extractall(place)  # noqa: S202 - a commit of this repository
    return True


def generated() -> Outcome:
    with scratch() as place:
        try:
            proto.generate(place)
        except ProtocFailed as fault:
            return Outcome.of([str(fault)])
        fresh = contents(place)
    present = contents(proto.PROTO)
    names = sorted(fresh.keys() | present.keys())
    differing = [name for name in names if fresh.get(name) != present.get(name)]
    return Outcome.of(f"proto/{name}: run ./dev proto" for name in differing)


def contents(place: Path) -> dict[str, bytes]:
    """Return what is in the generated directories below `place`, by relative path."""
    files = (file for name in proto.OUTPUTS for file in (place / name).rglob("*.py*"))
    return {
        str(file.relative_to(place)): file.read_bytes() for file in files if file.suffix != ".pyc"
    }
