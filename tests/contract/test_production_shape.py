"""docker-compose.yml against the code: each setting exists, each one that is needed is set, and each service would start."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy.engine import make_url
from typer.core import TyperGroup

from esr_reporting.settings import ReportingSettings
from esr_sandbox.settings import SandboxSettings
from esrlink.bus.connect import bus_from_url
from esrlink.bus.kafka import KafkaBus, KafkaSettings
from esrlink.cli import main
from esrlink.db.provisioning import Wanted, _check
from esrlink.reference.settings import variable_of
from esrlink.runtime import Definition, installed_services
from esrlink.settings import Mode, ServiceSettings, SiteSettings

from .production.shape import ROOT, SERVICES, compose, is_job, is_ours

COMPOSE = compose()
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, part in PARTS.items() if is_ours(part)]
DEFINITIONS = {definition.name: definition for definition in installed_services()}
# Not settings of ours: where secrets are, and what the web server reads itself.
OTHERS = {"ESRLINK_SECRETS_DIR", "FORWARDED_ALLOW_IPS"}
READ_BY: dict[str, list[type[BaseSettings]]] = {
    **{name: [definition.settings, KafkaSettings] for name, definition in DEFINITIONS.items()},
    "site": [SiteSettings],
    "doctor": [KafkaSettings, *(definition.settings for definition in DEFINITIONS.values())],
    "databases": [definition.settings for definition in DEFINITIONS.values()],
    "migrate": [definition.settings for definition in DEFINITIONS.values()],
    "topics": [ServiceSettings, KafkaSettings],
    "reporting": [ReportingSettings, KafkaSettings],
    "sandbox": [SandboxSettings],
}

each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def variables(kinds: list[type[BaseSettings]]) -> dict[str, Any]:
    return {variable_of(kind, name, field): field for kind in kinds for name, field in kind.model_fields.items()}


@pytest.fixture(scope="session")
def made_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `deploy/make-secrets` makes."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run(["sh", ROOT / "deploy" / "make-secrets", folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def enter(tmp_path: Path, made_secrets: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`enter(name)`: this process has the environment and the secrets of that container, and nothing else of ours."""
    for variable in list(os.environ):
        if re.match(r"(ESRLINK|ESR_GATEWAY|PROFILE_SYNC|SUBMITTALS|JOBPLAN_ADAPTER|SANDBOX)_", variable):
            monkeypatch.delenv(variable)

    def _enter(name: str, *, without: str = "") -> None:
        part = PARTS[name]
        for variable, value in part.get("environment", {}).items():
            monkeypatch.setenv(variable, value)
        secrets = tmp_path / "secrets"
        secrets.mkdir()
        for secret in set(part.get("secrets", [])) - {without}:
            source = Path(COMPOSE["secrets"][secret]["file"])
            (secrets / secret).write_text((made_secrets / source.name).read_text())
        if "ESRLINK_SECRETS_DIR" in part.get("environment", {}):
            monkeypatch.setenv("ESRLINK_SECRETS_DIR", str(secrets))
        if without:
            monkeypatch.delenv(without, raising=False)

    return _enter


def test_all_services_are_there_and_each_of_our_containers_is_known_to_this_test() -> None:
    assert set(SERVICES) == set(DEFINITIONS)
    assert set(OURS) == set(READ_BY)


def test_what_must_be_decided_is_asked_for_in_words() -> None:
    with pytest.raises(KeyError, match="the address of the site"):
        compose({})
    example = (ROOT / "deploy" / "example.env").read_text()
    compose(dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE)))


@each_of_ours
def test_every_variable_is_a_setting_that_the_container_reads(name: str) -> None:
    unknown = set(PARTS[name].get("environment", {})) - set(variables(READ_BY[name])) - OTHERS
    assert unknown == set()


@each_of_ours
def test_every_secret_is_a_setting_that_the_container_reads(name: str) -> None:
    files = {variable.lower() for variable in variables(READ_BY[name])}
    assert set(PARTS[name].get("secrets", [])) - files <= {"postgres_administrator_url"}


@each_of_ours
def test_no_secret_stands_in_the_environment(name: str) -> None:
    fields = variables(READ_BY[name])
    for variable, value in PARTS[name].get("environment", {}).items():
        if variable in fields and fields[variable].annotation is SecretStr:
            assert variable == "ESRLINK_BUS_URL", "it may hold a password"
            assert "@" not in value


@each_service
def test_a_service_has_all_that_production_needs(name: str, enter: Any) -> None:
    enter(name)
    definition: Definition = DEFINITIONS[name]
    settings = definition.settings()
    assert settings.mode is Mode.PRODUCTION
    assert isinstance(bus_from_url(settings.bus_url.get_secret_value()), KafkaBus)
    assert len(settings.session_secret.get_secret_value()) >= 32
    assert settings.public_url == "https://hub.example.org"
    database = make_url(settings.database_url.get_secret_value())
    assert (database.drivername, database.host) == ("postgresql+psycopg", "postgres")
    assert not settings.migration_url.get_secret_value(), "the running service has no business with the owner's address"


@each_service
@pytest.mark.parametrize("lacking", ["esrlink_session_secret", "ESRLINK_ISSUER_URL", "ESRLINK_BUS_URL"])
def test_a_service_would_not_start_without_it(name: str, lacking: str, enter: Any) -> None:
    enter(name, without=lacking)
    with pytest.raises(ValidationError, match=lacking.removeprefix("ESRLINK_").removeprefix("esrlink_").lower()):
        DEFINITIONS[name].settings()


def test_the_site_has_all_that_production_needs_and_knows_every_service(enter: Any) -> None:
    enter("site")
    assert SiteSettings().session_secret.get_secret_value()
    command = PARTS["site"]["command"]
    told = dict(pair.split("=") for pair in command[command.index("--services") + 1].split(","))
    assert told == {name: f"http://{name}:8000/{name}" for name in SERVICES}


def test_databases_and_migrations_have_two_roles_for_each_service(enter: Any, made_secrets: Path) -> None:
    administrator = make_url((made_secrets / "postgres_administrator_url").read_text().strip())
    assert administrator.password == (made_secrets / "postgres_password").read_text().strip()
    for name in ("databases", "migrate"):
        assert {
            f"{d.database_name}_{kind}_url" for d in DEFINITIONS.values() for kind in ("migration", "database")
        } <= set(PARTS[name]["secrets"])
    enter("databases")
    for definition in DEFINITIONS.values():
        settings = definition.settings(mode=Mode.TRYOUT)
        owner, running = settings.migration_url.get_secret_value(), settings.database_url.get_secret_value()
        _check(Wanted(definition.name, owner, running), administrator)


def test_topics_and_reporting_reach_the_bus(enter: Any) -> None:
    enter("topics")
    assert KafkaSettings().replication == 1, "there is one broker"
    assert PARTS["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert PARTS["reporting"]["environment"]["ESRLINK_BUS_URL"] == "kafka://kafka:9092"
    assert ReportingSettings().data_dir


def test_a_group_that_is_away_is_remembered_for_longer_than_messages_are_kept() -> None:
    minutes = int(PARTS["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"])
    assert minutes * 60 > KafkaSettings().retention.total_seconds()


@each_of_ours
def test_every_command_is_one_that_esrlink_knows(name: str, tmp_path: Path) -> None:
    stand_in = tmp_path / "file"
    stand_in.touch()
    words = [str(stand_in) if word.startswith("/run/secrets/") else word for word in PARTS[name]["command"]]
    _parse(typer.main.get_command(main), "esrlink", words)


def _parse(command: Any, name: str, words: list[str], parent: Any = None) -> None:
    """Take the words apart as the command line would, down to the command that is meant, without running it."""
    context = command.make_context(name, list(words), parent=parent)
    if isinstance(command, TyperGroup):
        rest = [*context._protected_args, *context.args]
        if rest:
            found, inner, further = command.resolve_command(context, rest)
            _parse(inner, str(found), further, context)


def test_a_command_that_esrlink_does_not_know_would_be_found() -> None:
    with pytest.raises(Exception, match="No such command"):
        _parse(typer.main.get_command(main), "esrlink", ["topics", "aply"])


@each_service
def test_a_service_listens_where_it_is_asked(name: str) -> None:
    command = PARTS[name]["command"]
    assert command[:2] == ["serve", name]
    assert command[2:] == ["--host", "0.0.0.0", "--port", "8000"]  # noqa: S104 - in a container of its own
    assert PARTS[name]["healthcheck"]["test"][-1] == f"http://127.0.0.1:8000/{name}/ready"


@each_service
def test_a_service_has_time_to_stop(name: str) -> None:
    grace = int(PARTS[name]["stop_grace_period"].removesuffix("s"))
    # Requests, then the two connections to Kafka, then the database.
    assert grace >= 10 + 2 * KafkaSettings().stop_timeout.total_seconds() + 5


def test_every_dependency_can_come_true() -> None:
    for name, part in PARTS.items():
        for other, wanted in part.get("depends_on", {}).items():
            assert other in PARTS, f"{name} waits for {other}, which is not there"
            assert "profiles" not in PARTS[other], f"{other} is not always there"
            if wanted["condition"] == "service_completed_successfully":
                assert is_job(PARTS[other]), f"{name} waits for {other} to end, which it never does"
            else:
                assert wanted["condition"] == "service_healthy"
                assert "healthcheck" in PARTS[other]


def test_nothing_waits_for_itself() -> None:
    def depth(name: str, above: tuple[str, ...] = ()) -> None:
        assert name not in above, " → ".join([*above, name])
        for other in PARTS[name].get("depends_on", {}):
            depth(other, (*above, name))

    for name in PARTS:
        depth(name)


@each_service
def test_services_wait_for_their_tables_and_topics(name: str) -> None:
    ended = {"condition": "service_completed_successfully"}
    assert PARTS[name]["depends_on"] == {"migrate": ended, "topics": ended}
    assert PARTS["migrate"]["depends_on"] == {"databases": ended}
    assert PARTS["databases"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def networks(name: str) -> set[str]:
    return set(PARTS[name]["networks"])


@each_of_ours
def test_whoever_talks_to_another_shares_a_network_with_it(name: str) -> None:
    part: Mapping[str, Any] = PARTS[name]
    asked = " ".join([*map(str, part.get("environment", {}).values()), *part["command"]])
    for other in PARTS:
        if re.search(rf"//{other}:\d", asked):
            assert networks(name) & networks(other), f"{name} cannot reach {other}"
    if any(secret.endswith(("database_url", "migration_url")) for secret in part.get("secrets", [])):
        assert networks(name) & networks("postgres")
