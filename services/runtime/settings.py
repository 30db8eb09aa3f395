"""The environment, read once into one frozen value; every fault is reported together."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

import grpc
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.runtime import db
from services.runtime.rpc.limits import Limits

S = TypeVar("S", bound=BaseSettings)

PREFIX = "MAKEREADY_"


class SettingsInvalid(Exception):
    """What is missing or wrong in the environment, a line for each."""


class Environment(StrEnum):
    """Reflection is served in development only."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One process of a service. Each field is the variable MAKEREADY_<NAME IN CAPITALS>.

    Spans are exported only when OTEL_EXPORTER_OTLP_ENDPOINT, which has no prefix, is set.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    dsn: str = Field(min_length=1, repr=False)
    kafka_bootstrap: str = Field(min_length=1)
    # The JSON Web Key Set of the issuer's public keys; read again when a token names a new one.
    jwks_file: Path
    jwt_issuer: str = Field(min_length=1)
    jwt_audience: str = Field(min_length=1)

    environment: Environment = Environment.PRODUCTION
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    grpc_address: str = "127.0.0.1:50051"
    health_address: str = "127.0.0.1:8080"
    otlp_endpoint: str = Field("", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")

    # Certificate chain and key of this server, and the authority its clients' certificates must
    # come from. All three or none; without them the server speaks plain text.
    tls_certificate_file: Path | None = None
    tls_key_file: Path | None = None
    tls_client_authority_file: Path | None = None

    connections: int = Field(10, ge=1, le=200)
    statement_seconds: float = Field(10, gt=0, le=300)
    calls_in_hand: int = Field(256, ge=1)
    streams_per_caller: int = Field(20, ge=1)
    calls_per_second: float = Field(5_000, gt=0)
    burst_calls: float = Field(10_000, ge=1)
    # How long the other members of a consumer group wait for one that fell silent.
    kafka_session_seconds: float = Field(30, ge=6, le=300)
    # How long a process that was asked to stop may take, in all.
    drain_seconds: float = Field(20, gt=0, le=600)

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if len({file is None for file in self._tls_files}) > 1:
            raise ValueError("MAKEREADY_TLS_*_FILE: all three or none")
        return self

    @classmethod
    def read(cls) -> Self:
        """Read the environment, or raise SettingsInvalid with every fault in it."""
        return _read(cls)

    @property
    def _tls_files(self) -> tuple[Path | None, ...]:
        return self.tls_key_file, self.tls_certificate_file, self.tls_client_authority_file

    @property
    def database_limits(self) -> db.Limits:
        statement = timedelta(seconds=self.statement_seconds)
        return db.Limits(connections=self.connections, statement=statement)

    @property
    def rpc_limits(self) -> Limits:
        return Limits(
            calls_in_hand=self.calls_in_hand,
            streams_per_caller=self.streams_per_caller,
            calls_per_second=self.calls_per_second,
            burst_calls=self.burst_calls,
        )

    def tls(self) -> grpc.ServerCredentials | None:
        """Return the credentials of the files named, or None when none is."""
        if self.tls_key_file is None:
            return None
        key, certificate, authority = (file.read_bytes() for file in self._tls_files if file)
        return grpc.ssl_server_credentials(
            [(key, certificate)], root_certificates=authority, require_client_auth=True
        )


class OwnerSettings(BaseSettings):
    """What `migrate` needs: the role that owns the tables, and nothing else."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    owner_dsn: str = Field(min_length=1, repr=False)

    @classmethod
    def read(cls) -> Self:
        """Read the environment, or raise SettingsInvalid with every fault in it."""
        return _read(cls)


def _read(kind: Callable[[], S]) -> S:
    try:
        return kind()
    except ValidationError as error:
        faults = (f"{_variable(fault['loc'])}{fault['msg']}" for fault in error.errors())
        # The values themselves may be secrets.
        raise SettingsInvalid("\n".join(faults)) from None


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return ""
    name = "_".join(map(str, location))
    return f"{name if name.isupper() else PREFIX + name.upper()}: "
