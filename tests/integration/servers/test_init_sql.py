"""deploy/postgres/init.sql on a real server: three databases that keep to themselves."""

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from demo.servers.postgres import PostgresServer, Profile, postgres
from demo.servers.unprivileged import installed_binaries

INIT = Path(__file__).parents[3] / "deploy" / "postgres" / "init.sql"
SERVICES = ("fleet", "hubs", "capital")


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    async with postgres(tmp_path_factory.mktemp("init"), Profile.FAST) as running:
        initialise(running)
        yield running


def initialise(server: PostgresServer) -> None:
    passwords = {
        f"{service}_{role}_password".upper(): f"{service}-{role}"
        for service in SERVICES
        for role in ("owner", "app")
    }
    psql = [str(installed_binaries() / "psql"), "--no-psqlrc", "--quiet", server.superuser_dsn]
    subprocess.run([*psql, f"--file={INIT}"], env=os.environ | passwords, check=True)


def dsn(server: PostgresServer, database: str, service: str, role: str) -> str:
    return server.dsn(database, f"{service}_{role}", f"{service}-{role}")


@pytest.mark.parametrize("service", SERVICES)
async def test_an_application_uses_what_its_owner_makes(
    server: PostgresServer, service: str
) -> None:
    owner = await asyncpg.connect(dsn(server, service, service, "owner"))
    await owner.execute("CREATE TABLE bay (id int GENERATED ALWAYS AS IDENTITY, name text)")
    await owner.close()
    app = await asyncpg.connect(dsn(server, service, service, "app"))

    made = await app.fetchval("INSERT INTO bay (name) VALUES ('3') RETURNING name")

    assert made == "3"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE mine (id int)")
    await app.close()


@pytest.mark.parametrize("role", ["owner", "app"])
async def test_no_role_enters_anothers_database(server: PostgresServer, role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
        await asyncpg.connect(dsn(server, "hubs", "fleet", role))


async def test_no_role_is_above_row_level_security(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.superuser_dsn)

    above = await connection.fetch(
        """
        SELECT rolname
          FROM pg_roles
         WHERE rolname ~ '_(owner|app)$'
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
        """
    )

    assert above == []
    await connection.close()
