"""The queue's tables are those the library expects, and are seen under no scope but theirs."""

from pathlib import Path
from typing import Final

from pgqueuer.adapters.persistence.schema_ddl import render_install
from pgqueuer.core.qm import QueueManager

from services.capital.repository.queue import NAMES, queries
from services.runtime.db import Database
from services.runtime.scope import Scope
from tests.databases import migrations_of

INSTALLED: Final = migrations_of("capital") / "0004_pgqueuer.sql"


def test_the_migration_is_what_the_library_installs() -> None:
    wanted = render_install(NAMES, create_schema=True)

    written = Path(INSTALLED).read_text(encoding="utf-8")

    assert written.strip() == wanted.strip()


async def test_the_library_finds_all_it_needs(capital_database: Database) -> None:
    async with capital_database.read(Scope.system("queue")) as tx:
        plan = await queries(tx).plan_upgrade()
        await QueueManager(queries(tx)).verify_structure()

    assert list(plan.statements) == []
