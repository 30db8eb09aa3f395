"""Which servers are used, and how their addresses are written."""

from demo.servers.choose import servers
from demo.servers.postgres import PostgresServer


async def test_servers_that_the_environment_names_are_used_and_none_is_started() -> None:
    named = {
        "MAKEREADY_POSTGRES_DSN": "postgresql://admin:s3%2Fcret@db.example:6432/postgres",
        "MAKEREADY_KAFKA_BOOTSTRAP": "broker.example:9092",
    }

    async with servers(environment=named) as found:
        pass

    assert found.postgres.superuser_dsn == named["MAKEREADY_POSTGRES_DSN"]
    assert found.kafka.bootstrap == named["MAKEREADY_KAFKA_BOOTSTRAP"]


def test_a_database_address_quotes_the_password_and_keeps_the_query() -> None:
    server = PostgresServer.parse("postgresql://admin:x@db.example/postgres?sslmode=require")

    address = server.dsn("fleet", "fleet_app", "p@ss/word")

    assert address == "postgresql://fleet_app:p%40ss%2Fword@db.example:5432/fleet?sslmode=require"


def test_the_superusers_password_is_not_in_a_servers_repr() -> None:
    server = PostgresServer.parse("postgresql://admin:hidden@db.example/postgres")

    assert "hidden" not in repr(server)
