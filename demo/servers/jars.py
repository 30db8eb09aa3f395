"""Kafka's jars, fetched once into the user's cache directory: all of them or none."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from demo.servers.child import Progress, ServerFailed

# Resolved apart: together, the logging binding's bill of materials drags kafka-clients to 3.9.
COORDINATES: Final = ("org.apache.kafka:kafka_2.13:4.3.0", "org.slf4j:slf4j-simple:1.7.36")
NOTEWORTHY_BYTES: Final = 1_000_000


def class_path(progress: Progress) -> str:
    """Return Java's class path for Kafka. Raises ServerFailed when the jars cannot be fetched.

    A copy of the directory serves a machine that cannot reach Maven Central.
    """
    kept = caches() / "kafka-4.3.0"
    if not kept.exists():
        progress("Kafka: fetching its jars, 42 MB, this once")
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="fetching-") as staging:
            fetch(Path(staging), progress)
            keep(Path(staging) / "jars", kept)
    return str(kept / "*")


def caches() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "makeready"


def keep(fetched: Path, kept: Path) -> None:
    """Move the whole directory into place; another process may have been faster."""
    try:
        fetched.rename(kept)
    except OSError:
        if not kept.exists():
            raise


def fetch(staging: Path, progress: Progress) -> None:
    """Resolve and copy every jar into `staging/jars`."""
    # Half a second to import, and only the first run needs it.
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.env import EnvironmentBuilder  # noqa: PLC0415
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    resolver = PythonResolver(progress_callback=reporting(progress))
    context = MavenContext(
        resolver, repo_cache=staging / "maven", remote_repos={"central": MAVEN_CENTRAL_URL}
    )
    builder = EnvironmentBuilder(context, cache_dir=staging / "environments")
    (staging / "jars").mkdir()
    try:
        environments = [builder.from_endpoint(coordinate) for coordinate in COORDINATES]
    except (OSError, RuntimeError) as error:
        raise ServerFailed(
            f"Kafka's jars cannot be fetched: {error} (MAKEREADY_KAFKA_BOOTSTRAP names a broker)"
        ) from error
    for environment in environments:
        for jar in (*environment.class_path_jars, *environment.module_path_jars):
            shutil.copy(jar, staging / "jars")


def reporting(
    progress: Progress,
) -> Callable[[str, int], AbstractContextManager[Callable[[int], None]]]:
    @contextmanager
    def report(name: str, size_bytes: int) -> Iterator[Callable[[int], None]]:
        if size_bytes >= NOTEWORTHY_BYTES:
            progress(f"Kafka: fetching {name}, {size_bytes / 1e6:.0f} MB")
        yield lambda _: None

    return report
