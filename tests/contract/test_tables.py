"""No table of any service yields a row to a transaction without a scope."""

from urllib.parse import urlsplit

import asyncpg
import pytest

from services.kernel.ids import OdsCode
from services.runtime.scope import Scope
from tests.contract.stage import SERVICES, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABLES = """
    SELECT format('%I.%I', schemaname, tablename) AS name,
           rowsecurity, relforcerowsecurity AS forced, pg_get_userbyid(relowner) AS owner
      FROM pg_tables
      JOIN pg_class ON oid = format('%I.%I', schemaname, tablename)::regclass
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
       AND has_schema_privilege($1, schemaname, 'USAGE')
     ORDER BY 1
"""


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_every_table_in_reach_has_row_level_security_forced_on_its_owner_too(
    stage: Stage, service: str
) -> None:
    connection = await asyncpg.connect(stage.platform.databases[service].owner_dsn)
    try:
        tables = await connection.fetch(TABLES, _app_role(stage, service))
    finally:
        await connection.close()

    assert len(tables) > 5
    assert [row["name"] for row in tables if not (row["rowsecurity"] and row["forced"])] == []


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_no_table_yields_a_row_without_a_scope(stage: Stage, service: str) -> None:
    connection = await asyncpg.connect(stage.platform.databases[service].app_dsn)
    try:
        names = [row["name"] for row in await connection.fetch(TABLES, _app_role(stage, service))]
        rows = {
            name: await connection.fetchval(f"SELECT count(*) FROM {name}")  # noqa: S608 - from the catalogue
            for name in names
            if await connection.fetchval("SELECT has_table_privilege($1, 'SELECT')", name)
        }
    finally:
        await connection.close()

    assert {name: count for name, count in rows.items() if count} == {}
    assert rows


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_the_service_logs_in_as_a_role_that_owns_and_bypasses_nothing(
    stage: Stage, service: str
) -> None:
    connection = await asyncpg.connect(stage.platform.databases[service].app_dsn)
    try:
        role = await connection.fetchrow(
            """
            SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                   (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) AS owned
              FROM pg_roles
             WHERE rolname = current_user
            """
        )
    finally:
        await connection.close()

    assert role is not None
    assert tuple(role) == (False, False, False, False, 0)


async def test_a_scope_shows_one_organisations_rows_and_no_others(stage: Stage) -> None:
    connection = await asyncpg.connect(stage.platform.databases["fleet"].app_dsn)
    seen = {}
    try:
        for org in ("RYA", "RYD"):
            async with connection.transaction():
                scope = Scope(subject="test", orgs=frozenset({OdsCode(org)}))
                await connection.execute(scope.settings)
                seen[org] = set(await connection.fetch("SELECT DISTINCT org FROM vehicle"))
    finally:
        await connection.close()

    assert {row["org"] for row in seen["RYA"]} <= {"RYA"}
    assert seen["RYD"] == set()


def _app_role(stage: Stage, service: str) -> str:
    return urlsplit(stage.platform.databases[service].app_dsn).username or ""
