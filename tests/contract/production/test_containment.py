"""Each container may do its work and nothing else: no root, no rights, no ports, no more of the host than its share."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .shape import ROOT, SERVICES, compose, is_job, is_ours

COMPOSE = compose()
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
# Everything that is asked for its health by somebody must have one; Central Reporting listens to nobody.
WITHOUT_HEALTH = {"reporting"}

each = pytest.mark.parametrize("name", list(PARTS))


@each
def test_it_is_not_root_and_gains_no_right(name: str) -> None:
    part = PARTS[name]
    user, _, group = part["user"].partition(":")
    assert int(user) > 0
    assert group.isdigit()
    assert part["cap_drop"] == ["ALL"]
    assert part.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "pid", "network_mode", "ipc", "devices", "userns_mode"} & set(part)


@each
def test_it_writes_only_where_it_says_so(name: str) -> None:
    part = PARTS[name]
    assert part["read_only"] is True
    for volume in part.get("volumes", []):
        if isinstance(volume, str):
            source, _, target = volume.partition(":")
            assert source in COMPOSE["volumes"]
            assert target.startswith("/")
        else:
            assert volume["read_only"] is True, "what is taken from the host is not changed"
            assert (ROOT / volume["source"]).exists() or volume["source"].startswith("./deploy/secrets/")


@each
def test_it_has_its_share_of_the_host(name: str) -> None:
    limits = PARTS[name]["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[mg]", limits["memory"])
    assert int(limits["pids"]) > 0


@each
def test_its_log_does_not_fill_the_disk(name: str) -> None:
    logging = PARTS[name]["logging"]
    assert logging["driver"] == "json-file"
    assert set(logging["options"]) == {"max-size", "max-file"}


@each
def test_it_is_started_again_or_is_a_job(name: str) -> None:
    assert PARTS[name]["restart"] in {"unless-stopped", "no"}


@each
def test_it_says_how_it_is(name: str) -> None:
    part = PARTS[name]
    if is_job(part) or name in WITHOUT_HEALTH:
        return
    health = part["healthcheck"]
    assert health["test"][0] == "CMD", "without a shell"
    assert {"interval", "timeout", "retries", "start_period"} <= set(health)


@each
def test_it_has_time_to_end_in_good_order(name: str) -> None:
    if not is_job(PARTS[name]):
        assert "stop_grace_period" in PARTS[name]


@each
def test_its_image_is_of_one_version(name: str) -> None:
    image, _, tag = PARTS[name]["image"].partition(":")
    assert "." not in image.split("/")[0], "from where everybody has it, not from somebody's registry"
    assert is_ours(PARTS[name]) or re.search(r"\d+\.\d+", tag), f"{image}:{tag}"


def test_only_the_proxy_is_published_and_grafana_on_this_host_alone() -> None:
    published = {name: part["ports"] for name, part in PARTS.items() if "ports" in part}
    assert published == {"proxy": ["443:8443", "127.0.0.1:3000:3000"]}


def test_databases_and_bus_have_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["networks"]["watched"] == {"internal": True}
    for name in ("postgres", "kafka", "databases", "migrate", "topics", "reporting"):
        assert PARTS[name]["networks"] == ["inside"]
    assert "inside" not in PARTS["proxy"]["networks"] + PARTS["site"]["networks"] + PARTS["sandbox"]["networks"]


def test_every_secret_is_declared_used_and_a_file_that_git_ignores() -> None:
    used = {secret for part in PARTS.values() for secret in part.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./deploy/secrets/{name}"}
    assert "*" in (ROOT / "deploy" / "secrets" / ".gitignore").read_text().splitlines()


def test_each_running_service_has_the_address_of_its_own_database_only() -> None:
    for name in SERVICES:
        addresses = [secret for secret in PARTS[name]["secrets"] if secret.endswith("_url")]
        assert addresses == [f"{name.replace('-', '_')}_database_url"]


def test_the_sandbox_and_reporting_start_only_when_asked_for() -> None:
    assert {name: part["profiles"] for name, part in PARTS.items() if "profiles" in part} == {
        "doctor": ["doctor"],
        "reporting": ["reporting"],
        "sandbox": ["sandbox"],
    }


def test_kafka_has_a_valid_identity_and_the_places_that_its_image_writes_to() -> None:
    kafka = PARTS["kafka"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", kafka["environment"]["CLUSTER_ID"]), "16 bytes in base64"
    assert {one.partition(":")[0] for one in kafka["tmpfs"]} >= {"/tmp", "/opt/kafka/config", "/opt/kafka/logs"}  # noqa: S108
