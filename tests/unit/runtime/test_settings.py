"""The environment: read once, all faults at once, no secret told."""

from pathlib import Path

import pytest

from services.runtime.settings import Environment, OwnerSettings, Settings, SettingsInvalid

REQUIRED = {
    "MAKEREADY_DSN": "postgresql://app:secret@127.0.0.1/fleet",
    "MAKEREADY_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "MAKEREADY_JWKS_FILE": "/keys/jwks.json",
    "MAKEREADY_JWT_ISSUER": "https://issuer",
    "MAKEREADY_JWT_AUDIENCE": "makeready",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_what_is_not_set_has_a_safe_default() -> None:
    settings = Settings.read()

    assert settings.environment is Environment.PRODUCTION
    assert settings.otlp_endpoint == ""
    assert settings.tls() is None
    assert settings.rpc_limits.calls_in_hand == 256
    assert settings.database_limits.connections == 10


def test_every_fault_is_reported_together_by_its_variable(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("MAKEREADY_DSN")
    environment.delenv("MAKEREADY_JWT_ISSUER")
    environment.setenv("MAKEREADY_CONNECTIONS", "many")

    with pytest.raises(SettingsInvalid) as refused:
        Settings.read()

    told = [line.split(":")[0] for line in str(refused.value).splitlines()]
    assert told == ["MAKEREADY_DSN", "MAKEREADY_JWT_ISSUER", "MAKEREADY_CONNECTIONS"]


def test_a_fault_does_not_tell_the_value(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MAKEREADY_CONNECTIONS", "hunter2")

    with pytest.raises(SettingsInvalid) as refused:
        Settings.read()

    assert "hunter2" not in str(refused.value)


@pytest.mark.usefixtures("environment")
def test_the_password_is_not_in_what_is_printed() -> None:
    assert "secret" not in repr(Settings.read())


def test_the_exporter_is_set_by_its_own_standard_variable(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")

    assert Settings.read().otlp_endpoint == "http://collector:4317"


def test_the_owner_is_asked_for_nothing_but_his_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAKEREADY_OWNER_DSN", raising=False)

    with pytest.raises(SettingsInvalid, match=r"^MAKEREADY_OWNER_DSN: "):
        OwnerSettings.read()


def test_one_of_the_certificate_files_alone_is_a_fault(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key.pem"
    file.write_text("-")
    environment.setenv("MAKEREADY_TLS_KEY_FILE", str(file))

    with pytest.raises(SettingsInvalid, match=r"all three"):
        Settings.read()
